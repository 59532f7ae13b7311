import { channelOf, type Place } from "../../../chat/platform.ts";
import type { Board, Noted } from "./board.ts";
import type { Push } from "./client.ts";
import type { Show } from "./show.ts";

/** Lines of before that are shown on entering a room, beside its cards. */
const LATEST_MAX = 10;

export type Feed = ReturnType<typeof createFeed>;

/** Takes in what the bot tells, and shows what concerns the room that is looked at. */
export function createFeed({
  board,
  show,
  enterFirst,
}: {
  board: Board;
  show: Show;
  /** Enters the first room that is opened, where none was asked for. */
  enterFirst: boolean;
}) {
  let caughtUp = false;

  function hearRoom({ room }: Extract<Push, { t: "room" }>): void {
    const known = board.rooms.has(room.place);
    board.rooms.set(room.place, room);
    if (!caughtUp || known) return;
    if (board.current !== undefined) show.say(`A room was opened. To see it: join ${room.name}`);
    else if (enterFirst) enter(room.place);
  }

  function hearMessage({ message, change }: Extract<Push, { t: "message" }>): void {
    const { noted, before } = board.note(message);
    if (!caughtUp || change === "pinned") return;
    const room = board.rooms.get(channelOf(message.place));
    if (room !== undefined && room.place !== board.current?.place) {
      if (before === undefined) show.elsewhere(room, noted);
    } else if (before === undefined) {
      show.message(noted);
    } else if (JSON.stringify(before) !== JSON.stringify(message)) {
      show.change(noted, before);
    }
  }

  /** The room's cards in full, and the last of what was said. */
  function enter(place: Place): void {
    board.enter(place);
    if (board.current !== undefined) show.room(board.current);
    const all = board.messagesIn(place);
    const latest = new Set(all.slice(-LATEST_MAX));
    for (const noted of all) if (latest.has(noted) || isCard(noted)) show.message(noted);
  }

  return {
    enter,
    isCaughtUp: () => caughtUp,
    /** After a lost connection all is told once more; what is known already is not shown again. */
    push(frame: Push): void {
      switch (frame.t) {
        case "room":
          hearRoom(frame);
          break;
        case "message":
          hearMessage(frame);
          break;
        case "whisper":
          show.answer(frame.view, frame.at);
          break;
        case "home":
          show.answer(frame.view, undefined, "your home");
          break;
        case "caught_up":
          caughtUp = true;
          break;
        default:
          frame satisfies never;
      }
    },
  };
}

/** What one comes back to: pinned, or with something to press. */
export function isCard({ message }: Noted): boolean {
  return message.pinned || (message.view?.buttons.length ?? 0) > 0;
}
