import { type CardRow, partsOf } from "../../core/pause-card.ts";

/** Characters that a phone's screen holds in a monospaced line. */
const LINE_MAX = 36;

/** The card as text that a phone shows without a wrap: a label, and its value below where it is long. */
export function cardText(rows: CardRow[]): string {
  return rows.flatMap(rowLines).join("\n");
}

function rowLines({ label, value, note }: CardRow): string[] {
  const parts = packed(partsOf(value)).flatMap(halves);
  const [only] = parts;
  const short = parts.length === 1 && only !== undefined && label.length + only.length + 2 <= LINE_MAX;
  const aside = note === undefined ? [] : [`  (${note})`];
  return short ? [`${label}: ${only}`, ...aside] : [label, ...parts.map(indented), ...aside];
}

/** What fills a line alone, such as an address, starts at its edge: an indent would only push its end to the next line. */
function indented(part: string): string {
  const [word = ""] = part.split(" ");
  return word.length + 2 > LINE_MAX ? part : `  ${part}`;
}

/** Parts that fit a line together share it. */
function packed(parts: string[]): string[] {
  const rows: string[] = [];
  for (const part of parts) {
    const last = rows.at(-1);
    if (last === undefined || last.length + part.length + 4 > LINE_MAX) rows.push(part);
    else rows[rows.length - 1] = `${last}  ${part}`;
  }
  return rows;
}

/** A grouped hash in four rows of four groups, easy to compare; a plain one, or a bytes32, in two. Never shortened. */
function halves(part: string): string[] {
  if (/^(?:[0-9A-F]{4} ){15}[0-9A-F]{4}$/.test(part)) return [0, 20, 40, 60].map((at) => part.slice(at, at + 19));
  if (/^0x[0-9a-f]{64}$/i.test(part)) return [part.slice(0, 34), part.slice(34)];
  return /^[0-9a-f]{64}$/.test(part) ? [part.slice(0, 32), part.slice(32)] : [part];
}
