import type { Logger } from "pino";
import { localise } from "./chat/localise.ts";
import type { Door, Platform } from "./chat/platform.ts";
import { chatLane, type Lane } from "./core/effects.ts";
import { messageOf, RefusedError, RetryableError } from "./core/errors.ts";
import { isOver, presenceOn } from "./core/incident.ts";
import type { App } from "./core/ports.ts";
import { recordIncident } from "./core/record-incident.ts";

/** A platform that can also handle what it took in before a crash. */
export interface Chat extends Platform {
  replay(id: string, body: unknown): Promise<void>;
}

/** Makes a chat anew: at the start, and again after it was lost. `onFatal` says that it can't go on. */
export type MakeChat = (onFatal: (why: Error) => void) => Chat;

export interface ChatsOptions {
  app: App;
  make: Record<string, MakeChat>;
  door: Door;
  /** Where the outbox looks for platforms: only those that are connected stand in it. */
  platforms: Map<string, Platform>;
  inbox: { unfinished(): { id: string; body: unknown }[] };
  pump: { start(lane: Lane): void; halt(lane: Lane): void };
  log: Logger;
  /** No chat is left, and no incident is open. */
  onFatal: (why: Error) => void;
  /** Between two attempts to connect a chat that was lost. */
  againMs?: number;
}

const AGAIN_MS = 5_000;
const BOT = { by: "allstop" } as const;
const CONNECTION = "Connection";

/**
 * Keeps the chats connected, each for itself: one that can't be reached, or that refuses our token, leaves the others
 * alone, is named in their rooms, and catches up when it is back, since what it missed is still owed to it.
 */
export function keepChats(options: ChatsOptions) {
  const { app, make, door, platforms, inbox, pump, log } = options;
  const names = Object.keys(make);
  const current = new Map<string, Chat>();
  const up = new Set<string>();
  const refused = new Set<string>();
  const timers = new Map<string, NodeJS.Timeout>();
  let closed = false;

  async function connect(name: string): Promise<void> {
    const maker = make[name];
    if (maker === undefined || closed) return;
    let lost = false;
    const chat = maker((why) => {
      if (lost || closed) return;
      lost = true;
      if (up.has(name)) void lose(name, chat, why);
    });
    current.set(name, chat);
    const left = inbox.unfinished().filter(({ id }) => id.startsWith(`${name}:`));
    // Acts may come in before the connection is called good: the door finds the platform from the first one on.
    platforms.set(
      name,
      sheltered(app, chat, () => !lost),
    );
    try {
      await chat.connect(door);
      if (closed) return chat.close();
      if (lost) throw new RefusedError("refused", `${name} refused us while connecting.`, "Run `allstop doctor`.");
    } catch (error) {
      lost = true;
      platforms.delete(name);
      await chat.close().catch((why: unknown) => log.warn({ chat: name, why: messageOf(why) }, "It did not close"));
      throw error;
    }
    await arrived(name, chat, left);
  }

  async function arrived(name: string, chat: Chat, left: { id: string; body: unknown }[]): Promise<void> {
    refused.delete(name);
    up.add(name);
    for (const { id, body } of left) await chat.replay(id, body);
    await owe(app, name);
    pump.start(chatLane(name));
  }

  async function lose(name: string, chat: Chat, why: Error): Promise<void> {
    up.delete(name);
    platforms.delete(name);
    pump.halt(chatLane(name));
    log.error({ chat: name, err: why }, "A chat is lost");
    await failed(name, why, true);
    await chat.close().catch((error: unknown) => log.warn({ chat: name, err: error }, "It did not close"));
  }

  /**
   * Tells the other rooms, and tries again later. When every chat refuses us, we end, so that the process manager and
   * the operators notice; but not while an incident is open: the pages and the console still work, and are needed.
   */
  async function failed(name: string, why: unknown, refusal: boolean): Promise<void> {
    if (refusal) refused.add(name);
    if (refused.size === names.length && !(await isNeeded(app))) {
      return options.onFatal(why instanceof Error ? why : new Error(messageOf(why)));
    }
    await tellLost(app, name, why).catch((error: unknown) =>
      log.error({ chat: name, err: error }, "The loss of a chat could not be recorded"),
    );
    schedule(name);
  }

  function schedule(name: string): void {
    if (closed) return;
    clearTimeout(timers.get(name));
    const again = async () => {
      try {
        await connect(name);
      } catch (error) {
        log.warn({ chat: name, why: messageOf(error) }, "A chat can't be connected; it is tried again");
        schedule(name);
      }
    };
    timers.set(name, setTimeout(again, options.againMs ?? AGAIN_MS).unref());
  }

  return {
    /** The chat as it stands now, connected or not. */
    current: (name: string): Chat | undefined => current.get(name),
    /** Connects all of them, side by side. Rejects when every one of them refuses us. */
    async open(): Promise<void> {
      const outcomes = await Promise.allSettled(names.map(connect));
      const failures = outcomes.flatMap((outcome, index) =>
        outcome.status === "rejected" ? [{ name: names[index] ?? "", why: outcome.reason as unknown }] : [],
      );
      const [first] = failures;
      if (first !== undefined && failures.length === names.length && failures.every(({ why }) => isRefusal(why))) {
        throw first.why;
      }
      for (const { name, why } of failures) {
        log.error({ chat: name, err: why }, "A chat could not be connected; it is tried again");
        await failed(name, why, isRefusal(why));
      }
    },
    async close(): Promise<void> {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.allSettled([...current.values()].map((chat) => chat.close()));
    },
  };
}

