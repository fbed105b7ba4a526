// Every page, in every language, on a phone and on an office screen: nobody is shut out, nothing is cut
// off, nothing complains, nobody else is asked.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axeFaults, layoutFaults, sourceFaults } from "./support/axe.mjs";
import { newProfile, startChromium } from "./support/browser.mjs";
import { kindOf, reachable } from "./support/crawl.mjs";
import { focusShown, tabTo } from "./support/keyboard.mjs";
import { PEOPLE, signedIn } from "./support/people.mjs";
import { openStreet } from "./support/street.mjs";
import { shot } from "./support/shot.mjs";

const LANGUAGES = ["zh-CN", "ko-CN", "en", "en-x-long"];
const WIDTHS = [320, 768, 1280, 1920];

let chromium;
let server;

before(async () => {
  chromium = await startChromium();
  server = await openStreet();
});

after(async () => {
  await chromium?.close();
  await server?.close();
});

// Looks at one page in all languages and widths; answers what is wrong with it.
async function look(profile, path, name) {
  const { page } = profile;
  const faults = [];
  for (const lang of LANGUAGES) {
    await page.setViewportSize({ width: 1280, height: 900 });
    const answer = await page.goto(`/language/${lang}?back=${encodeURIComponent(path)}`);
    const say = (fault) => faults.push(`${path} ${lang}: ${fault}`);
    if (answer.status() >= 400) {
      profile.faults.length = 0;
      return [`${path}: answered ${answer.status()}`];
    }
    for (const fault of sourceFaults(await answer.text())) say(fault);
    if ((await page.getAttribute("html", "lang")) !== lang) say("speaks another language");
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      for (const fault of await layoutFaults(page)) say(`${width} px: ${fault}`);
      if (width === 320 || width === 1280) {
        for (const fault of await axeFaults(page)) say(`${width} px: ${fault}`);
        if (lang !== "en-x-long") await shot(page, `${name}-${lang}-${width}`);
      }
    }
    for (const fault of profile.faults.splice(0)) say(fault);
  }
  return faults;
}

// Fails with every fault on a line of its own.
function none(faults) {
  assert.ok(faults.length === 0, `${faults.length} faults\n${faults.slice(0, 100).join("\n")}`);
}

const nameOf = (kind) => kind.replaceAll(/[{}]/g, "").replaceAll("/", "_").replace(/^_/, "") || "home";

test("pages for everyone", async () => {
  const profile = await newProfile(chromium, server.base);
  none(await look(profile, "/login", "login"));
  await profile.context.close();
});

for (const [who, login] of Object.entries(PEOPLE)) {
  test(`pages of the ${who}`, async () => {
    const profile = await signedIn(chromium, server, login);
    const faults = [];
    for (const path of await reachable(profile)) {
      faults.push(...(await look(profile, path, `${who}-${nameOf(kindOf(path))}`)));
    }
    await profile.context.close();
    none(faults);
  });
}

test("a wrong password is told in the page, with the focus on it and the name kept", async () => {
  const profile = await newProfile(chromium, server.base);
  const { page } = profile;
  await page.goto("/login");
  await page.fill("[name=login]", "nobody");
  await page.fill("[name=password]", "wrong");
  const [answer] = await Promise.all([page.waitForResponse((r) => r.request().method() === "POST"), page.click(".gj-button--main")]);
  assert.equal(answer.status(), 422);
  await page.waitForSelector("#errors");
  assert.equal(await page.evaluate(() => document.activeElement.id), "errors");
  assert.match(await page.title(), /^有误：/);
  assert.equal(await page.inputValue("[name=login]"), "nobody");
  assert.deepEqual(await axeFaults(page), []);
  await profile.context.close();
});

test("signing in by keyboard alone", async () => {
  const profile = await newProfile(chromium, server.base);
  const { page } = profile;
  await page.goto("/login");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "gj-skip");
  assert.ok(await focusShown(page));
  await tabTo(page, "[name=login]");
  await page.keyboard.type(PEOPLE.cadre);
  await tabTo(page, "[name=password]");
  await page.keyboard.type(server.password);
  await tabTo(page, ".gj-button--main");
  assert.ok(await focusShown(page));
  await Promise.all([page.waitForURL((url) => url.pathname === "/"), page.keyboard.press("Enter")]);
  assert.deepEqual(profile.faults, []);
  await profile.context.close();
});

test("an unknown address is answered in words, with a way back", async () => {
  const profile = await newProfile(chromium, server.base);
  const { page } = profile;
  const answer = await page.goto("/no/such/page");
  assert.equal(answer.status(), 404);
  assert.equal(await page.locator("main a.gj-button--main").count(), 1);
  assert.deepEqual(await layoutFaults(page), []);
  assert.deepEqual(await axeFaults(page), []);
  await profile.context.close();
});

test("on paper there is no navigation and nothing to press", async () => {
  const profile = await signedIn(chromium, server, PEOPLE.cadre);
  const { page } = profile;
  await page.emulateMedia({ media: "print" });
  for (const selector of [".gj-header", ".gj-nav", ".gj-footer"]) {
    assert.equal(await page.locator(selector).isVisible(), false, selector);
  }
  assert.equal(await page.locator("main h1").isVisible(), true);
  await profile.context.close();
});
