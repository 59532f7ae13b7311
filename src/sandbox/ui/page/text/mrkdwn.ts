/** Slack's mrkdwn as data. Follows Slack's formatting reference: emphasis at word borders, one line at a time. */
import { type Inline, joinTexts, urlAt } from "./inline.ts";

export type MrkdwnBlock =
  | { type: "paragraph"; children: Inline[] }
  | { type: "quote"; children: Inline[] }
  | { type: "pre"; text: string };

const EMPHASIS = { "*": "bold", _: "italic", "~": "strike" } as const;

/** Parses text as it stands in a `mrkdwn` object or in a message's `text`: `& < >` are escaped, controls are in `<…>`. */
export function parseMrkdwn(source: string): MrkdwnBlock[] {
  const blocks: MrkdwnBlock[] = [];
  // Odd parts stand between triple backticks; an opening without a closing is plain text.
  const parts = source.split(/```([\s\S]+?)```/);
  parts.forEach((part, index) => {
    if (index % 2 === 1) {
      blocks.push({ type: "pre", text: plainCode(part.replace(/^\n|\n$/g, "")) });
      return;
    }
    // A line break next to a code block belongs to the block's border.
    const lines = part.replace(index > 0 ? /^\n/ : /^(?!)/, "").replace(index < parts.length - 1 ? /\n$/ : /(?!)$/, "");
    if (lines !== "") blocks.push(...parseLines(lines.split("\n")));
  });
  return blocks;
}

/** One run of text without quotes and code blocks. */
export function parseInline(source: string): Inline[] {
  const nodes: Inline[] = [];
  let at = 0;
  while (at < source.length) {
    const found = nodeAt(source, at);
    if (found) {
      nodes.push(found.node);
      at = found.end;
    } else {
      nodes.push({ type: "text", text: source[at]! });
      at += 1;
    }
  }
  return joinTexts(nodes);
}

/** The text that a person reads, with formatting taken away: for notifications and labels. */
export function plainText(source: string): string {
  const read = (nodes: Inline[]): string =>
    nodes
      .map((node) => {
        if ("children" in node) return read(node.children);
        if ("text" in node) return node.text;
        if (node.type === "date") return node.fallback;
        if (node.type === "emoji") return `:${node.name}:`;
        if (node.type === "break") return " ";
        if (node.type === "broadcast") return `@${node.range}`;
        return node.label ?? node.id;
      })
      .join("");
  return parseMrkdwn(source)
    .map((block) => (block.type === "pre" ? block.text : read(block.children)))
    .join(" ");
}

export function unescapeEntities(text: string): string {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

/** Text that a person typed, as it must stand in a message. */
export function escapeText(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function parseLines(lines: string[]): MrkdwnBlock[] {
  const blocks: MrkdwnBlock[] = [];
  let quotesTheRest = false;
  for (const line of lines) {
    const all = !quotesTheRest && /^(?:&gt;|>){3}\s?/.exec(line);
    if (all) quotesTheRest = true;
    const one = /^(?:&gt;|>)\s?/.exec(line);
    const type = quotesTheRest || one ? "quote" : "paragraph";
    const text = all ? line.slice(all[0].length) : one && !quotesTheRest ? line.slice(one[0].length) : line;
    const last = blocks.at(-1);
    if (last && last.type === type) last.children.push({ type: "break" }, ...parseInline(text));
    else blocks.push({ type, children: parseInline(text) });
  }
  return blocks;
}

function nodeAt(source: string, at: number): { node: Inline; end: number } | undefined {
  const char = source[at]!;
  if (char === "<") return angleAt(source, at);
  if (char === "`") return codeAt(source, at);
  if (char === "*" || char === "_" || char === "~") return emphasisAt(source, at, char);
  if (char === ":") {
    const match = /^:([a-z0-9_+'-]+):(?::skin-tone-\d:)?/.exec(source.slice(at));
    return match ? { node: { type: "emoji", name: match[1]! }, end: at + match[0].length } : undefined;
  }
  if (char === "&") {
    const match = /^&(?:amp|lt|gt);/.exec(source.slice(at));
    return match ? { node: { type: "text", text: unescapeEntities(match[0]) }, end: at + match[0].length } : undefined;
  }
  if (char === "\n") return { node: { type: "break" }, end: at + 1 };
  if (char === "h" && !isWord(source[at - 1])) {
    const url = urlAt(source, at);
    if (!url) return undefined;
    const shown = unescapeEntities(url);
    return { node: { type: "link", url: shown, children: [{ type: "text", text: shown }] }, end: at + url.length };
  }
  return undefined;
}

function codeAt(source: string, at: number): { node: Inline; end: number } | undefined {
  const match = /^`([^`\n]+)`/.exec(source.slice(at));
  if (!match) return undefined;
  return { node: { type: "code", text: plainCode(match[1]!) }, end: at + match[0].length };
}

/** Inside code nothing is formatted, but Slack still shows a link's label instead of its markup. */
function plainCode(text: string): string {
  return unescapeEntities(text.replace(/<([^<>|\n]+)(?:\|([^<>\n]*))?>/g, (_, target, label) => label ?? target));
}

function emphasisAt(
  source: string,
  at: number,
  mark: keyof typeof EMPHASIS,
): { node: Inline; end: number } | undefined {
  if (isWord(source[at - 1]) || source[at - 1] === mark) return undefined;
  const next = source[at + 1];
  if (next === undefined || /\s/.test(next) || next === mark) return undefined;
  for (let end = at + 1; end < source.length && source[end] !== "\n"; end++) {
    // A mark inside a code span or a link is not a mark.
    const inside = source[end] === "`" || source[end] === "<" ? nodeAt(source, end) : undefined;
    if (inside) {
      end = inside.end - 1;
      continue;
    }
    const closes = source[end] === mark && !/\s/.test(source[end - 1]!) && !isWord(source[end + 1]);
    if (closes && end > at + 1) {
      return { node: { type: EMPHASIS[mark], children: parseInline(source.slice(at + 1, end)) }, end: end + 1 };
    }
  }
  return undefined;
}

function angleAt(source: string, at: number): { node: Inline; end: number } | undefined {
  const match = /^<([^<>\n]+)>/.exec(source.slice(at));
  const node = match && controlOf(match[1]!);
  return node ? { node, end: at + match[0].length } : undefined;
}

function controlOf(inner: string): Inline | undefined {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? undefined : unescapeEntities(inner.slice(bar + 1));
  if (/^@[UW]/.test(target)) return { type: "user", id: target.slice(1), label };
  if (target.startsWith("#C")) return { type: "channel", id: target.slice(1), label: label || undefined };
  if (target.startsWith("!subteam^")) return { type: "group", id: target.slice(9), label };
  if (target.startsWith("!date^")) {
    const [, seconds, format, url] = target.split("^");
    if (!/^\d+$/.test(seconds ?? "") || !format) return undefined;
    return { type: "date", seconds: Number(seconds), format, url, fallback: label ?? "" };
  }
  if (/^!(here|channel|everyone)$/.test(target)) return { type: "broadcast", range: target.slice(1) };
  if (!/^(https?|mailto|tel|slack):/.test(target)) return undefined;
  const url = unescapeEntities(target);
  const children: Inline[] = bar < 0 ? [{ type: "text", text: url }] : parseInline(inner.slice(bar + 1));
  return { type: "link", url, children };
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && /[\p{L}\p{N}_]/u.test(char);
}
