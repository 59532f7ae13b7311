import { graphemesOf, widthOf } from "./width.ts";

export type Style = "bold" | "dim" | "italic" | "code" | "info" | "good" | "warning" | "danger";

/** Words with one look. Their text has been made safe before: nothing here shows what is hidden. */
export interface Piece {
  text: string;
  style?: Style | undefined;
}
export type Line = Piece[];

/**
 * Breaks pieces into lines at spaces. A word of plain letters and digits is never broken, whatever its length: it may be
 * a hash, an address or a link, and is copied from the screen. A long word of any other script is broken between its
 * letters. `first` begins the first line, `rest` all others.
 */
export function wrap(pieces: Piece[], { first = "", rest = first, columns }: Wrapping): Line[] {
  const lines: Line[] = [];
  let indent = first;
  for (const paragraph of paragraphsOf(pieces)) {
    for (const line of fill(paragraph, columns, indent, rest)) lines.push(line);
    indent = rest;
  }
  return lines;
}

export interface Wrapping {
  first?: string;
  rest?: string;
  columns: number;
}

/** One colour or weight per style, and none of them says anything that the words do not say. */
export function paint(lines: Line[], colour: boolean): string {
  return lines
    .map((line) =>
      merged(line)
        .map((piece) => paintPiece(piece, colour))
        .join("")
        .trimEnd(),
    )
    .join("\n");
}

/** Neighbours of one look are painted in one go. */
function merged(line: Line): Line {
  const pieces: Line = [];
  for (const piece of line) {
    const last = pieces.at(-1);
    if (last !== undefined && last.style === piece.style)
      pieces[pieces.length - 1] = { ...last, text: last.text + piece.text };
    else pieces.push(piece);
  }
  return pieces;
}

function paintPiece({ text, style }: Piece, colour: boolean): string {
  return colour && style !== undefined && text.trim() !== "" ? `\x1b[${SGR[style]}m${text}\x1b[0m` : text;
}

const SGR: Record<Style, string> = {
  bold: "1",
  dim: "2",
  italic: "3",
  code: "36",
  info: "1;36",
  good: "1;32",
  warning: "1;33",
  danger: "1;31",
};

function paragraphsOf(pieces: Piece[]): Piece[][] {
  const paragraphs: Piece[][] = [[]];
  for (const { text, style } of pieces) {
    for (const [index, part] of text.split("\n").entries()) {
      if (index > 0) paragraphs.push([]);
      paragraphs.at(-1)?.push({ text: part.replaceAll("\t", "    "), style });
    }
  }
  return paragraphs;
}

function* fill(paragraph: Piece[], columns: number, first: string, rest: string): Generator<Line> {
  let line: Line = [{ text: first }];
  let used = widthOf(first);
  let gap: Piece | undefined;
  let bare = true;
  for (const word of wordsOf(paragraph)) {
    if (word.space) {
      gap = bare ? undefined : word.pieces[0];
      continue;
    }
    for (const part of partsOf(word, columns - widthOf(rest))) {
      const width = widthOfPieces(part);
      const between = gap === undefined ? 0 : widthOf(gap.text);
      if (!bare && used + between + width > columns) {
        yield line;
        line = [{ text: rest }, ...part];
        used = widthOf(rest) + width;
      } else {
        line.push(...(gap === undefined ? [] : [gap]), ...part);
        used += between + width;
      }
      gap = undefined;
      bare = false;
    }
  }
  yield line;
}

interface Word {
  pieces: Piece[];
  space: boolean;
}

/** Words may change their look within: `Now:` in bold and the `.` after it are one word. */
function wordsOf(pieces: Piece[]): Word[] {
  const words: Word[] = [];
  for (const { text, style } of pieces) {
    for (const part of text.split(/( +)/)) {
      if (part === "") continue;
      const space = part.startsWith(" ");
      const last = words.at(-1);
      if (last !== undefined && last.space === space) last.pieces.push({ text: part, style });
      else words.push({ pieces: [{ text: part, style }], space });
    }
  }
  return words.map((word) => (word.space ? { ...word, pieces: [joined(word.pieces)] } : word));
}

function joined(pieces: Piece[]): Piece {
  const [first] = pieces;
  const style = pieces.every((piece) => piece.style === first?.style) ? first?.style : undefined;
  return { text: pieces.map(({ text }) => text).join(""), style };
}

function partsOf({ pieces }: Word, room: number): Piece[][] {
  if (widthOfPieces(pieces) <= room || pieces.every(({ text }) => PLAIN_WORD.test(text))) return [pieces];
  const parts: Piece[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const { text, style } of pieces) {
    for (const { unit, width } of unitsOf(text)) {
      if (used + width > room) {
        parts.push([]);
        used = 0;
      }
      parts.at(-1)?.push({ text: unit, style });
      used += width;
    }
  }
  return parts;
}

const PLAIN_WORD = /^[\x21-\x7e]*$/;

/** What may stand on lines of its own within a word: a run of plain letters in one piece, any other letter alone. */
function unitsOf(text: string): { unit: string; width: number }[] {
  const units = text.match(/[\x21-\x7e]+|[^\x21-\x7e]+/g) ?? [];
  return units
    .flatMap((run) => (PLAIN_WORD.test(run) ? [run] : graphemesOf(run)))
    .map((unit) => ({ unit, width: widthOf(unit) }));
}

function widthOfPieces(pieces: Piece[]): number {
  return pieces.reduce((sum, { text }) => sum + widthOf(text), 0);
}
