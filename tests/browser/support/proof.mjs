// Judges downloaded proofs: `gongjian verify` for bundles, a library that is not ours for inclusion.

import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { BINARY, TARGET } from "./server.mjs";

const AT_ONCE = 2;

// Runs a program, answers its exit code and what it said.
export function runProgram(program, words, input = "") {
  return new Promise((done, fail) => {
    const child = spawn(program, words, { stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
    child.once("error", fail);
    child.once("close", (code) => done({ code, said }));
    // A program may end without reading what it is given.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

// `gongjian verify FILE`
export function verifyBundle(file) {
  return runProgram(BINARY, ["verify", file]);
}

// Changes one byte of the bundle at a random place to another value, `times` times, each from the
// original; answers the changes that were not refused with exit code 1.
export async function acceptedChanges(file, times, chance) {
  const original = readFileSync(file);
  const accepted = [];
  let left = times;
  const work = async (name) => {
    while (left > 0) {
      left -= 1;
      const at = chance.below(original.length);
      const changed = Buffer.from(original);
      changed[at] ^= 1 + chance.below(255);
      const copy = `${file}.${name}`;
      writeFileSync(copy, changed);
      const { code } = await verifyBundle(copy);
      if (code !== 1) accepted.push(`byte ${at}: ${original[at]} → ${changed[at]} answered ${code}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, name) => work(name)));
  return accepted;
}

// Whether another library finds the leaf in the tree: `{leaf, index, size, root, path}`.
export async function foundInTree(claim) {
  const { code } = await runProgram(join(TARGET, "debug", "merkle-included"), [], JSON.stringify(claim));
  return code === 0;
}
