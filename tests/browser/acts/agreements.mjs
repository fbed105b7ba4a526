// From a draft to an agreement in force, and the file that proves it.

import { join } from "node:path";

import { stepUp } from "./keys.mjs";
import { followMain, pressMain } from "./page.mjs";
import { TODAY } from "../support/server.mjs";

const DRAFTED_MS = 30_000;

// Waits until the adopted item has become a draft and opens the first; answers its parties.
export async function openDraft({ page }) {
  const late = Date.now() + DRAFTED_MS;
  for (;;) {
    await page.goto("/agreements");
    const draft = page.locator("a[href^='/agreements/drafts/']").first();
    if ((await draft.count()) > 0) {
      await draft.click();
      return page.locator(".gj-facts li").allTextContents();
    }
    if (Date.now() > late) throw new Error("no draft appears");
    await page.waitForTimeout(500);
  }
}

// Lets the agreement begin today and sends the draft that is open; answers number and path.
export async function sendDraft({ page }) {
  await page.fill("[name=from]", TODAY);
  await pressMain(page);
  const number = (await page.locator("main h1").textContent()).trim();
  return { number, path: new URL(page.url()).pathname };
}

// The signer opens the to-do, reads what is promised, and signs with the key in this browser.
export async function signAgreement({ page }, number, password) {
  await page.goto("/sign");
  await page.locator(".gj-todo a", { hasText: number }).click();
  await page.locator(".gj-promise").waitFor();
  await followMain(page);
  if (new URL(page.url()).pathname === "/step-up") await stepUp(page, password);
  await pressMain(page, (url) => url.pathname.endsWith("/done"));
}

// Downloads the proof bundle of the agreement at `path` into `folder`; answers the file's path.
export async function downloadBundle({ page }, path, folder) {
  await page.goto(path);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("main a[href$='/bundle']").first().click(),
  ]);
  const file = join(folder, "agreement.gjproof");
  await download.saveAs(file);
  return file;
}
