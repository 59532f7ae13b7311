import { channelOf, type Place } from "../../../chat/platform.ts";
import type { Button } from "../../../chat/view.ts";
import { directKey } from "../place.ts";
import type { Message, RoomFacts } from "../protocol.ts";

/** A message as this console numbers it: `#12`, for as long as it is open. */
export interface Noted {
  number: number;
  message: Message;
}

export interface Pressable {
  number: number;
  button: Button;
  /** Where the press happens: the message that bears the button, or the room in which an answer was shown. */
  where: Place | undefined;
}

export type Board = ReturnType<typeof createBoard>;

/**
 * What a console knows: rooms, messages, and the numbers that it gave them. A number means one thing for ever: a button
 * that is shown again has the one that it had, and one that has left its card can't be pressed any more.
 */
export function createBoard() {
  const rooms = new Map<Place, RoomFacts>();
  const messages = new Map<Place, Noted>();
  const buttons = new Map<string, Pressable & { owner: string }>();
  const byNumber = new Map<number, string>();
  let current: Place | undefined;

  function keyOf(owner: string, button: Button): string {
    const what = "url" in button ? button.url : JSON.stringify([button.command, Object.entries(button.input).sort()]);
    return `${owner} ${what} ${button.label}`;
  }

  return {
    rooms,
    /** The room that lines are typed in. */
    get current(): RoomFacts | undefined {
      return current === undefined ? undefined : rooms.get(current);
    },
    enter(place: Place): void {
      current = place;
    },
    roomNamed: (name: string): RoomFacts | undefined =>
      [...rooms.values()].find((room) => room.name.toLowerCase() === name.toLowerCase()),

    /** Takes a message in. Tells what was known of it before, if anything. */
    note(message: Message): { noted: Noted; before: Message | undefined } {
      const known = messages.get(message.place);
      const noted = { number: known?.number ?? messages.size + 1, message };
      messages.set(message.place, noted);
      return { noted, before: known?.message };
    },
    message: (number: number): Noted | undefined => [...messages.values()].find((one) => one.number === number),
    numberOf: (place: Place): number | undefined => messages.get(place)?.number,
    messagesIn: (room: Place): Noted[] =>
      [...messages.values()].filter(({ message }) => channelOf(message.place) === room),
    isDirect: ({ place }: Message): boolean => directKey(place) !== undefined,

    /** The button's number. `owner` is the message, or anything that tells one answer from another. */
    buttonNumber(owner: string, where: Place | undefined, button: Button): number {
      const key = keyOf(owner, button);
      const known = buttons.get(key);
      if (known !== undefined) {
        buttons.set(key, { ...known, button });
        return known.number;
      }
      const number = buttons.size + 1;
      buttons.set(key, { number, button, where, owner });
      byNumber.set(number, key);
      return number;
    },
    /** What a number presses; `gone` when its card no longer offers it. */
    pressable(number: number): Pressable | "unknown" | "gone" {
      const key = byNumber.get(number);
      const found = key === undefined ? undefined : buttons.get(key);
      if (key === undefined || found === undefined) return "unknown";
      const holder = messages.get(found.owner)?.message;
      if (holder === undefined) return found;
      const offered = holder.view?.buttons.some((button) => keyOf(found.owner, button) === key) ?? false;
      return offered ? found : "gone";
    },
  };
}
