/** Markdown as data, for the `markdown` block and for the preview of Markdown files. Common Markdown plus GitHub's tables. */
import { type Inline, joinTexts, urlAt } from "./inline.ts";

export type Align = "left" | "center" | "right";

export interface ListItem {
  /** Set on a task list's item. */
  done?: boolean;
  blocks: MarkdownBlock[];
}

export type MarkdownBlock =
  | { type: "heading"; level: number; children: Inline[] }
  | { type: "paragraph"; children: Inline[] }
  | { type: "list"; ordered: boolean; start: number; items: ListItem[] }
  | { type: "quote"; blocks: MarkdownBlock[] }
  | { type: "pre"; text: string }
  | { type: "table"; align: (Align | undefined)[]; head: Inline[][]; rows: Inline[][][] }
  | { type: "rule" };

const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;

export function parseMarkdown(source: string): MarkdownBlock[] {
  return parseBlocks(source.replace(/\r\n?/g, "\n").replace(/\t/g, "    ").split("\n"));
}

function parseBlocks(lines: string[]): MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    if (line.trim() === "") {
      at += 1;
      continue;
    }
    const [block, end] =
      fenceAt(lines, at) ??
      headingAt(line, at) ??
      quoteAt(lines, at) ??
      listAt(lines, at) ??
      tableAt(lines, at) ??
      paragraphAt(lines, at);
    blocks.push(block);
    at = end;
  }
  return blocks;
}

type Found = [block: MarkdownBlock, end: number] | undefined;

