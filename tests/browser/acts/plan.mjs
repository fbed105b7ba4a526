// Asking for a plan and handing it to the meeting.

import { pressMain } from "./page.mjs";

const SOLVED_MS = 180_000;

// Starts a run with the settings the page proposes, waits on its page until the plan is there; answers
// how many agreements it proposes.
export async function makePlan({ page }) {
  await page.goto("/runs/new");
  await pressMain(page, (url) => /^\/runs\/\d+/.test(url.pathname));
  await page.waitForURL((url) => url.pathname.endsWith("/plan"), { timeout: SOLVED_MS });
  return page.locator("section.gj-panel").count();
}

// Hands the plan that is open to the joint meeting.
export async function handOver({ page }) {
  await pressMain(page);
}
