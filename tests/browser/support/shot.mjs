// Pictures: every page for people to look at, and those of the README.

import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { TARGET } from "./server.mjs";

// Keeps a picture of the whole page in target/pictures.
export async function shot(page, name) {
  const folder = join(TARGET, "pictures");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

// Keeps a picture for the README if this run makes them (`run.mjs --pictures DIR`).
export async function picture(page, name) {
  const folder = process.env.GONGJIAN_PICTURES;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
