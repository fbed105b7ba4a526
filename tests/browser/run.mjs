// node run.mjs [--pictures DIR] [FILE…]: the browser tests one after the other, with counts and seconds.
// --pictures also keeps the pictures of the README, taken on the way through the whole job.

import { readdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
const [major] = process.versions.node.split(".").map(Number);
if (major < OLDEST_NODE) {
  console.error(`Node ${OLDEST_NODE} or newer is needed; this is ${process.versions.node}`);
  process.exit(2);
}

const here = dirname(fileURLToPath(import.meta.url));
const words = process.argv.slice(2);
const at = words.indexOf("--pictures");
if (at >= 0) {
  const [, folder] = words.splice(at, 2);
  process.env.GONGJIAN_PICTURES = resolve(folder);
  if (words.length === 0) words.push("walk.test.mjs");
}
// The walk comes first: the other tests look at the street it leaves behind.
const order = (name) => (name.startsWith("walk") ? 0 : 1);
const every = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
every.sort((a, b) => order(a) - order(b) || a.localeCompare(b));
const names = words.length > 0 ? words : every;
const began = Date.now();
const counts = { pass: 0, fail: 0 };
const count = (kind) => (event) => {
  if (event.details?.type !== "suite" && !names.includes(event.name)) counts[kind] += 1;
};

for (const name of names) {
  const own = Date.now();
  const stream = run({ files: [resolve(here, name)], concurrency: 1, timeout: 30 * 60 * 1000 });
  stream.on("test:pass", count("pass"));
  stream.on("test:fail", count("fail"));
  const report = stream.compose(new spec());
  for await (const text of report) {
    if (!/^ℹ /m.test(text)) process.stdout.write(text);
  }
  console.log(`# ${name} ${((Date.now() - own) / 1000).toFixed(1)} s`);
}
console.log(`# pass ${counts.pass}\n# fail ${counts.fail}\n# seconds ${((Date.now() - began) / 1000).toFixed(1)}`);
process.exit(counts.fail === 0 && counts.pass > 0 ? 0 : 1);
