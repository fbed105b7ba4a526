// The whole job, end to end, by four people in four browser profiles that share nothing: the cadre brings
// the lists in and has them matched, the meeting decides, both sides sign with keys of their own, and the
// proof holds without the server. Another system then reads the same agreement and proves it by a library
// of others.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { downloadBundle, openDraft, sendDraft, signAgreement } from "./acts/agreements.mjs";
import { registerClient } from "./acts/clients.mjs";
import { makeKey, vouch } from "./acts/keys.mjs";
import { answerFirstPage, rowCounts, takeReady, upload, verifyAll } from "./acts/lists.mjs";
import { adoptNext, adoptRest, callMeeting, closeMeeting, openMeeting, sendNextBack } from "./acts/meeting.mjs";
import { compare, handOver, makePlan, priceRules, tryChange } from "./acts/plan.mjs";
import { startChromium } from "./support/browser.mjs";
import { newChance } from "./support/chance.mjs";
import { fetchToken, get, newClientKey } from "./support/client.mjs";
import { PEOPLE, signedIn } from "./support/people.mjs";
import { acceptedChanges, foundInTree, verifyBundle } from "./support/proof.mjs";
import { LISTS, signers } from "./support/register.mjs";
import { startServer } from "./support/server.mjs";
import { picture } from "./support/shot.mjs";
import { leaveBehind } from "./support/street.mjs";

const FILES = ["资源清单.xlsx", "需求清单.xlsx", "社区服务清单.xlsx", "社区需求.csv", "households.csv", "last-year-agreements.csv"];
const ROWS = JSON.parse(readFileSync(join(LISTS, "clean.json"), "utf8")).length;
const CHANGES = 200;
const SCOPE = "agreements:read log:read";

let chromium;
let server;

before(async () => {
  server = await startServer();
  chromium = await startChromium();
});

after(async () => {
  await chromium?.close();
  await server?.stop();
  if (server) leaveBehind(server.folder);
});

const sum = (counts) => Object.values(counts).reduce((all, count) => all + count, 0);

