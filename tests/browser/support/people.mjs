// The people of the demo street.

import { newProfile } from "./browser.mjs";

// Somebody for each role, by the login that `gongjian demo` prints.
export const PEOPLE = {
  cadre: "cadre",
  secretary: "meeting",
  admin: "admin",
  liaison: "liaison",
  community: "secretary",
  signer: "u1",
};

// A profile of its own in which this person is signed in.
export async function signedIn(chromium, server, login, options = {}) {
  const profile = await newProfile(chromium, server.base, options);
  await profile.page.goto("/login");
  await signIn(profile.page, login, server.password);
  return { ...profile, login };
}

// Fills in the sign-in page that is open.
export async function signIn(page, login, password) {
  await page.fill("[name=login]", login);
  await page.fill("[name=password]", password);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/login"), page.click(".gj-button--main")]);
}
