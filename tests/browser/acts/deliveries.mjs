// After signing: reported by one side, confirmed by the other, by keyboard alone.

import { tabTo } from "../support/keyboard.mjs";

// Opens the first instalment of a list and the page of an act on it; answers its address.
async function openAct(page, list, act) {
  await page.goto(list);
  const place = await page.locator("main tbody th a[href^='/obligations/']").first().getAttribute("href");
  await page.goto(`${place}/${act}`);
  return place;
}

// Presses the main button by Enter and waits for the page that says it is done.
async function enterMain(page, act) {
  await tabTo(page, "main .gj-button--main");
  await Promise.all([
    page.waitForURL((url) => url.searchParams.get("done") === `delivery-${act}`),
    page.keyboard.press("Enter"),
  ]);
}

// The giver reports what it did today; answers the instalment's address.
export async function reportDelivery({ page }) {
  const place = await openAct(page, "/obligations?side=gives", "report");
  await tabTo(page, "[name=quantity]");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("1");
  await tabTo(page, "[name=note]");
  await page.keyboard.type("按约定时间提供");
  await enterMain(page, "report");
  return place;
}

// The receiver confirms what waits for it; answers the state shown.
export async function confirmDelivery({ page }) {
  await openAct(page, "/obligations?side=gets&state=reported", "confirm");
  await enterMain(page, "confirm");
  return page.locator(".gj-facts .gj-tag").first().textContent();
}
