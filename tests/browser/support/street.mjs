// A street to look at: the one the walk through the whole job left behind, else a fresh one.

import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";

import { newFolder, removeFolder, startServer, TARGET } from "./server.mjs";

const LEFT_BEHIND = join(TARGET, "browser", "street");

// Keeps a stopped server's street for the tests that follow.
export function leaveBehind(folder) {
  rmSync(LEFT_BEHIND, { recursive: true, force: true });
  cpSync(folder, LEFT_BEHIND, { recursive: true });
}

// A server on a copy of that street, on the day it was left or another.
export async function openStreet(today) {
  const folder = newFolder();
  if (existsSync(LEFT_BEHIND)) cpSync(LEFT_BEHIND, folder, { recursive: true });
  const server = await startServer(folder, today);
  const close = async () => {
    await server.stop();
    removeFolder(folder);
  };
  return { ...server, close };
}
