import type { Block, Text } from "../../chat/view.ts";
import { type Line, type Piece, type Style, wrap } from "./lines.ts";
import { type Around, inOneLine, literal, piecesOf } from "./spans.ts";
import { widthOf } from "./width.ts";

type Of<K extends Block["kind"]> = Extract<Block, { kind: K }>;

const INDENT = "  ";
const BAR_CELLS = 10;
const LABEL_COLUMNS_MIN = 12;

/** One block of a view as lines. All of them are indented: only a message's own heading begins at the margin. */
export function blockLines(block: Block, around: Around): Line[] {
  switch (block.kind) {
    case "text":
      return indented(piecesOf(block.text, around, block.quiet ? "dim" : undefined), around);
    case "quote":
      return wrap([literal(block.text)], { first: `${INDENT}| `, columns: around.columns });
    case "fields":
      return fields(block, around);
    case "code":
      return code(block, around);
    case "tally":
      return tally(block, around);
    case "checklist":
      return checklist(block, around);
    case "progress":
      return indented(counted(block.label, block.done, block.total), around);
    case "image":
      return indented([literal(`Image: ${block.alt || "no words"} (${block.url})`)], around);
    case "link":
      return indented([literal(`${block.label}: ${block.url}`)], around);
    default:
      return block satisfies never;
  }
}

function indented(pieces: Piece[], { columns }: Around): Line[] {
  return wrap(pieces, { first: INDENT, columns });
}

/** Labels in a column of their own; where one is too long for that, each stands above its value. */
function fields({ fields: all }: Of<"fields">, around: Around): Line[] {
  const { columns } = around;
  const labels = all.map(({ label }) => inOneLine(label, "bold"));
  const column = Math.max(0, ...labels.map(({ text }) => widthOf(text)));
  const above = column > Math.max(LABEL_COLUMNS_MIN, Math.floor(columns / 4));
  return all.flatMap(({ value }, index) => {
    const label = labels[index] ?? { text: "" };
    const words = piecesOf(value, around);
    if (above) {
      return [...wrap([label], { first: INDENT, columns }), ...wrap(words, { first: `${INDENT}${INDENT}`, columns })];
    }
    const [first = [], ...rest] = wrap(words, { first: INDENT + " ".repeat(column + 2), columns });
    const gap = { text: " ".repeat(column + 2 - widthOf(label.text)) };
    return [[{ text: INDENT }, label, gap, ...first.slice(1)], ...rest];
  });
}

/** Whole: a line of it is a line on the screen, and a copy of that is a copy of all. */
function code({ label, code: whole }: Of<"code">, around: Around): Line[] {
  const heading = label === undefined ? [] : indented([literal(label, "bold")], around);
  const lines = literal(whole).text.replaceAll("\t", "    ").split("\n");
  return [...heading, ...lines.map((text): Line => [{ text: `${INDENT}${INDENT}` }, { text, style: "code" }])];
}

const VOTES: Record<Of<"tally">["entries"][number]["state"], [word: string, style: Style | undefined]> = {
  yes: ["yes", "good"],
  no: ["no", "danger"],
  waiting: ["waiting", undefined],
};

function tally({ label, have, need, entries }: Of<"tally">, around: Around): Line[] {
  const rows = entries.flatMap(({ who, state, detail }) => row(VOTES[state], who, detail, around));
  return [...indented(counted(label, have, need), around), ...rows];
}

const STEPS: Record<Of<"checklist">["items"][number]["state"], [word: string, style: Style | undefined]> = {
  done: ["done", "good"],
  current: ["now", "info"],
  todo: ["to do", undefined],
  skipped: ["skipped", "dim"],
  failed: ["failed", "danger"],
};

function checklist({ items }: Of<"checklist">, around: Around): Line[] {
  return items.flatMap(({ text, state, detail }) =>
    row(STEPS[state], typeof text === "string" && state === "current" ? [{ bold: text }] : text, detail, around),
  );
}

const WORD_COLUMNS = 7;

/** The state is a word, so that no sign and no colour has to be known. */
function row([word, style]: [string, Style | undefined], text: Text, detail: Text | undefined, around: Around): Line[] {
  const aside = detail === undefined || detail.length === 0 ? [] : [{ text: " – " }, ...piecesOf(detail, around)];
  const hanging = `${INDENT}${INDENT}${" ".repeat(WORD_COLUMNS + 2)}`;
  const [first = [], ...rest] = wrap([...piecesOf(text, around), ...aside], {
    first: hanging,
    columns: around.columns,
  });
  const gap = { text: " ".repeat(WORD_COLUMNS + 2 - word.length) };
  return [[{ text: `${INDENT}${INDENT}` }, { text: word, style }, gap, ...first.slice(1)], ...rest];
}

/** `Signatures  2 of 3  [######----]`: the words first, then the same as a picture. */
function counted(label: string, have: number, need: number): Piece[] {
  const share = need <= 0 ? 1 : Math.min(1, Math.max(0, have / need));
  const full = Math.max(Math.floor(share * BAR_CELLS), share > 0 ? 1 : 0);
  const bar = `[${"#".repeat(full)}${"-".repeat(BAR_CELLS - full)}]`;
  return [inOneLine(label, "bold"), { text: `  ${have} of ${need}  ${bar}` }];
}