function fenceAt(lines: string[], at: number): Found {
  const open = /^\s{0,3}(```+|~~~+)/.exec(lines[at]!);
  if (!open) return undefined;
  let end = at + 1;
  while (end < lines.length && !lines[end]!.trim().startsWith(open[1]!)) end += 1;
  return [{ type: "pre", text: lines.slice(at + 1, end).join("\n") }, end + 1];
}

function headingAt(line: string, at: number): Found {
  const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading)
    return [{ type: "heading", level: heading[1]!.length, children: parseMarkdownInline(heading[2]!) }, at + 1];
  if (/^\s{0,3}([-*_])(\s*\1){2,}\s*$/.test(line)) return [{ type: "rule" }, at + 1];
  return undefined;
}

function quoteAt(lines: string[], at: number): Found {
  let end = at;
  while (end < lines.length && /^\s{0,3}>/.test(lines[end]!)) end += 1;
  if (end === at) return undefined;
  return [
    { type: "quote", blocks: parseBlocks(lines.slice(at, end).map((line) => line.replace(/^\s{0,3}>\s?/, ""))) },
    end,
  ];
}

function listAt(lines: string[], at: number): Found {
  const first = ITEM.exec(lines[at]!);
  if (!first) return undefined;
  const ordered = /\d/.test(first[2]!);
  const items: ListItem[] = [];
  let end = at;
  while (end < lines.length) {
    const item = ITEM.exec(lines[end]!);
    if (!item || item[1]!.length !== first[1]!.length || /\d/.test(item[2]!) !== ordered) break;
    // What is indented deeper than the bullet belongs to the item, blank lines between included.
    const inside = [item[3]!];
    end += 1;
    while (end < lines.length && belongsTo(lines, end, item[1]!.length))
      inside.push(lines[end++]!.slice(item[1]!.length + 2));
    const task = /^\[([ xX])\]\s+/.exec(inside[0]!);
    if (task) inside[0] = inside[0]!.slice(task[0].length);
    items.push({ ...(task && { done: task[1] !== " " }), blocks: parseBlocks(inside) });
  }
  return [{ type: "list", ordered, start: ordered ? Number.parseInt(first[2]!, 10) : 1, items }, end];
}

function belongsTo(lines: string[], at: number, indent: number): boolean {
  const line = lines[at]!;
  if (line.trim() !== "") return line.length - line.trimStart().length > indent;
  const next = lines.slice(at + 1).find((later) => later.trim() !== "");
  return next !== undefined && next.length - next.trimStart().length > indent;
}

function tableAt(lines: string[], at: number): Found {
  const rule = lines[at + 1];
  if (!lines[at]!.includes("|") || rule === undefined || !/^\s*\|?(\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?\s*$/.test(rule))
    return undefined;
  if (!rule.includes("|")) return undefined;
  const align = cells(rule).map((cell): Align | undefined => {
    if (/^:-+:$/.test(cell)) return "center";
    return cell.endsWith(":") ? "right" : cell.startsWith(":") ? "left" : undefined;
  });
  let end = at + 2;
  while (end < lines.length && lines[end]!.includes("|")) end += 1;
  const row = (line: string) => cells(line).map(parseMarkdownInline);
  return [{ type: "table", align, head: row(lines[at]!), rows: lines.slice(at + 2, end).map(row) }, end];
}

function cells(line: string): string[] {
  return line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replace(/\\\|/g, "|"));
}

function paragraphAt(lines: string[], at: number): [MarkdownBlock, number] {
  let end = at + 1;
  while (
    end < lines.length &&
    lines[end]!.trim() !== "" &&
    !fenceAt(lines, end) &&
    !headingAt(lines[end]!, end) &&
    !/^\s{0,3}>/.test(lines[end]!) &&
    !ITEM.test(lines[end]!)
  )
    end += 1;
  const text = lines.slice(at, end).map((line) => line.trimStart());
  return [{ type: "paragraph", children: parseMarkdownInline(text.join("\n")) }, end];
}

export function parseMarkdownInline(source: string): Inline[] {
  const nodes: Inline[] = [];
  let at = 0;
  while (at < source.length) {
    const found = nodeAt(source, at) ?? { node: { type: "text", text: source[at]! } as Inline, end: at + 1 };
    nodes.push(found.node);
    at = found.end;
  }
  return joinTexts(nodes);
}

const EMPHASIS = [
  [/^\*\*(?=\S)([\s\S]*?\S)\*\*(?!\*)/, "bold"],
  [/^__(?=\S)([\s\S]*?\S)__(?!\w)/, "bold"],
  [/^~~(?=\S)([\s\S]*?\S)~~/, "strike"],
  [/^\*(?=[^\s*])([\s\S]*?[^\s*])\*(?!\*)/, "italic"],
  [/^_(?=[^\s_])([\s\S]*?[^\s_])_(?!\w)/, "italic"],
] as const;

function nodeAt(source: string, at: number): { node: Inline; end: number } | undefined {
  const rest = source.slice(at);
  const char = rest[0]!;
  const escaped = /^\\([!-/:-@[-`{-~])/.exec(rest);
  if (escaped) return { node: { type: "text", text: escaped[1]! }, end: at + 2 };
  const code = /^(`+)([\s\S]*?[^`])\1(?!`)/.exec(rest);
  if (code) return { node: { type: "code", text: code[2]!.replace(/^ (.*) $/s, "$1") }, end: at + code[0].length };
  const link = /^!?\[([^\]]*)\]\((<[^>]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+"[^"]*")?\)/.exec(rest);
  if (link) {
    const url = link[2]!.replace(/^<|>$/g, "");
    return { node: { type: "link", url, children: parseMarkdownInline(link[1]! || url) }, end: at + link[0].length };
  }
  const hard = /^(?: {2,}|\\)\n|^\n/.exec(rest);
  if (hard)
    return { node: hard[0] === "\n" ? { type: "text", text: " " } : { type: "break" }, end: at + hard[0].length };
  const url = char === "h" && !/\w/.test(source[at - 1] ?? "") ? urlAt(source, at) : undefined;
  if (url) return { node: { type: "link", url, children: [{ type: "text", text: url }] }, end: at + url.length };
  if (char === "_" && /\w/.test(source[at - 1] ?? "")) return undefined;
  for (const [pattern, type] of EMPHASIS) {
    const match = pattern.exec(rest);
    if (match) return { node: { type, children: parseMarkdownInline(match[1]!) }, end: at + match[0].length };
  }
  return undefined;
}
