import type { Button, Tone, View } from "../../chat/view.ts";
import { blockLines } from "./blocks.ts";
import { type Line, type Piece, type Style, wrap } from "./lines.ts";
import { type Around, inOneLine, literal } from "./spans.ts";

/** What says the tone without colour, at the margin, where nothing that a person wrote can stand. */
const TONES: Record<Tone, { sign: string; style: Style }> = {
  neutral: { sign: "", style: "bold" },
  info: { sign: "[i] ", style: "info" },
  good: { sign: "[ok] ", style: "good" },
  warning: { sign: "[!] ", style: "warning" },
  danger: { sign: "[!!] ", style: "danger" },
};

export interface Heading {
  /** Before the title: the message's number and time. */
  before?: string;
  /** After it: `changed`. */
  after?: string;
}

/**
 * A view as a terminal shows it: heading, blocks, numbered buttons, and below them what one compares before a press.
 * Nothing is shortened. `numberOf` gives the number under which a button is pressed.
 */
export function viewLines(
  view: View,
  around: Around,
  { numberOf, before, after }: Heading & { numberOf: (button: Button) => number },
): Line[] {
  return [
    ...headingLines(view, around, { before, after }),
    ...view.body.flatMap((block) => blockLines(block, around)),
    ...buttonLines(view.buttons, around, numberOf),
    ...(view.details ?? []).flatMap((block) => blockLines(block, around)),
  ];
}

export function headingLines({ tone, title }: View, { columns }: Around, { before, after }: Heading): Line[] {
  const { sign, style } = TONES[tone];
  const words: Piece[] = [
    ...(before === undefined ? [] : [{ text: `${before} `, style: "dim" as const }]),
    { text: sign, style },
    inOneLine(title, style),
    ...(after === undefined ? [] : [{ text: ` (${after})`, style: "dim" as const }]),
  ];
  return wrap(words, { first: "", rest: "  ", columns });
}

/** `[3] Execute`: as many to a line as fit. A link says where it leads, on a line of its own. */
function buttonLines(buttons: Button[], { columns }: Around, numberOf: (button: Button) => number): Line[] {
  const lines: Line[] = [];
  let used = 0;
  for (const button of buttons) {
    const number: Piece = { text: `[${numberOf(button)}] `, style: "bold" };
    if ("url" in button) {
      const words = [number, inOneLine(button.label), { text: ": " }, literal(button.url)];
      lines.push(...wrap(words, { first: "  ", rest: "      ", columns }));
      used = columns;
      continue;
    }
    const label = inOneLine(button.label, button.style === "danger" ? "danger" : undefined);
    const width = number.text.length + label.text.length;
    if (lines.length === 0 || used + 3 + width > columns) {
      lines.push([{ text: "  " }, number, label]);
      used = 2 + width;
    } else {
      lines.at(-1)?.push({ text: "   " }, number, label);
      used += 3 + width;
    }
  }
  return lines;
}
