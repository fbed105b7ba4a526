// Making a signing key and vouching for one.

import { pressMain } from "./page.mjs";

// The person makes a key in this profile; answers its fingerprint as the page shows it.
export async function makeKey({ page }) {
  await page.goto("/me/key");
  await pressMain(page);
  return fingerprint(page);
}

// The cadre compares the fingerprint told by the signer with the list, steps up, and vouches.
export async function vouch({ page }, told, password) {
  await page.goto("/keys");
  await page.locator("tbody tr", { hasText: told }).locator("th a").click();
  if (new URL(page.url()).pathname === "/step-up") await stepUp(page, password);
  if ((await fingerprint(page)) !== told) throw new Error("the page shows another fingerprint");
  await pressMain(page);
}

// Gives the password again where a page asks for it.
export async function stepUp(page, password) {
  await page.fill("[name=password]", password);
  await pressMain(page, (url) => url.pathname !== "/step-up");
}

async function fingerprint(page) {
  const text = await page.locator(".gj-facts dd").filter({ hasText: /^\s*(\S{4}[ -]){7}\S{4}\s*$/ }).first().textContent();
  return text.trim();
}
