// After signing: reported by one side, confirmed by the other, by keyboard alone.

import { tabTo } from "../support/keyboard.mjs";

// Presses the main button by Enter and waits for the page that says it is done.
async function enterMain(page, act) {
  await tabTo(page, "main .gj-button--main");
  await Promise.all([
    page.waitForURL((url) => url.searchParams.get("done") === `delivery-${act}`),
    page.keyboard.press("Enter"),
  ]);
}

// The oldest instalment that is overdue: its address, who gives and who receives it.
export async function oldestOverdue({ page }) {
  await page.goto("/obligations?state=overdue");
  const row = page.locator("main tbody tr").first();
  const cells = await row.locator("td").allTextContents();
  const place = await row.locator("th a[href^='/obligations/']").getAttribute("href");
  return { place, giver: cells[0].trim(), taker: cells[1].trim() };
}

// The giver reports one of what is owed.
export async function reportDelivery({ page }, place) {
  await page.goto(`${place}/report`);
  await tabTo(page, "[name=quantity]");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("1");
  await tabTo(page, "[name=note]");
  await page.keyboard.type("按约定时间提供");
  await enterMain(page, "report");
}

// The receiver confirms it from the to-do list; answers how often it pressed Enter on a link or button.
export async function confirmDelivery({ page }, place) {
  await page.goto("/");
  await tabTo(page, `main a[href='${place}/confirm']`);
  await Promise.all([page.waitForURL((url) => url.pathname.endsWith("/confirm")), page.keyboard.press("Enter")]);
  await enterMain(page, "confirm");
  return 2;
}
