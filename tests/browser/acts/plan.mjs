// Asking for a plan and handing it to the meeting.

import { pressMain } from "./page.mjs";

const SOLVED_MS = 180_000;

// Starts a run with the settings the page proposes, or with another effort, waits on its page until the plan is
// there; answers how many agreements it proposes.
export async function makePlan({ page }, effort = undefined) {
  await page.goto("/runs/new");
  if (effort) await page.check(`[name=effort][value=${effort}]`);
  await pressMain(page, (url) => /^\/runs\/\d+/.test(url.pathname));
  await page.waitForURL((url) => url.pathname.endsWith("/plan"), { timeout: SOLVED_MS });
  return page.locator("section.gj-panel").count();
}

// Hands the plan that is open to the joint meeting.
export async function handOver({ page }) {
  await pressMain(page);
}

// From the plan at `plan`: takes the first change a reason offers, adds one agreement more for some party, and has both
// worked out; answers the path of the result.
export async function tryChange({ page }, plan) {
  await page.goto(plan.replace(/plan$/, "unmet"));
  await page.locator("main a[href*='/what-if/new?change=help.']").first().click();
  await page.waitForURL((url) => url.pathname.endsWith("/what-if/new"));
  await page.selectOption("[name=kind]", "agreements");
  await page.selectOption("[name=party]", { index: 1 });
  await page.locator("form[action$='/what-if/change'] button").click();
  await page.waitForURL((url) => url.pathname.endsWith("/what-if/change"));
  await pressMain(page, (url) => url.searchParams.getAll("change").length === 2);
  await pressMain(page, (url) => /what-if\/\d+$/.test(url.pathname));
  await page.locator("main table").first().waitFor({ timeout: SOLVED_MS });
  return new URL(page.url()).pathname;
}

// Has what each rule costs worked out; answers how many rules the table has.
export async function priceRules({ page }, plan) {
  await page.goto(plan.replace(/plan$/, "rules"));
  await page.locator("main .gj-button--main").click();
  await page.locator("main table").waitFor({ timeout: SOLVED_MS });
  return page.locator("main tbody tr").count();
}

// Compares the plan with the one handed over before; answers how many agreements the page tells of.
export async function compare({ page }, plan) {
  await page.goto(plan.replace(/plan$/, "compare"));
  return page.locator("section.gj-panel").count();
}
