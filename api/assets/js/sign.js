// Signing a version: the key never leaves this browser, the bytes are checked before they are signed.

import { decode, encode, load, nonce, send, sha256, sign } from "./keys.js";

function say(box, words, bad) {
  box.hidden = false;
  box.className = bad ? "gj-note gj-note--bad" : "gj-note gj-note--info";
  box.textContent = words;
}

/** The first 16 bytes of a thumbprint in eight groups, as the key pages show it. */
function fingerprint(kid) {
  const hex = Array.from(decode(kid).slice(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.match(/.{4}/g).join(" ");
}

/** The exact bytes to sign, as base64url; throws unless their hash is the one this page shows. */
async function payloadOf(form) {
  const { key, version, hash, payload, changed } = form.dataset;
  let bytes;
  if (payload) {
    bytes = decode(payload);
  } else {
    const answer = await fetch(`/agreements/${key}/versions/${version}/bytes`);
    if (!answer.ok) throw new Error(changed);
    bytes = new Uint8Array(await answer.arrayBuffer());
  }
  if ("sha256:" + encode(await sha256(bytes)) !== hash) throw new Error(changed);
  return encode(bytes);
}

const POSTS = {
  accept: "acceptances",
  decline: "declines",
  counter: "counters",
  amend: "amendments",
  terminate: "terminations",
};

async function signAs(form) {
  const { signAct: act, key, owner, party, table, version, nokey, changed, once } = form.dataset;
  const made = await load(owner);
  if (!made) throw new Error(nokey);
  const payload = await payloadOf(form);
  const asked = new URLSearchParams({ intent: act, kid: made.kid });
  const context = await send(`/sign/${key}/context?${asked}`);
  const { header } = context;
  const same =
    String(context.version) === table && header.intent === act && header.party === party && header.kid === made.kid;
  if (!same) throw new Error(changed);
  const entry = await sign(made, Object.assign({}, header, { nonce: nonce() }), payload);
  const body = Object.assign({ version: Number(version) }, entry);
  if (form.dataset.payload) body.payload = payload;
  await send(`/sign/${key}/${POSTS[act]}`, body, { "Idempotency-Key": once, "If-Match": context.if_match });
}

for (const form of document.querySelectorAll("form[data-sign-act]")) {
  const button = form.querySelector("button");
  const box = form.querySelector("[data-say]");
  load(form.dataset.owner).then((made) => {
    if (made) {
      form.querySelector("[data-fingerprint]").textContent = fingerprint(made.kid);
      button.disabled = false;
    } else {
      say(box, form.dataset.nokey, true);
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    form.setAttribute("aria-busy", "true");
    say(box, form.dataset.busy, false);
    try {
      await signAs(form);
      location.assign(form.dataset.next);
    } catch (error) {
      say(box, error.message, true);
      box.focus();
      button.disabled = false;
      form.removeAttribute("aria-busy");
    }
  });
}
