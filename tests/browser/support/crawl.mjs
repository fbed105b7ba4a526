// Finds the pages a signed-in person can reach by links, one of each kind.

const PAGES_MAX = 80;
const NOT_PAGES = /^\/(assets|language|text-size|logout|api|log|oauth|\.well-known)(\/|\?|$)/;

// The kind of a page: its path with numbers, ids and names of things left out.
export function kindOf(path) {
  return path
    .split("?")[0]
    .split("/")
    .map((part) => (/\d|%/.test(part) ? "{n}" : part))
    .join("/");
}

// Paths reachable from `start`, one per kind, in the order found; files to download are left out.
export async function reachable(profile, start = "/") {
  const { page } = profile;
  const known = new Set([kindOf(start)]);
  const waiting = [start];
  const found = [];
  while (waiting.length > 0 && found.length < PAGES_MAX) {
    const path = waiting.shift();
    const answer = await page.request.get(path, { headers: { Accept: "text/html" } });
    if (!(answer.headers()["content-type"] ?? "").startsWith("text/html")) continue;
    found.push(path);
    for (const href of hrefs(await answer.text())) {
      const kind = kindOf(href);
      if (NOT_PAGES.test(href) || known.has(kind)) continue;
      known.add(kind);
      waiting.push(href);
    }
  }
  return found;
}

function hrefs(html) {
  const links = [...html.matchAll(/<a [^>]*?href="(\/[^"#]*)/g)];
  return links.map(([, href]) => href.replaceAll("&amp;", "&").replaceAll("&#38;", "&"));
}
