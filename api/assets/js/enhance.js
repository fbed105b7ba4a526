// What a page gains when scripts run. Everything works without: this file only saves people trouble.

const errors = document.getElementById("errors");
if (errors) errors.focus();

for (const form of document.querySelectorAll("form[data-keep]")) keepWhatWasTyped(form);

// Heard last, so that a form whose own script takes over is left alone.
document.addEventListener("submit", (event) => {
  if (event.target.method === "post") sending(event.target, event);
});

// A page taken from the back-forward store still shows its buttons as busy.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) ready(form);
});

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
}

// Tables behind pictures belong on paper.
window.addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("main details")) details.open = true;
});

function sending(form, event) {
  if (event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (navigator.onLine === false) {
    event.preventDefault();
    document.getElementById("offline").hidden = false;
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter || form.querySelector("button");
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  if (button.dataset.busy) {
    button.dataset.idle = button.textContent;
    button.textContent = button.dataset.busy;
  }
}

function ready(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) {
    button.removeAttribute("aria-busy");
    if (button.dataset.idle) button.textContent = button.dataset.idle;
  }
}

// Words typed into a long form outlive a lost connection or an expired sign-in: they stay in this tab
// until the server has answered with a page that says what was done.
function keepWhatWasTyped(form) {
  const key = `gj-form:${form.dataset.keep}`;
  const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
  if (!errors) {
    for (const field of typed(form)) {
      if (field.name in kept && field.value === field.defaultValue) field.value = kept[field.name];
    }
  }
  form.addEventListener("input", () => {
    const values = Object.fromEntries(typed(form).map((field) => [field.name, field.value]));
    sessionStorage.setItem(key, JSON.stringify(values));
  });
}

function typed(form) {
  return [...form.elements].filter((field) => field.matches("textarea, input[type=text], input[type=date]"));
}

if (document.querySelector(".gj-flash")) {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("gj-form:")) sessionStorage.removeItem(key);
  }
}
