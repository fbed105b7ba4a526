// Making a key and having it enrolled; a cadre vouching for somebody's key.

import { keep, load, make, nonce, send, sign } from "./keys.js";

function say(box, words, bad) {
  box.hidden = false;
  box.className = bad ? "gj-note gj-note--bad" : "gj-note gj-note--info";
  box.textContent = words;
}

/** Root of a new street: the first cadre's key opens the log. */
async function root(form) {
  const made = await make();
  const { challenge } = await send(form.dataset.context, { jwk: made.jwk });
  const { signature } = await sign(made, { alg: "ES256", kid: made.kid }, challenge);
  await keep(form.dataset.owner, made);
  await send(form.dataset.post, { jwk: made.jwk, signature }, once(form));
}

/** A signer's key: shown to the server with proof of possession, then waiting for a cadre. */
async function enrol(form) {
  const made = await make();
  const { payload, header } = await send(form.dataset.context, { jwk: made.jwk });
  const entry = await sign(made, Object.assign({}, header, { nonce: nonce() }), payload);
  await keep(form.dataset.owner, made);
  await send(form.dataset.post, { payload, signatures: [entry] }, once(form));
}

/** The cadre's signature over the same fact. */
async function vouch(form) {
  const made = await load(form.dataset.owner);
  if (!made) throw new Error(form.dataset.nokey);
  const { payload, header } = await send(form.dataset.context, { kid: made.kid });
  const entry = await sign(made, Object.assign({}, header, { nonce: nonce() }), payload);
  await send(form.dataset.post, entry, once(form));
}

function once(form) {
  return { "Idempotency-Key": form.dataset.once };
}

const acts = { root, enrol, vouch };

for (const form of document.querySelectorAll("form[data-key-act]")) {
  const button = form.querySelector("button");
  const box = form.querySelector("[data-say]");
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    form.setAttribute("aria-busy", "true");
    say(box, form.dataset.busy, false);
    try {
      await acts[form.dataset.keyAct](form);
      location.assign(form.dataset.next);
    } catch (error) {
      say(box, error.message, true);
      box.focus();
      button.disabled = false;
      form.removeAttribute("aria-busy");
    }
  });
}
