// Months after signing: what is overdue is reported by one side and confirmed by the other, by keyboard alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { confirmDelivery, oldestOverdue, reportDelivery } from "./acts/deliveries.mjs";
import { axeFaults, layoutFaults } from "./support/axe.mjs";
import { startChromium } from "./support/browser.mjs";
import { PEOPLE, signedIn } from "./support/people.mjs";
import { signers } from "./support/register.mjs";
import { openStreet } from "./support/street.mjs";

const LATER = "2026-12-01";

let chromium;
let server;

before(async () => {
  chromium = await startChromium();
  server = await openStreet(LATER);
});

after(async () => {
  await chromium?.close();
  await server?.close();
});

test("an overdue delivery is reported and confirmed, two presses from the to-do list", async () => {
  const cadre = await signedIn(chromium, server, PEOPLE.cadre);
  const { place, giver, taker } = await oldestOverdue(cadre);
  const logins = signers();
  const gives = await signedIn(chromium, server, logins.get(giver));
  await reportDelivery(gives, place);
  const gets = await signedIn(chromium, server, logins.get(taker));
  assert.equal(await confirmDelivery(gets, place), 2);
  const state = await gets.page.locator(".gj-facts .gj-tag").first().textContent();
  assert.match(state, /部分履约|补足|已确认/);
  const pages = [place, `${place}/report`, "/obligations", "/reports", "/reports/2026Q2", "/reports/2026", "/reviews"];
  for (const lang of ["zh-CN", "ko-CN", "en", "en-x-long"]) {
    for (const path of [...pages, "/reports/ledger/2026"]) {
      await cadre.page.goto(`/language/${lang}?back=${encodeURIComponent(path)}`);
      for (const width of [320, 1280]) {
        await cadre.page.setViewportSize({ width, height: 900 });
        assert.deepEqual(await layoutFaults(cadre.page), [], `${path} ${lang} ${width}`);
        assert.deepEqual(await axeFaults(cadre.page), [], `${path} ${lang} ${width}`);
      }
    }
  }
  const faults = [cadre, gives, gets].flatMap((profile) => profile.faults);
  assert.deepEqual(faults, []);
});
