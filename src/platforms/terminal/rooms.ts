import { type Place, RefusedError } from "../../chat/platform.ts";
import type { View } from "../../chat/view.ts";
import { directPlace, placeOf, readPlace } from "./place.ts";
import type { Message, RoomFacts, Somebody, ToConsole } from "./protocol.ts";

/** Per channel. The oldest that is not pinned is forgotten first: an edit of it is then refused as `gone`. */
const MESSAGES_MAX = 2_000;

export type Rooms = ReturnType<typeof createRooms>;

/** What a channel holds beside the facts that consoles are told of it. */
interface Channel {
  facts: RoomFacts;
  messages: Map<Place, Message>;
  /** Posts of the bot by their key: one key is posted once. */
  keys: Map<string, Place>;
}

/**
 * Rooms and messages, in memory: the timeline is elsewhere and outlives us. A room that is written to and not known, as
 * after a restart, is there at once, since its place says all that it needs.
 */
export function createRooms({
  now,
  tell,
}: {
  now: () => Date;
  /** Called for everything that consoles should hear, with the channel in which it happened. */
  tell: (channel: Place, frame: ToConsole) => void;
}) {
  const channels = new Map<Place, Channel>();
  let last = 0;

  function channelAt(place: Place, title = ""): Channel {
    const { channel: name } = readPlace(place);
    const at = placeOf(name);
    const known = channels.get(at);
    if (known !== undefined) return known;
    const facts = { place: at, name, title, bookmarks: [] };
    const fresh: Channel = { facts, messages: new Map(), keys: new Map() };
    channels.set(at, fresh);
    if (!name.startsWith("@")) tell(at, { t: "room", room: facts });
    return fresh;
  }

  function messageAt(place: Place): { channel: Channel; message: Message } {
    const { channel: name } = readPlace(place);
    const channel = channels.get(placeOf(name));
    const message = channel?.messages.get(place);
    if (channel === undefined || message === undefined) {
      throw new RefusedError("gone", `The terminal does not know ${place} any more.`, "A new message is posted.");
    }
    return { channel, message };
  }

  function put(at: Place, what: Omit<Message, "place" | "thread" | "at" | "pinned">): Message {
    const { channel: name, message: root } = readPlace(at);
    const channel = channelAt(at);
    last += 1;
    // The time makes an id that no message of an earlier life had.
    const id = `${now().getTime().toString(36)}-${last}`;
    const thread = root === undefined ? {} : { thread: at };
    const message: Message = {
      place: placeOf(name, id),
      ...thread,
      at: now().toISOString(),
      pinned: false,
      ...what,
    };
    channel.messages.set(message.place, message);
    forgetOldest(channel);
    tell(channel.facts.place, { t: "message", message, change: "posted" });
    return message;
  }

  function change(place: Place, kind: "edited" | "pinned", news: Partial<Message>): void {
    const { channel, message } = messageAt(place);
    const changed = { ...message, ...news };
    channel.messages.set(place, changed);
    tell(channel.facts.place, { t: "message", message: changed, change: kind });
  }

  return {
    /** True when it was there already. */
    open(name: string, title: string): { facts: RoomFacts; known: boolean } {
      const known = channels.has(placeOf(name));
      const channel = channelAt(placeOf(name), title);
      if (channel.facts.title === "" && title !== "") {
        channel.facts = { ...channel.facts, title };
        tell(channel.facts.place, { t: "room", room: channel.facts });
      }
      return { facts: channel.facts, known };
    },

    /** A post of the bot, once per key and channel. */
    post(at: Place, view: View, key: string): Place {
      const channel = channelAt(at);
      const earlier = channel.keys.get(key);
      if (earlier !== undefined && channel.messages.has(earlier)) return earlier;
      // A thread whose first message was forgotten goes on in the room: what is said there must not be lost.
      const { place } = put(channel.messages.has(at) ? at : channel.facts.place, { view });
      channel.keys.set(key, place);
      return place;
    },

    find: (at: Place, key: string): Place | undefined => channelAt(at).keys.get(key),

    /** A post that nothing looks for again. */
    tellOnce: (at: Place, view: View) => void put(at, { view }),
    edit: (place: Place, view: View) => change(place, "edited", { view }),
    pin: (place: Place) => change(place, "pinned", { pinned: true }),
    file: (at: Place, file: NonNullable<Message["file"]>) => put(at, { file }),
    say(author: Somebody, at: Place, text: string): Message {
      if (readPlace(at).message !== undefined) messageAt(at);
      return put(at, { author, text });
    },
    read: (place: Place): Message => messageAt(place).message,

    bookmark(room: Place, link: { title: string; url: string }): void {
      const channel = channelAt(room);
      const { facts } = channel;
      if (facts.bookmarks.some(({ url }) => url === link.url)) return;
      channel.facts = { ...facts, bookmarks: [...facts.bookmarks, link] };
      tell(facts.place, { t: "room", room: channel.facts });
    },

    /** Everything that one person's console has to be told when it comes. */
    storyFor(key: string): ToConsole[] {
      const seen = [...channels.values()].filter(
        ({ facts }) => !facts.name.startsWith("@") || facts.place === directPlace(key),
      );
      return seen.flatMap(({ facts, messages }): ToConsole[] => [
        ...(facts.name.startsWith("@") ? [] : [{ t: "room" as const, room: facts }]),
        ...[...messages.values()].map((message) => ({ t: "message" as const, message, change: "posted" as const })),
      ]);
    },
  };
}

function forgetOldest({ messages, keys }: Channel): void {
  if (messages.size <= MESSAGES_MAX) return;
  const oldest = [...messages.values()].find(({ pinned }) => !pinned);
  if (oldest === undefined) return;
  messages.delete(oldest.place);
  for (const [key, place] of keys) if (place === oldest.place) keys.delete(key);
}
