// A page that waits for work: its progress box is renewed from the page itself; the page without the
// box is the result, and is then opened. Without script the page reloads by itself.

const EVERY_MS = 2000;
const LATEST_SPOKEN = { quarter: -1 };

async function renew() {
  const box = document.getElementById("progress");
  if (!box) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("progress");
    if (!next) {
      location.replace(answer.url);
      return;
    }
    box.querySelector("[data-part=state]").replaceWith(next.querySelector("[data-part=state]"));
    speak(box);
  } catch {
    // The connection is gone for a moment: the next round tries again.
  }
  setTimeout(renew, EVERY_MS);
}

// Said aloud each quarter of the way, not at every step.
function speak(box) {
  const bar = box.querySelector("progress");
  const quarter = Math.floor((4 * bar.value) / bar.max);
  if (quarter === LATEST_SPOKEN.quarter) return;
  LATEST_SPOKEN.quarter = quarter;
  box.querySelector("[role=status]").textContent = box.querySelector("[data-part=words]").textContent;
}

setTimeout(renew, EVERY_MS);