test("from four files to a proof that holds without the server", async (t) => {
  const profiles = {};
  const enter = async (who, login) => (profiles[who] = await signedIn(chromium, server, login));
  const step = async (name, act) => {
    let fault;
    await t.test(name, () => Promise.resolve(act()).catch((error) => {
      fault = error;
      throw error;
    }));
    if (fault) throw new Error(`the job stops at “${name}”`);
  };
  const pictured = (who, name) => picture(profiles[who].page, name);
  let lists;
  let parties;
  let agreement;
  let bundle;

  await step("the cadre makes the street's first key, which opens the log", async () => {
    await enter("cadre", PEOPLE.cadre);
    await makeKey(profiles.cadre);
  });

  await step("the cadre uploads the files as they are, and every row is accounted for", async () => {
    lists = await upload(profiles.cadre, FILES.map((name) => join(LISTS, name)));
    await pictured("cadre", "2-questions");
    assert.equal(sum(await rowCounts(profiles.cadre, lists)), ROWS);
    await pictured("cadre", "1-lists");
  });

  await step("the cadre answers a page of questions and takes what is ready", async () => {
    const before = await rowCounts(profiles.cadre, lists);
    assert.ok((await answerFirstPage(profiles.cadre, lists)) > 0);
    const after = await rowCounts(profiles.cadre, lists);
    assert.ok(after.asked < before.asked && after.ready > before.ready, JSON.stringify({ before, after }));
    await takeReady(profiles.cadre, lists);
    await verifyAll(profiles.cadre);
  });

  await step("the cadre has them matched and hands the plan to the meeting", async () => {
    assert.ok((await makePlan(profiles.cadre)) > 0);
    await pictured("cadre", "3-plan");
    await handOver(profiles.cadre);
  });

  await step("the cadre makes another plan, compares, tries a change and prices the rules; nothing is proposed by that", async () => {
    const { page } = profiles.cadre;
    await makePlan(profiles.cadre, "quick");
    const plan = new URL(page.url()).pathname;
    assert.ok((await compare(profiles.cadre, plan)) > 0);
    await tryChange(profiles.cadre, plan);
    assert.ok((await page.locator("main ul").first().locator("li").count()) >= 2);
    assert.ok((await priceRules(profiles.cadre, plan)) >= 4);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("main table").isVisible(), true);
    assert.equal(await page.locator("main form").isVisible(), false);
    await page.emulateMedia({ media: "screen" });
    await page.goto(plan);
    assert.equal(await page.locator("main form[action$='/hand-over']").count(), 1);
  });

  await step("the secretary calls and holds the meeting, which decides", async () => {
    const secretary = await enter("secretary", PEOPLE.secretary);
    await callMeeting(secretary);
    await openMeeting(secretary);
    const record = new URL(secretary.page.url()).pathname;
    assert.ok((await adoptNext(secretary)).length >= 2);
    await secretary.page.goto(record);
    await sendNextBack(secretary, "请先与学校核实场地时间");
    await pictured("secretary", "4-meeting");
    await adoptRest(secretary, record);
    await closeMeeting(secretary, record);
  });

  await step("the signers make keys in their browsers, the cadre vouches, the agreement is sent", async () => {
    // Two, or the three of a circle.
    parties = await openDraft(profiles.cadre);
    const logins = signers();
    for (const [place, name] of parties.entries()) {
      const who = `signer${place + 1}`;
      await enter(who, logins.get(name.trim()));
      const told = await makeKey(profiles[who]);
      await vouch(profiles.cadre, told, server.password);
    }
    assert.ok(parties.length === 2 || parties.length === 3, parties.join());
    await openDraft(profiles.cadre);
    await pictured("cadre", "5-draft");
    agreement = await sendDraft(profiles.cadre);
    assert.match(agreement.number, /^珲靖共建〔\d{4}〕1号$/);
  });

  await step("each party signs in its own browser; with the last signature it is in force", async () => {
    for (const place of parties.keys()) {
      await signAgreement(profiles[`signer${place + 1}`], agreement.number, server.password);
    }
    await pictured("signer2", "6-signed");
    await profiles.cadre.page.goto(agreement.path);
    assert.equal(await profiles.cadre.page.locator(".gj-facts .gj-tag--ok").count(), parties.length + 1);
  });

  await step("the downloaded bundle proves itself, and no changed byte passes", async () => {
    bundle = await downloadBundle(profiles.cadre, agreement.path, server.folder);
    await pictured("cadre", "7-agreement");
    const { code, said } = await verifyBundle(bundle);
    assert.equal(code, 0, said);
    const chance = newChance();
    assert.deepEqual(await acceptedChanges(bundle, CHANGES, chance), [], `seed ${chance.seed}`);
  });

  await step("another system reads the agreement and proves its leaf by a library of others", async () => {
    const admin = await enter("admin", PEOPLE.admin);
    const key = await newClientKey();
    const client = await registerClient(admin, "区民政数据平台", key.jwk, SCOPE.split(" "), server.password);
    const token = await fetchToken(server.base, client, key, SCOPE);
    const { items } = await get(server.base, token, "/api/v1/agreements");
    const listed = items.find((item) => item.number === agreement.number);
    const one = await get(server.base, token, `/api/v1/agreements/${listed.id}`);
    assert.equal(one.state, "in_force");
    const raw = await get(server.base, token, `/api/v1/agreements/${listed.id}/bundle`, "bytes");
    assert.deepEqual(JSON.parse(raw).versions, JSON.parse(readFileSync(bundle)).versions);
    assert.ok(one.leaves.length >= 3, `${one.leaves.length} leaves`);
    for (const leaf of one.leaves) {
      const proof = await get(server.base, token, `/api/v1/agreements/${listed.id}/proofs/${leaf}`);
      assert.ok(await foundInTree(proof), `leaf ${leaf}`);
      assert.ok(!(await foundInTree({ ...proof, index: proof.index + 1 })), `leaf ${leaf} in another place`);
    }
  });

  await step("nobody's page complained and nobody else was asked", () => {
    const faults = Object.entries(profiles).flatMap(([who, { faults }]) => faults.map((fault) => `${who}: ${fault}`));
    assert.deepEqual(faults, []);
  });
});
