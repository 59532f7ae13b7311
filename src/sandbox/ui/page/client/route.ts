/** Where the page is, in its address: `#/C123`, `#/C123/at/<ts>`, `#/C123/thread/<root ts>`, `#/home`; `?as=` is who. */

export interface Route {
  /** A channel's id, "home" for the App Home, or undefined before the first choice. */
  place?: string;
  thread?: string;
  /** A message to show and light up. */
  at?: string;
}

export function readRoute(hash: string): Route {
  const [place, kind, ts, at] = hash.replace(/^#\/?/, "").split("/");
  if (!place) return {};
  if (kind === "thread" && ts) return { place, thread: ts, at };
  if (kind === "at" && ts) return { place, at: ts };
  return { place };
}

export function writeRoute({ place, thread, at }: Route): string {
  if (!place) return "#/";
  if (thread) return `#/${place}/thread/${thread}${at ? `/${at}` : ""}`;
  return `#/${place}${at ? `/at/${at}` : ""}`;
}

/**
 * What pressing a link does: a permalink of this workspace stays on the page, a page of the bot opens as the acting
 * person in a tab of its own, anything else is the world outside.
 */
export function resolveLink(
  href: string,
  as: string,
  here: { origin: string; port: string },
): { kind: "place"; hash: string } | { kind: "tab"; url: string } {
  let url: URL;
  try {
    url = new URL(href, here.origin);
  } catch {
    return { kind: "tab", url: "about:blank" };
  }
  const permalink = /^\/archives\/([A-Z0-9]+)(?:\/p(\d+)(\d{6}))?$/.exec(url.pathname);
  const isOurs = url.hostname.endsWith(".slack.com") || isSameMachine(url, here);
  if (permalink && isOurs) {
    const [, place, seconds, micros] = permalink;
    const ts = seconds ? `${seconds}.${micros}` : undefined;
    const thread = url.searchParams.get("thread_ts") ?? undefined;
    return { kind: "place", hash: writeRoute({ place, thread, at: ts }) };
  }
  if (isSameMachine(url, here)) {
    // Both loopback names are this page; the signing page must be of the origin that has the acting person's tab.
    const target = new URL(url.pathname + url.search + url.hash, here.origin);
    target.searchParams.set("as", as);
    return { kind: "tab", url: target.href };
  }
  const isSafe = ["http:", "https:", "mailto:", "tel:"].includes(url.protocol);
  return { kind: "tab", url: isSafe ? url.href : "about:blank" };
}

function isSameMachine(url: URL, here: { origin: string; port: string }): boolean {
  if (url.origin === here.origin) return true;
  return ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname) && url.port === here.port;
}
