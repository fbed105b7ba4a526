// The built product with its demo street, on a port of its own.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(fileURLToPath(import.meta.url), "../../../..");
export const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
export const BINARY = join(TARGET, "debug", "gongjian");
// The day it is in the demo street, whose lists are for 2026; the time of day is the machine's.
export const TODAY = "2026-03-02";
const DAY_MS = 86_400_000;
const READY_MS = 60_000;
const STOP_MS = 10_000;

// A new folder for one run; the caller removes it.
export function newFolder() {
  return mkdtempSync(join(tmpdir(), "gongjian-browser-"));
}

// Starts `gongjian demo` on the database in `folder` (made if it is not there) and waits for the ready
// line. `password` is the one printed for all demo logins.
export async function startServer(folder = newFolder(), today = TODAY) {
  mkdirSync(folder, { recursive: true });
  const place = ["--database", `sqlite://${folder}/demo.sqlite`, "--keys", join(folder, "keys"), "--port", "0"];
  const words = ["demo", ...place, "--today", today];
  const child = spawn(BINARY, words, { stdio: ["ignore", "pipe", "pipe"] });
  let complaints = "";
  child.stderr.on("data", (text) => {
    complaints = (complaints + text).slice(-20_000);
  });
  const gone = new Promise((done) => child.once("exit", done));
  let known;
  const password = new Promise((done) => (known = done));
  const base = await new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(`not ready after ${READY_MS} ms\n${complaints}`)), READY_MS);
    child.once("error", fail);
    gone.then((code) => fail(new Error(`the server stopped with ${code}\n${complaints}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [first, ...rest] = line.trim().split(/\s+/);
      if (first === "ready") {
        clearTimeout(late);
        done(rest[0]);
      } else if (rest.length > 1 && rest.at(-2) === "cadre") {
        known(rest.at(-1));
      }
    });
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const slow = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await gone;
    clearTimeout(slow);
  };
  return { base, folder, password: await password, stop, complaints: () => complaints };
}

// The present instant in the street, seconds since 1970.
export function streetSeconds() {
  const local = Date.now() + 8 * 3_600_000;
  return Math.floor((Date.parse(TODAY) + (local % DAY_MS) - 8 * 3_600_000) / 1000);
}

// Removes a run's folder.
export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
}
