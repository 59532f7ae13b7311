import type { Inbox } from "../../chat/inbox.ts";
import type { Log } from "../../chat/log.ts";
import {
  channelOf,
  type Door,
  type InviteOutcome,
  type Platform,
  RefusedError,
  type UserRef,
} from "../../chat/platform.ts";
import { type Acts, createActs } from "./acts.ts";
import { writeUpload } from "./files.ts";
import { type Listening, listenAt } from "./listen.ts";
import { directPlace, HOME, keyOf, readPlace } from "./place.ts";
import type { Somebody } from "./protocol.ts";
import { createRooms } from "./rooms.ts";
import { createSessions } from "./sessions.ts";

export { socketPathFor } from "./listen.ts";
export { HOME as TERMINAL_HOME } from "./place.ts";
export type { Somebody } from "./protocol.ts";

export interface TerminalOptions {
  /** Where consoles connect. Whoever may open it may act as anybody of the plan: it gets mode 0600. */
  socketPath: string;
  /** Where uploads are written, each room in a folder of its own. */
  filesFolder: string;
  /** Who can be named at a console: the response plan's people, as they are now. */
  people: () => Somebody[];
  /** Acts are written here before they are done, and are then done once, restarts included. */
  inbox?: Inbox;
  log: Log;
  /** A console was let in; `home` is known from the first one on. */
  onAttached?: (you: Somebody) => void;
  now?: () => Date;
}

export interface TerminalPlatform extends Platform {
  /** Handles an act that was written before a crash and never finished. Marks it done. Never rejects. */
  replay(id: string, body: unknown): Promise<void>;
}

/**
 * The break-glass console: a chat that needs no vendor and no network. Rooms live in this process; people come over a
 * Unix domain socket with `allstop console`.
 */
export function createTerminalPlatform(options: TerminalOptions): TerminalPlatform {
  const { socketPath, filesFolder, people, inbox, log, onAttached, now = () => new Date() } = options;
  let attached = false;
  let acts: Acts | undefined;
  let listening: Listening | undefined;

  const rooms = createRooms({ now, tell: (channel, frame) => sessions.tell(channel, frame) });
  const sessions = createSessions({
    rooms: () => rooms,
    acts: connectedActs,
    people,
    log,
    onAttached(you) {
      attached = true;
      onAttached?.(you);
    },
  });

  function connectedActs(): Acts {
    if (acts === undefined) throw new Error("The terminal is not connected yet.");
    return acts;
  }

  /** The plan's key of a person who can be reached here; a refusal with what to do otherwise. */
  function reachable(user: UserRef): string {
    const key = keyOf(user);
    if (key !== undefined && people().some((person) => person.key === key)) return key;
    throw unknownPerson(user);
  }

  return {
    name: "terminal",
    get home() {
      return attached ? HOME : undefined;
    },

    async connect(door: Door) {
      acts = createActs({ door, rooms, inbox, log });
      listening = await listenAt(socketPath, (socket) => sessions.welcome(socket));
      log.info({ socketPath }, "Consoles can attach");
    },
    async close() {
      await listening?.close();
      listening = undefined;
    },
    async replay(id, body) {
      await connectedActs().replay(id, body, ({ key }, view) => {
        if (!sessions.tellPerson(key, { t: "whisper", view })) log.info({ id, key }, "Nobody is there for an answer");
      });
    },

    async openRoom({ incident, title }) {
      const { facts, known } = rooms.open(incident, title);
      return { room: facts.place, name: facts.name, adopted: known };
    },
    async invite(_room, users) {
      return users.map((user): InviteOutcome => {
        if (keyOf(user) === undefined) {
          return { user, ok: false, code: "not_on_terminal", why: "The account is not on the terminal." };
        }
        if (people().some(({ key }) => key === keyOf(user))) return { user, ok: true };
        return { user, ok: false, code: "unknown_person", why: "The response plan does not know them." };
      });
    },
    async post(at, view, { key }) {
      return rooms.post(at, view, key);
    },
    async findPost(to, key) {
      return rooms.find(to.includes("/") ? to : directPlace(reachable(to)), key);
    },
    async edit(message, view) {
      rooms.edit(message, view);
    },
    async pin(message) {
      rooms.pin(message);
    },
    async bookmark(room, link) {
      rooms.bookmark(room, link);
    },
    /** Without a console of theirs nobody would read it: the caller should know, and say so. */
    async directMessage(user, view, { key }) {
      const person = reachable(user);
      if (!sessions.has(person)) {
        throw new RefusedError(
          "not_attached",
          `${person} has no console attached.`,
          "Phone them; the room's card asks them too.",
        );
      }
      return rooms.post(directPlace(person), view, key);
    },
    async upload(at, { name, title, content }) {
      const { channel } = readPlace(at);
      const path = writeUpload(filesFolder, channel, { name, content });
      rooms.file(at, { name, title, path });
    },
    async read(message) {
      const { at, author, text, view } = rooms.read(message);
      return {
        message,
        at,
        ...(author !== undefined && { author: `terminal:${author.key}`, authorName: author.name }),
        text: text ?? view?.title ?? "",
      };
    },
    async setHome(user, view) {
      const key = keyOf(user);
      if (key !== undefined) sessions.tellPerson(key, { t: "home", view });
    },
    async whisper(user, at, view) {
      const person = reachable(user);
      const place = at === undefined ? {} : { at: channelOf(at) };
      if (sessions.tellPerson(person, { t: "whisper", ...place, view })) return;
      rooms.tellOnce(directPlace(person), view); // They see it when they come.
    },
    async describeUser(user) {
      const key = keyOf(user);
      const person = people().find((one) => one.key === key);
      if (person === undefined) throw unknownPerson(user);
      return { name: person.name };
    },
  };
}

function unknownPerson(user: UserRef): RefusedError {
  return new RefusedError(
    "unknown_person",
    `${user} is nobody at the terminal.`,
    "Put the person into the response plan.",
  );
}