async function isNeeded(app: App): Promise<boolean> {
  return (await app.journal.incidents()).some((incident) => !isOver(incident));
}

/** It refuses us, and will go on refusing until somebody acts; anything else may pass. */
function isRefusal(why: unknown): boolean {
  return why instanceof RefusedError;
}

/** What a chat that has (again) arrived has missed: a room for each open incident, and word that it is back. */
async function owe(app: App, on: string): Promise<void> {
  for (const incident of await app.journal.incidents()) {
    const { id } = incident;
    if (isOver(incident)) continue;
    await recordIncident(app, BOT, id, (state) => {
      const back = state.degraded.some((known) => known.chat === on && known.step === CONNECTION);
      const troubled = state.degraded.some((known) => known.chat === on);
      const roomless = presenceOn(state, on).room === undefined;
      return {
        events: back ? [{ kind: "chat.recovered", chat: on, step: CONNECTION }] : [],
        effects: [
          // What was refused may have been granted meanwhile: the card tries it again.
          ...(troubled ? [{ kind: "refresh_card" as const, incident: id }] : []),
          ...(roomless ? [{ kind: "open_room" as const, incident: id, on }] : []),
          ...(roomless ? [{ kind: "announce" as const, incident: id, on }] : []),
        ],
      };
    });
  }
}

async function tellLost(app: App, chat: string, why: unknown): Promise<void> {
  const code = why instanceof RefusedError ? why.code : "lost";
  const remedy = why instanceof RefusedError ? why.remedy : "It is tried again by itself; go on here.";
  for (const incident of await app.journal.incidents()) {
    const { id } = incident;
    if (isOver(incident)) continue;
    await recordIncident(app, BOT, id, (state) => {
      if (state.degraded.some((known) => known.chat === chat && known.step === CONNECTION)) return nothing;
      const trouble = { chat, step: CONNECTION, code, why: messageOf(why), remedy };
      return {
        events: [{ kind: "chat.degraded", ...trouble }],
        effects: [{ kind: "refresh_card", incident: id }],
      };
    });
  }
}

const nothing = { events: [], effects: [] };

/**
 * A connected platform as the outbox uses it: views in the chat's own terms, and no refusal taken for an answer once the
 * chat is lost: what was under way then stays owed.
 */
export function sheltered(app: App, chat: Platform, isUp: () => boolean): Platform {
  const view = <T>(shown: T) => localise(shown, app.plan(), chat.name);
  const held = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof RefusedError) || isUp()) throw error;
      throw new RetryableError(`${chat.name} was lost: ${error.message}`, { cause: error });
    }
  };
  return {
    name: chat.name,
    get home() {
      return chat.home;
    },
    connect: (door) => chat.connect(door),
    close: () => chat.close(),
    openRoom: (request) => held(chat.openRoom(request)),
    invite: (room, users) => held(chat.invite(room, users)),
    post: (at, shown, options) => held(chat.post(at, view(shown), options)),
    findPost: (to, key) => held(chat.findPost(to, key)),
    edit: (message, shown, options) => held(chat.edit(message, view(shown), options)),
    pin: (message) => held(chat.pin(message)),
    bookmark: (room, link) => held(chat.bookmark(room, link)),
    directMessage: (user, shown, options) => held(chat.directMessage(user, view(shown), options)),
    upload: (at, file, options) => held(chat.upload(at, file, options)),
    read: (message) => held(chat.read(message)),
    setHome: (user, shown) => held(chat.setHome(user, view(shown))),
    whisper: (user, at, shown) => held(chat.whisper(user, at, view(shown))),
    describeUser: (user) => held(chat.describeUser(user)),
  };
}
