// A connected system: it keeps its own key and signs its own word for the token.

import { randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

import { streetSeconds } from "./server.mjs";

const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ASSERTION_SECONDS = 120;

// A key pair for ES256; `jwk` is the public half, as it is registered.
export async function newClientKey() {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), use: "sig", alg: "ES256", kid: randomUUID() };
  return { privateKey, jwk };
}

// The access token for a client that proves itself by private_key_jwt.
export async function fetchToken(base, clientId, key, scope) {
  const meta = await (await fetch(`${base}/.well-known/oauth-authorization-server`)).json();
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: "ES256", kid: key.jwk.kid, typ: "JWT" })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(meta.issuer)
    .setJti(randomUUID())
    .setIssuedAt(streetSeconds())
    .setExpirationTime(streetSeconds() + ASSERTION_SECONDS)
    .sign(key.privateKey);
  const answer = await fetch(meta.token_endpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      scope,
      client_assertion_type: ASSERTION,
      client_assertion: assertion,
    }),
  });
  if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).access_token;
}

// GET with the token; JSON, text or bytes.
export async function get(base, token, path, as = "json") {
  const answer = await fetch(`${base}${path}`, { headers: { Authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return as === "bytes" ? Buffer.from(await answer.arrayBuffer()) : answer[as]();
}
