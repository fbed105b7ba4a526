// Judges a page as people with a keyboard, a screen reader or a small screen would meet it.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];

// Every breach of WCAG 2.1 A and AA, as `rule: target (what is wrong)`. The library is evaluated in the
// page and not added as an element, so the page's own content policy stays as strict as it is.
export async function axeFaults(page) {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async (values) => {
    const result = await globalThis.axe.run(document, { runOnly: { type: "tag", values } });
    return result.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map((node) => `${node.target.join(" ")} (${node.failureSummary.replaceAll(/\s+/g, " ")})`),
    }));
  }, LEVELS);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `axe ${id}: ${node}`));
}

// What may not stand in the HTML as it was sent: style or script written into the page.
export function sourceFaults(html) {
  const written = [/<style[\s>]/i, /\sstyle=/i, /<script(?![^>]*\ssrc=)/i, /\son[a-z]+=/i];
  return written.filter((pattern) => pattern.test(html)).map((pattern) => `the page holds ${pattern}`);
}

// What the layout rules ask of every page: no sideways scroll, one h1, at most one filled button,
// headings without gaps, nothing clipped.
export async function layoutFaults(page) {
  return page.evaluate(() => {
    const faults = [];
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide > 0) {
      const culprits = [...document.querySelectorAll("body *")]
        .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
        .map((e) => `${e.tagName.toLowerCase()}.${e.className}`);
      faults.push(`scrolls sideways by ${wide} px: ${culprits.slice(0, 5).join(", ")}`);
    }
    const count = (selector) => document.querySelectorAll(selector).length;
    if (count("h1") !== 1) faults.push(`${count("h1")} h1 elements`);
    if (count(".gj-button--main") > 1) faults.push(`${count(".gj-button--main")} filled buttons`);
    let level = 1;
    for (const heading of document.querySelectorAll("main h2, main h3, main h4, main h5")) {
      const own = Number(heading.tagName[1]);
      if (own > level + 1) faults.push(`heading jumps from h${level} to h${own}: ${heading.textContent.trim()}`);
      level = own;
    }
    for (const e of document.querySelectorAll("button, a, label, th, td, .gj-tag, h1, h2")) {
      if (e.matches(".gj-hidden, .gj-skip") || e.closest(".gj-hidden, thead")) continue;
      if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).overflowX !== "visible") {
        faults.push(`clipped: ${e.tagName.toLowerCase()} ${e.textContent.trim().slice(0, 40)}`);
      }
    }
    for (const e of document.querySelectorAll(".gj-button, .gj-nav a, .gj-header a, .gj-field input:not([type=radio], [type=checkbox])")) {
      const { height } = e.getBoundingClientRect();
      if (height > 0 && height < 43.5) faults.push(`only ${height} px high: ${e.textContent.trim() || e.name}`);
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { data, parentElement } = walker.currentNode;
      if (/^\s*[a-z]+\d*(-[a-z0-9_]+)+\s*$/.test(data) && !parentElement.closest("code")) {
        faults.push(`a key instead of words: ${data.trim()}`);
      }
    }
    return faults;
  });
}
