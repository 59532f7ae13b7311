import type { RichTextBlock } from "@slack/types";

export type RichElement =
  | { type: "text"; text: string; style?: Style }
  | { type: "user"; user_id: string }
  | { type: "channel"; channel_id: string }
  | { type: "link"; url: string; text: string }
  | { type: "date"; timestamp: number; format: string; fallback: string };
type Style = { bold?: true; italic?: true; strike?: true; code?: true };
type Part =
  | { type: "rich_text_section" | "rich_text_quote"; elements: RichElement[] }
  | { type: "rich_text_preformatted"; elements: RichElement[] };

export interface Read {
  /** `### ` at the beginning: a heading. `-# `: small print. */
  look: "plain" | "heading" | "small";
  block: RichTextBlock;
  words: string;
  /** The same for small print, which is drawn from mrkdwn alone; missing where something literal in it would format there. */
  small?: string;
}

const MARKS: [string, keyof Style][] = [
  ["**", "bold"],
  ["~~", "strike"],
  ["*", "italic"],
  ["_", "italic"],
];

/** Discord's Markdown as rich text, in which nothing can format any more: what the page shows of a text display. */
export function readMarkdown(content: string): Read {
  const look = content.startsWith("### ") ? "heading" : content.startsWith("-# ") ? "small" : "plain";
  const parts: Part[] = [];
  for (const [index, piece] of content.split(/```\n?([\s\S]*?)\n?```/).entries()) {
    if (index % 2 === 1)
      parts.push({ type: "rich_text_preformatted", elements: [{ type: "text", text: piece || " " }] });
    else parts.push(...sections(piece.replace(/^\n|\n$/g, "")));
  }
  const words = parts.flatMap(({ elements }) => elements.map(wordsOf)).join("");
  const block = { type: "rich_text", elements: parts } as RichTextBlock;
  const small = look === "small" ? mrkdwn(parts.flatMap(({ elements }) => elements)) : undefined;
  return { look, block, words, ...(small !== undefined && { small }) };
}

const FORMATS = /[*_~`>|]|:[a-z0-9_+'-]+:/i;

function mrkdwn(elements: RichElement[]): string | undefined {
  if (elements.some((one) => (one.type === "text" || one.type === "link") && FORMATS.test(one.text))) return undefined;
  return elements.map(marked).join("");
}

function marked(element: RichElement): string {
  switch (element.type) {
    case "text": {
      const text = escaped(element.text);
      if (element.style?.code) return `\`${text}\``;
      const sign = element.style?.bold ? "*" : element.style?.italic ? "_" : "";
      return text.replace(/^(\s*)([\s\S]*?)(\s*)$/, (_, before, said, after) =>
        said === "" ? text : `${before}${sign}${said}${sign}${after}`,
      );
    }
    case "user":
      return `<@${element.user_id}>`;
    case "channel":
      return `<#${element.channel_id}>`;
    case "link":
      return `<${escaped(element.url)}|${escaped(element.text)}>`;
    case "date":
      return `<!date^${element.timestamp}^${element.format}|${element.fallback}>`;
    default:
      return element satisfies never;
  }
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Lines that are quoted stand together, and so do those that are not. */
function sections(text: string): Part[] {
  if (text === "") return [];
  const parts: Part[] = [];
  for (const line of text.split("\n")) {
    const type = line.startsWith("> ") ? "rich_text_quote" : "rich_text_section";
    const elements = inline(line.replace(/^(> |### |-# )/, ""));
    const last = parts.at(-1);
    if (last?.type === type) last.elements.push({ type: "text", text: "\n" }, ...elements);
    else parts.push({ type, elements });
  }
  return parts.filter(({ elements }) => elements.length > 0);
}

function inline(line: string): RichElement[] {
  const found: RichElement[] = [];
  const on: Style = {};
  let plain = "";
  let rest = line;
  const flush = () => {
    const style = Object.keys(on).length > 0 ? { style: { ...on } } : {};
    if (plain !== "") found.push({ type: "text", text: plain, ...style });
    plain = "";
  };
  while (rest !== "") {
    const escaped = /^\\([^A-Za-z0-9\s])/.exec(rest);
    const code = /^(`{1,2})(.+?)\1(?!`)/.exec(rest);
    const tag = /^<(@|#|t:)(\d+)(?::\w)?>/.exec(rest);
    const link = /^\[((?:\\.|[^\]\\])+)\]\(<?([^>)\s]+)>?\)/.exec(rest);
    const mark = MARKS.find(
      ([sign, name]) => rest.startsWith(sign) && (on[name] || rest.indexOf(sign, sign.length + 1) > 0),
    );
    let taken = 1;
    if (escaped) {
      plain += escaped[1];
      taken = 2;
    } else if (code || tag || link) {
      flush();
      if (code) found.push({ type: "text", text: (code[2] ?? "").replace(/^ (.*) $/, "$1"), style: { code: true } });
      else if (tag) found.push(tagged(tag[1] ?? "", tag[2] ?? ""));
      else found.push({ type: "link", url: link?.[2] ?? "", text: (link?.[1] ?? "").replace(/\\(.)/g, "$1") });
      taken = (code ?? tag ?? link)?.[0].length ?? 1;
    } else if (mark) {
      flush();
      if (on[mark[1]]) delete on[mark[1]];
      else on[mark[1]] = true;
      taken = mark[0].length;
    } else {
      taken = String.fromCodePoint(rest.codePointAt(0) ?? 32).length;
      plain += rest.slice(0, taken);
    }
    rest = rest.slice(taken);
  }
  flush();
  return found;
}

function tagged(kind: string, id: string): RichElement {
  if (kind === "@") return { type: "user", user_id: id };
  if (kind === "#") return { type: "channel", channel_id: id };
  const timestamp = Number(id);
  return {
    type: "date",
    timestamp,
    format: "{date_short_pretty} {time}",
    fallback: new Date(timestamp * 1000).toISOString(),
  };
}

function wordsOf(element: RichElement): string {
  if (element.type === "text" || element.type === "link") return element.text;
  return element.type === "date" ? element.fallback : "";
}
