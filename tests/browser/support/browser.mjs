// Chromium and the separate profiles of the people in it.

import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];
const WAIT_MS = 20_000;

// The system's Chromium, or the one named by $CHROMIUM.
export function startChromium() {
  return chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: FLAGS });
}

// A profile with storage of its own: cookies, sessionStorage, IndexedDB are shared with nobody. What its
// pages complain about is collected in `faults`.
export async function newProfile(chromium, base, { lang = "zh-CN", width = 1280, height = 900, script = true } = {}) {
  const context = await chromium.newContext({
    baseURL: base,
    locale: lang,
    viewport: { width, height },
    javaScriptEnabled: script,
    acceptDownloads: true,
    timezoneId: "Asia/Shanghai",
  });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => faults.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.origin !== base) faults.push(`asks another host: ${url}`);
  });
  page.on("response", (answer) => {
    if (answer.status() >= 500) faults.push(`${answer.status()} ${answer.url()}`);
  });
  return { context, page, faults };
}
