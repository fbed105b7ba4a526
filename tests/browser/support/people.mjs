// The people of the demo street, found among the logins the server prints.

import { newProfile } from "./browser.mjs";

const WAIT_MS = 5_000;

// Role names as printed by `gongjian demo`.
export const ROLES = {
  cadre: "street_cadre",
  community: "community_secretary",
  liaison: "unit_liaison",
  signer: "unit_signer",
  secretary: "meeting_secretary",
  admin: "district_admin",
};

// The logins of a role, in the order printed.
export async function loginsOf(server, who) {
  const late = Date.now() + WAIT_MS;
  for (;;) {
    const found = server.people.filter((person) => person.role === ROLES[who]);
    if (found.length > 0) return found;
    if (Date.now() > late) throw new Error(`the server names nobody with role ${ROLES[who]}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

// A profile of its own in which this person is signed in.
export async function signedIn(chromium, server, login, options = {}) {
  const person = server.people.find((known) => known.login === login);
  if (!person) throw new Error(`the server does not name ${login}`);
  const profile = await newProfile(chromium, server.base, options);
  await profile.page.goto("/login");
  await signIn(profile.page, person);
  return { ...profile, person };
}

// Fills in the sign-in page that is open.
export async function signIn(page, { login, password }) {
  await page.fill("[name=login]", login);
  await page.fill("[name=password]", password);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/login"), page.click(".gj-button--main")]);
}
