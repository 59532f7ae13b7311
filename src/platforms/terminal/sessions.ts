import type { Socket } from "node:net";
import type { Log } from "../../chat/log.ts";
import type { Place } from "../../chat/platform.ts";
import { SLASH_COMMANDS } from "../../chat/slash.ts";
import type { Acts } from "./acts.ts";
import { directKey } from "./place.ts";
import { FromConsole, PROTOCOL_VERSION, type Somebody, type ToConsole } from "./protocol.ts";
import type { Rooms } from "./rooms.ts";
import { readFrames, writeFrame } from "./wire.ts";

const HELLO_MS_MAX = 10_000;

interface Session {
  you: Somebody;
  send(frame: ToConsole): void;
}

export type Sessions = ReturnType<typeof createSessions>;

/** The consoles that are attached now: one or more of each person. */
export function createSessions(parts: {
  rooms: () => Rooms;
  acts: () => Acts;
  people: () => Somebody[];
  /** A console was let in. */
  onAttached: (you: Somebody) => void;
  log: Log;
}) {
  const { rooms, acts, people, onAttached, log } = parts;
  const sessions = new Set<Session>();

  function greet(socket: Socket, as: string | undefined): Session | undefined {
    const you = people().find(({ key }) => key === as);
    if (you === undefined) {
      refuse(socket, as === undefined ? "who" : "unknown_person", as === undefined ? WHO : `There is no “${as}”.`);
      return undefined;
    }
    const session: Session = { you, send: (frame) => writeFrame(socket, frame) };
    const nouns = SLASH_COMMANDS.map(({ noun }) => noun);
    session.send({ t: "welcome", version: PROTOCOL_VERSION, you, people: people(), nouns });
    for (const frame of rooms().storyFor(you.key)) session.send(frame);
    session.send({ t: "caught_up" });
    sessions.add(session);
    socket.on("close", () => {
      sessions.delete(session);
      log.info({ as: you.key }, "A console has left");
    });
    log.info({ as: you.key }, "A console is attached");
    onAttached(you);
    return session;
  }

  function refuse(socket: Socket, code: string, why: string): void {
    writeFrame<ToConsole>(socket, { t: "refused", code, why, people: people() });
    socket.end();
  }

  return {
    welcome(socket: Socket): void {
      let session: Session | undefined;
      let over = false;
      const late = setTimeout(() => socket.destroy(), HELLO_MS_MAX).unref();
      socket.on("error", (error) => log.info({ why: error.message }, "A console's connection broke"));
      socket.on("close", () => clearTimeout(late));
      readFrames(socket, FromConsole, {
        onFrame(frame) {
          if (over) return;
          if (frame.t === "hello") {
            clearTimeout(late);
            if (frame.version === PROTOCOL_VERSION && session === undefined) session = greet(socket, frame.as);
            else refuse(socket, "version", "The console and the bot are of different versions. Update both.");
            over = session === undefined;
          } else if (session === undefined) {
            over = true;
            refuse(socket, "no_hello", "A console says hello first.");
          } else {
            void acts().take({ by: session.you, act: frame }, session.send);
          }
        },
        onBroken(why) {
          log.warn({ as: session?.you.key, why }, "A console said what can't be read");
          refuse(socket, "unreadable", why);
        },
      });
    },

    /** To everybody who may see the channel: a room is seen by all, direct messages by one. */
    tell(channel: Place, frame: ToConsole): void {
      const only = directKey(channel);
      for (const { you, send } of sessions) if (only === undefined || you.key === only) send(frame);
    },

    /** Whether this person has a console now. */
    has: (key: string): boolean => [...sessions].some(({ you }) => you.key === key),

    /** To all consoles of one person. False when they have none. */
    tellPerson(key: string, frame: ToConsole): boolean {
      const theirs = [...sessions].filter(({ you }) => you.key === key);
      for (const { send } of theirs) send(frame);
      return theirs.length > 0;
    },
  };
}

const WHO = "Say who you are: `--as` and a key of the response plan.";
