// Signing keys: made in this browser, kept in its own store, never sent anywhere. Only signatures leave.

const DATABASE = "gongjian-keys";
const STORE = "keys";

function store(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const db = opening.result;
      const transaction = db.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        db.close();
        resolve(request.result);
      };
      transaction.onerror = () => {
        db.close();
        reject(transaction.error);
      };
    };
  });
}

/** Base64url without padding. */
export function encode(bytes) {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** Bytes of base64url. */
export function decode(text) {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (sign) => sign.charCodeAt(0));
}

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** RFC 7638 thumbprint of a P-256 key. */
export async function thumbprint(jwk) {
  const members = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y });
  return encode(await sha256(new TextEncoder().encode(members)));
}

/** The key of `owner` kept in this browser: {jwk, kid, key}, or undefined. */
export function load(owner) {
  return store("readonly", (keys) => keys.get(owner));
}

/** Makes a key whose private half cannot be read out, not even by this page. Not kept until `keep`. */
export async function make() {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const jwk = { crv, kty, x, y };
  return { jwk, kid: await thumbprint(jwk), key: pair.privateKey };
}

/** Keeps `owner`'s key in this browser and asks the browser not to drop it. */
export async function keep(owner, made) {
  await store("readwrite", (keys) => keys.put(made, owner));
  if (navigator.storage && navigator.storage.persist) await navigator.storage.persist();
}

/** JSON with sorted members: for the ASCII texts and whole numbers of a header this is the canonical form. */
export function canonical(value) {
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value).sort();
    return "{" + members.map((name) => JSON.stringify(name) + ":" + canonical(value[name])).join(",") + "}";
  }
  return JSON.stringify(value);
}

export function nonce() {
  return encode(crypto.getRandomValues(new Uint8Array(16)));
}

/** Signs `payload` (base64url of the exact bytes) under `header`; gives {protected, signature}. */
export async function sign(made, header, payload) {
  const head = encode(new TextEncoder().encode(canonical(header)));
  const input = new TextEncoder().encode(head + "." + payload);
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, made.key, input);
  return { protected: head, signature: encode(signature) };
}

/** Sends JSON as this page; on refusal throws with the server's words. */
export async function send(path, body, headers) {
  const answer = await fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers: Object.assign(
      {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRF-Token": document.body.dataset.csrf || "",
      },
      headers || {},
    ),
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const words = [told.title, told.action].concat((told.errors || []).map((fault) => fault.detail));
    throw new Error(words.filter(Boolean).join(" "));
  }
  return told;
}
