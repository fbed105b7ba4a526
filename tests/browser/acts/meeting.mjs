// Calling a joint meeting, holding it, deciding, closing.

import { followMain, press, pressMain, tickAll } from "./page.mjs";
import { TODAY } from "../support/server.mjs";

// Calls a meeting for today, with everything that waits on the agenda; all members agree to short notice.
export async function callMeeting({ page }) {
  await page.goto("/meetings/new");
  await page.fill("[name=held_on]", TODAY);
  await page.fill("[name=starts]", "09:00");
  await page.fill("[name=place]", "街道二楼会议室");
  await page.check("[name=short_notice]");
  await pressMain(page);
}

// Records who came and opens the meeting; the page is that of the record.
export async function openMeeting({ page }) {
  await followMain(page);
  await tickAll(page, "[name=present]");
  await press(page, "[name=act][value=open]");
}

// Decides the item that comes next: all who may vote are for it. Answers the names of its parties.
export async function adoptNext({ page }) {
  await followMain(page);
  const parties = await page.locator(".gj-facts li").allTextContents();
  await page.check("[name=outcome][value=adopted]");
  await pressMain(page);
  return parties;
}

// Sends the item that comes next back, with a reason.
export async function sendNextBack({ page }, reason) {
  await followMain(page);
  await page.check("[name=outcome][value=sent_back]");
  const present = await page.inputValue("[name=yes]");
  await page.fill("[name=yes]", "0");
  await page.fill("[name=no]", present);
  await page.fill("[name=reason]", reason);
  await pressMain(page);
}

// Adopts all items that are still open, in one act.
export async function adoptRest({ page }, record) {
  await page.goto(record);
  await tickAll(page, "[name=items]");
  await page.check("[name=outcome][value=adopted]");
  await press(page, "form[data-batch] fieldset > .gj-button");
}

// Closes the meeting, which makes its minutes; publishes them once the chair has signed on paper.
export async function closeMeeting({ page }, record) {
  await page.goto(record);
  await pressMain(page);
  if (!new URL(page.url()).pathname.endsWith("/minutes")) await followMain(page);
  await page.check("[name=signed]");
  await pressMain(page);
}
