// Hands of a person at a page.

// Presses the page's main button, once it may be pressed, and waits for the page that says it is done.
export async function pressMain(page, isDone = (url) => url.searchParams.has("done")) {
  await page.locator("main .gj-button--main:enabled").click();
  await page.waitForURL(isDone);
}

// Presses another button and waits for the page that says it is done.
export async function press(page, selector, isDone = (url) => url.searchParams.has("done")) {
  await page.locator(selector).click();
  await page.waitForURL(isDone);
}

// Ticks every box that matches.
export async function tickAll(page, selector) {
  for (const box of await page.locator(selector).all()) await box.check();
}

// Opens what the main button of the page leads to.
export async function followMain(page) {
  const link = page.locator("main a.gj-button--main");
  const href = await link.getAttribute("href");
  const led = (url) => url.pathname + url.search === href || url.pathname === "/step-up";
  await Promise.all([page.waitForURL(led), link.click()]);
}
