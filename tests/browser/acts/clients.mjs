// Connecting another system.

import { stepUp } from "./keys.mjs";
import { pressMain } from "./page.mjs";

// The district's administrator registers a client by its public key; answers the client's id.
export async function registerClient({ page }, name, jwk, scopes, password) {
  await page.goto("/clients/new");
  if (new URL(page.url()).pathname === "/step-up") await stepUp(page, password);
  await page.fill("[name=name]", name);
  for (const scope of scopes) await page.check(`[name=scope][value="${scope}"]`);
  await page.fill("[name=jwks]", JSON.stringify({ keys: [jwk] }));
  await pressMain(page);
  return new URL(page.url()).pathname.split("/").at(-1);
}
