// Hands on the keyboard alone.

const TABS_MAX = 120;

// Presses Tab until the focus stands on something that matches; fails if it never does.
export async function tabTo(page, selector) {
  for (let press = 0; press < TABS_MAX; press += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  throw new Error(`${TABS_MAX} times Tab on ${page.url()} never reach ${selector}`);
}

// Whether whatever has the focus shows it by a ring.
export function focusShown(page) {
  return page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 3;
  });
}
