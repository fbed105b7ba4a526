// The whole job, end to end, by four people in four browser profiles that share nothing: the cadre brings
// the lists in and has them matched, the meeting decides, both sides sign with keys of their own, and the
// proof holds without the server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { makeKey, vouch } from "./acts/keys.mjs";
import { startChromium } from "./support/browser.mjs";
import { PEOPLE, signedIn } from "./support/people.mjs";
import { startServer } from "./support/server.mjs";
import { leaveBehind } from "./support/street.mjs";

let chromium;
let server;

before(async () => {
  [chromium, server] = await Promise.all([startChromium(), startServer()]);
});

after(async () => {
  await chromium?.close();
  await server?.stop();
  if (server) leaveBehind(server.folder);
});

test("from four files to a proof that holds without the server", async (t) => {
  const profiles = {};
  const enter = async (who, login) => (profiles[who] = await signedIn(chromium, server, login));

  await t.test("the cadre makes the street's first key, which opens the log", async () => {
    await enter("cadre", PEOPLE.cadre);
    await makeKey(profiles.cadre);
  });

  await t.test("two signers make keys in their browsers, the cadre vouches", async () => {
    for (const [who, login] of [["unit", "u1"], ["community", "c1"]]) {
      await enter(who, login);
      const told = await makeKey(profiles[who]);
      await vouch(profiles.cadre, told, server.password);
    }
  });

  await t.test("nobody's page complained and nobody else was asked", () => {
    const faults = Object.entries(profiles).flatMap(([who, { faults }]) => faults.map((fault) => `${who}: ${fault}`));
    assert.deepEqual(faults, []);
  });
});
