import type { View } from "../../../chat/view.ts";
import { type Line, paint, wrap } from "../lines.ts";
import type { Message, RoomFacts } from "../protocol.ts";
import { headingLines, viewLines } from "../render.ts";
import { type Around, inOneLine, literal } from "../spans.ts";
import type { Board, Noted } from "./board.ts";

/** Where a console writes. */
export interface Screen {
  columns(): number;
  colour: boolean;
  print(text: string): void;
}

export type Show = ReturnType<typeof createShow>;

/** Everything that a console prints. */
export function createShow({
  screen,
  board,
  timeZone,
  nameOf,
}: {
  screen: Screen;
  board: Board;
  timeZone: string;
  nameOf: (key: string) => string | undefined;
}) {
  let answers = 0;
  const around = (): Around => ({ columns: screen.columns(), timeZone, nameOf });
  const print = (lines: Line[]) => screen.print(paint(lines, screen.colour));

  function linesOf({ number, message }: Noted, after?: string): Line[] {
    const before = `#${number} ${message.at.slice(11, 16)}`;
    const place = message.place;
    if (message.view !== undefined) {
      const numberOf = (button: View["buttons"][number]) => board.buttonNumber(place, place, button);
      return viewLines(message.view, around(), { numberOf, before, after: asideOf(message, after) });
    }
    const { columns } = around();
    if (message.file !== undefined) {
      const { title, path } = message.file;
      return [
        ...wrap([{ text: `${before} `, style: "dim" }, inOneLine(`File: ${title}`, "bold")], { rest: "  ", columns }),
        ...wrap([literal(path)], { first: "    ", columns }),
      ];
    }
    const words = [
      { text: `${before} `, style: "dim" as const },
      inOneLine(message.author?.name ?? "somebody", "bold"),
      ...(message.thread === undefined ? [] : [{ text: ` (under #${board.numberOf(message.thread) ?? "?"})` }]),
      { text: ": " },
      literal(message.text ?? ""),
    ];
    return wrap(words, { rest: "  ", columns });
  }

  function asideOf({ thread, place }: Message, after: string | undefined): string | undefined {
    const under = thread === undefined ? undefined : board.numberOf(thread);
    const parts = [
      ...(under === undefined ? [] : [`under #${under}`]),
      ...(board.isDirect({ place } as Message) ? ["to you alone"] : []),
      ...(after === undefined ? [] : [after]),
    ];
    return parts.length === 0 ? undefined : parts.join(", ");
  }

  return {
    message: (noted: Noted): void => print(linesOf(noted)),

    /** Only what is new in an edited message: a card is long, and changes often. */
    change(noted: Noted, before: Message): void {
      const old = new Set(linesOf({ ...noted, message: before }).map(textOf));
      const heading = noted.message.view === undefined ? [] : headingOf(noted);
      const now = linesOf(noted);
      const news = now
        .slice(countOfHeading(noted))
        .filter((line) => textOf(line).trim() !== "" && !old.has(textOf(line)));
      if (news.length > 0 || noted.message.view?.title !== before.view?.title) print([...heading, ...news]);
    },

    /** An answer that only this console sees. */
    answer(view: View, where: string | undefined, after = "only you see this"): void {
      answers += 1;
      const owner = `answer-${answers}`;
      const numberOf = (button: View["buttons"][number]) => board.buttonNumber(owner, where, button);
      print(viewLines(view, around(), { numberOf, after }));
    },

    /** In another room than the one that is looked at. */
    elsewhere(room: RoomFacts, { message }: Noted): void {
      const what = message.view?.title ?? message.text ?? message.file?.title ?? "";
      const words = [
        { text: `${room.name}: `, style: "dim" as const },
        inOneLine(what),
        { text: ` (join ${room.name})`, style: "dim" as const },
      ];
      print(wrap(words, { rest: "  ", columns: screen.columns() }));
    },

    room({ name, title, bookmarks }: RoomFacts): void {
      const { columns } = around();
      const rule = { text: "-".repeat(Math.min(columns, 80)), style: "dim" as const };
      print([
        [rule],
        ...wrap([inOneLine(`${name} ${title}`, "bold")], { rest: "  ", columns }),
        ...bookmarks.flatMap((link) => wrap([literal(`${link.title}: ${link.url}`)], { first: "  ", columns })),
      ]);
    },

    /** Our own words to whoever sits here. Spaces before them move all of their lines. */
    say(text: string, style?: "dim" | "warning" | "danger" | "good"): void {
      const first = /^ */.exec(text)?.[0] ?? "";
      print(wrap([literal(text.trimStart(), style)], { first, rest: `${first}  `, columns: screen.columns() }));
    },
  };

  function headingOf(noted: Noted): Line[] {
    const { view } = noted.message;
    if (view === undefined) return [];
    const before = `#${noted.number} ${noted.message.at.slice(11, 16)}`;
    return headingLines(view, around(), { before, after: asideOf(noted.message, "changed") });
  }

  function countOfHeading(noted: Noted): number {
    const { view } = noted.message;
    if (view === undefined) return 0;
    const before = `#${noted.number} ${noted.message.at.slice(11, 16)}`;
    return headingLines(view, around(), { before, after: asideOf(noted.message, undefined) }).length;
  }
}

function textOf(line: Line): string {
  return line.map(({ text }) => text).join("");
}
