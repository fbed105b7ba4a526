// The demo street's register: who signs for whom.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT } from "./server.mjs";

// The folder of the street's lists.
export const LISTS = join(ROOT, "examples", "street-a");

// The login of the person who signs for each party, by the party's name: c1, c2, … for communities and
// u1, u2, … for units in the register's order.
export function signers() {
  const [head, ...lines] = readFileSync(join(LISTS, "parties.csv"), "utf8").trim().split(/\r?\n/);
  const columns = head.split(",");
  const [name, kind] = [columns.indexOf("name"), columns.indexOf("kind")];
  const counts = { community: 0, unit: 0 };
  const logins = new Map();
  for (const line of lines) {
    const cells = line.split(",");
    counts[cells[kind]] += 1;
    logins.set(cells[name], `${cells[kind][0]}${counts[cells[kind]]}`);
  }
  return logins;
}
