// What people typed is not lost: not by a lost connection, not by a second press, not by going back.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startChromium } from "./support/browser.mjs";
import { PEOPLE, signedIn } from "./support/people.mjs";
import { openStreet } from "./support/street.mjs";

const PLACE = "街道三楼会议室";

let chromium;
let server;
let profile;

before(async () => {
  chromium = await startChromium();
  server = await openStreet();
  profile = await signedIn(chromium, server, PEOPLE.secretary);
});

after(async () => {
  await chromium?.close();
  await server?.close();
});

test("a form filled in half is there again after a reload", async () => {
  const { page } = profile;
  await page.goto("/meetings/new");
  await page.fill("[name=place]", PLACE);
  await page.goto("/meetings");
  await page.goto("/meetings/new");
  assert.equal(await page.inputValue("[name=place]"), PLACE);
});

test("without a connection nothing is sent, and the page says so", async () => {
  const { page, context } = profile;
  const posts = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await context.setOffline(true);
  await page.click("main .gj-button--main");
  assert.equal(await page.locator("#offline").isVisible(), true);
  assert.deepEqual(posts, []);
  await context.setOffline(false);
  assert.equal(await page.inputValue("[name=place]"), PLACE);
});

test("every fault is told at once, at its field and above the form, and the values are kept", async () => {
  const { page } = profile;
  await page.fill("[name=held_on]", "");
  await page.fill("[name=starts]", "");
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST"),
    page.click("main .gj-button--main"),
  ]);
  assert.equal(answer.status(), 422);
  await page.waitForSelector("#errors");
  assert.equal(await page.evaluate(() => document.activeElement.id), "errors");
  assert.equal(await page.inputValue("[name=place]"), PLACE);
  let atField = 0;
  for (const link of await page.locator("#errors a").all()) {
    const field = (await link.getAttribute("href")).slice("#f-".length);
    assert.equal(await page.locator(`[id="f-${field}"]`).count(), 1, `a link to ${field}`);
    const own = page.locator(`[id="e-${field}"]`);
    if ((await own.count()) === 0) continue;
    atField += 1;
    assert.ok((await own.textContent()).includes((await link.textContent()).trim()), `other words at ${field}`);
  }
  assert.ok(atField >= 2, `${atField} faults at their fields`);
});
