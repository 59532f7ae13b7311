import type { Random } from "../sim/random.ts";

/** Words that have broken something somewhere: markup, mentions, hidden characters, prototypes, numbers, sheer length. */
const HARD = [
  "",
  " ",
  "\n\n\t",
  "0",
  "-1",
  "NaN",
  "1e309",
  "null",
  "undefined",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "--",
  "---",
  "--=",
  "=",
  ":",
  '"',
  "'",
  "“open",
  "`",
  "```",
  "\\",
  "<!channel>",
  "<!subteam^S1>",
  "<@U0NOOR>",
  "<@!1>",
  "<@&1>",
  "@everyone",
  "@here",
  "<http://a|b>",
  "[a](javascript:alert(1))",
  "</script><script>alert(1)</script>",
  "{{7*7}}",
  "$\u007bprocess.env}",
  "%s%n%x",
  "../../../etc/passwd",
  "'; DROP TABLE events; --",
  "\u0000",
  "\u001b[2J",
  "\u202eevil\u202c",
  "\u200b\u200d\ufeff",
  "\ud800",
  "\udfff",
  "🧨👩‍👩‍👧‍👦🇺🇸",
  "e\u0301".repeat(40),
  "ﷺ".repeat(60),
  "İstanbul ı ß ﬁ",
  "0x",
  `0x${"ab".repeat(65)}`,
  `0x${"00".repeat(65)}`,
  `0x${"ff".repeat(65)}`,
  `0x${"ab".repeat(20)}`,
  `0X${"AB".repeat(32)}`,
  "INC-0001",
  "INC-99999999999999999999",
  "inc-1",
  "P-0001",
  "R-0001",
  "P-",
  "slack:U0NOOR",
  "discord:1",
  "terminal:noor",
  "chain:1",
  "allstop",
  "2026-13-45T99:99:99Z",
  "x".repeat(5_000),
  "[".repeat(3_000),
  "w ".repeat(2_000),
];

/** A word of people, or one of those. */
export function word(random: Random, known: readonly string[] = []): string {
  if (known.length > 0 && random.chance(0.55)) return random.pick(known);
  if (random.chance(0.7)) return random.pick(HARD);
  return Array.from({ length: random.between(1, 12) }, () => character(random)).join("");
}

function character(random: Random): string {
  const [low, high] = random.pick([
    [0x20, 0x7e],
    [0x20, 0x7e],
    [0x00, 0x1f],
    [0xa0, 0x2ff],
    [0x0590, 0x06ff],
    [0x2000, 0x206f],
    [0x3040, 0x30ff],
    [0xd800, 0xdfff],
    [0x1f300, 0x1f6ff],
  ] as const);
  return String.fromCodePoint(random.between(low, high));
}

/** The same text with a few characters gone, doubled, swapped or made other ones. */
export function damaged(random: Random, text: string): string {
  let out = text;
  for (let times = random.between(1, 4); times > 0; times -= 1) {
    const at = random.between(0, out.length);
    const cut = random.between(0, random.chance(0.2) ? 200 : 3);
    const put = random.pick(["", "", word(random), character(random), out.slice(at, at + random.between(1, 30))]);
    out = out.slice(0, at) + put + out.slice(at + cut);
  }
  return out;
}

/** The same value with one or a few of its parts missing, or of another kind. */
export function twisted(random: Random, value: unknown): unknown {
  const copy = structuredClone(value);
  for (let times = random.between(1, 3); times > 0; times -= 1) twistOnce(random, copy);
  return copy;
}

function twistOnce(random: Random, value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  const keys = Object.keys(value);
  if (keys.length === 0) return;
  const key = random.pick(keys);
  const holder = value as Record<string, unknown>;
  const inner = holder[key];
  if (typeof inner === "object" && inner !== null && random.chance(0.8)) twistOnce(random, inner);
  else if (random.chance(0.25)) delete holder[key];
  else holder[key] = random.pick<unknown>([null, 0, -1, 1e30, true, [], {}, [[]], word(random), word(random), [inner]]);
}
