// Handing lists in as they are, answering what is asked about them, taking them.

import { press, pressMain } from "./page.mjs";

// Uploads files through the upload page; answers the import's path.
export async function upload({ page }, files) {
  await page.goto("/imports/new");
  await page.setInputFiles("[name=files]", files);
  await pressMain(page);
  return new URL(page.url()).pathname.match(/^\/imports\/\d+/)[0];
}

// How many rows of an import stand how, by the state's name in the address.
export async function rowCounts({ page }, path) {
  await page.goto(path);
  const counts = {};
  for (const row of await page.locator("main table").first().locator("tbody tr").all()) {
    const state = new URL(await row.locator("a").evaluate((link) => link.href)).searchParams.get("state");
    counts[state] = Number((await row.locator("td").textContent()).trim());
  }
  return counts;
}

// Answers the questions on the first page as they are proposed: the first choice, else the suggestion;
// a row for which nothing is proposed is left out. Answers how many rows were asked about.
export async function answerFirstPage({ page }, path) {
  await page.goto(`${path}/questions`);
  const rows = await page.locator("form section.gj-panel").all();
  for (const row of rows) {
    let open = false;
    for (const question of await row.locator("fieldset").all()) {
      const choice = question.locator("input[type=radio]").first();
      const free = question.locator("input[type=text]");
      if ((await choice.count()) > 0) await choice.check();
      else if ((await free.inputValue()) === "") open = true;
    }
    if (open) await row.locator("input[name^='x-']").check();
  }
  await pressMain(page);
  return rows.length;
}

// Takes every row that is ready.
export async function takeReady({ page }, path) {
  await page.goto(path);
  await pressMain(page);
}

// The street looks the lists over and lets them into matching, all at once.
export async function verifyAll({ page }) {
  await page.goto("/lists");
  const act = page.locator("form[action='/lists/verify'] button");
  if ((await act.count()) > 0) await press(page, "form[action='/lists/verify'] button");
}
