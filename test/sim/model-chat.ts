import type { Door, Platform, Said } from "../../src/chat/platform.ts";
import type { View } from "../../src/chat/view.ts";
import type { Chat } from "../../src/chats.ts";
import { RefusedError } from "../../src/core/errors.ts";
import type { Life } from "./life.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** Something that one person did in a chat: delivered until it is acknowledged, and now and then once more. */
export interface Act {
  id: string;
  user: string;
  where?: string;
  what: Said | { kind: "pin"; message: string; on: boolean };
  acknowledged: boolean;
}

interface Shown {
  at: string;
  key: string;
  view: View;
}

/** The inbox as a platform has it, and what a chat model needs of one life. */
export interface Inside {
  life: Life;
  inbox: { seen(id: string, body: unknown): Promise<"new" | "repeated">; done(id: string): Promise<void> };
}

export type ModelChat = ReturnType<typeof modelChat>;

const REDELIVERY_MS = 3_000;

/**
 * A chat as its server keeps it, which no crash of the program touches. Like the real ones it knows nothing of keys: a
 * post is looked for only when the program says that it may have been made before.
 */
export function modelChat(options: {
  name: string;
  time: VirtualTime;
  /** Rooms bear the time that the program's machine shows: these stories set both clocks alike. */
  random: Random;
  /** How often the chat says no, for good: to a room, an invitation, a pin. */
  refusals: { rate: number };
  onShown: (view: View) => void;
}) {
  const { name, time, random, refusals, onShown } = options;
  const rooms = new Map<string, { incident: string; declaredAt: string; pins: Set<string>; members: Set<string> }>();
  const messages = new Map<string, Shown>();
  const uploads: { at: string; name: string; content: string }[] = [];
  const acts: Act[] = [];
  let next = 0;
  let connected: { inside: Inside; door: Door; lost: (why: Error) => void } | undefined;

  function find(at: string, key: string): string | undefined {
    for (const [place, shown] of messages) if (shown.key === key && shown.at === at) return place;
    return undefined;
  }
  const directTo = (user: string) => `${name}:W1/D-${user.split(":")[1]}`;
  function post(at: string, view: View, key: string, again: boolean | undefined): string {
    const known = again === true ? find(at, key) : undefined;
    if (known !== undefined) return known;
    next += 1;
    const place = `${at.split("/").slice(0, 2).join("/")}/m${next}`;
    messages.set(place, { at, key, view });
    onShown(view);
    return place;
  }
  function refuseNowAndThen(what: string): void {
    if (random.chance(refusals.rate)) throw new RefusedError("missing_scope", `${what} is not allowed.`, "Allow it.");
  }

  function tryDelivering(act: Act, more = false): void {
    if (act.acknowledged && !more) return;
    time.stir();
    if (connected !== undefined && !connected.inside.life.dead) void deliver(act, connected);
    if (!more) time.after(REDELIVERY_MS, () => tryDelivering(act));
  }

  async function deliver(act: Act, { inside, door }: { inside: Inside; door: Door }): Promise<void> {
    const { life, inbox } = inside;
    const id = `${name}:${act.id}`;
    if (life.strikes("before an act is written")) return;
    const seen = await inbox.seen(id, act);
    if (life.strikes("before an act is acknowledged")) return;
    act.acknowledged = true;
    if (seen === "repeated") return;
    await handle(act, id, door);
    if (!life.dead) await inbox.done(id);
  }

  /** A connection of one life. */
  function connect(inside: Inside, lost: (why: Error) => void): Chat {
    const { life } = inside;
    const call = <T>(what: string, work: () => T) => life.call(`${name}.${what}`, work);
    const platform: Platform = {
      name,
      home: `${name}:W1`,
      async connect(door) {
        await call("connect", () => undefined);
        connected = { inside, door, lost };
      },
      async close() {
        if (connected?.inside === inside) connected = undefined;
      },
      openRoom: ({ incident, declaredAt }) =>
        call("openRoom", () => {
          refuseNowAndThen("Opening a room");
          for (const [room, known] of rooms) {
            if (known.incident === incident && known.declaredAt === declaredAt) {
              return { room, name: incident.toLowerCase(), adopted: true };
            }
          }
          const room = `${name}:W1/${incident}-${rooms.size}`;
          rooms.set(room, { incident, declaredAt, pins: new Set(), members: new Set() });
          return { room, name: incident.toLowerCase(), adopted: false };
        }),
      invite: (room, users) =>
        call("invite", () => {
          refuseNowAndThen("Inviting");
          for (const user of users) rooms.get(room)?.members.add(user);
          return users.map((user) => ({ user, ok: true }));
        }),
      post: (at, view, { key, again }) => call("post", () => post(at, view, key, again)),
      findPost: (to, key) => call("findPost", () => find(to.includes("/") ? to : directTo(to), key)),
      edit: (message, view) =>
        call("edit", () => {
          const shown = messages.get(message);
          if (shown === undefined) throw new RefusedError("gone", "It is gone.", "A new one is posted.");
          shown.view = view;
          onShown(view);
        }),
      pin: (message) =>
        call("pin", () => {
          refuseNowAndThen("Pinning");
          rooms.get(message.split("/").slice(0, 2).join("/"))?.pins.add(message);
        }),
      bookmark: () => call("bookmark", () => undefined),
      directMessage: (user, view, { key, again }) =>
        call("directMessage", () => {
          refuseNowAndThen("A direct message");
          return post(directTo(user), view, key, again);
        }),
      upload: (at, file) => call("upload", () => void uploads.push({ at, name: file.name, content: file.content })),
      // Reading is patient by a clock that this world does not hold: it is only slow here.
      async read(message) {
        await time.sleep(random.between(1, 500));
        time.stir();
        return { message, at: new Date(time.now()).toISOString(), text: "What somebody wrote" };
      },
      setHome: () => call("setHome", () => undefined),
      whisper: () => call("whisper", () => undefined),
      describeUser: (user) => call("describeUser", () => ({ name: user })),
    };
    return {
      ...platform,
      async replay(id, body) {
        const act = body as Act;
        if (life.strikes("before a replay") || connected === undefined) return;
        await handle(act, id, connected.door);
        if (!life.dead) await inside.inbox.done(id);
      },
    };
  }

  return {
    name,
    rooms,
    messages,
    uploads,
    acts,
    connect,
    isConnected: () => connected !== undefined && !connected.inside.life.dead,
    roomOf: (incident: string) => [...rooms].find(([, room]) => room.incident === incident)?.[0],
    /** The server ends the connection, and refuses the token for the moment. */
    lose(): void {
      const was = connected;
      connected = undefined;
      was?.lost(new RefusedError("token_revoked", `${name} refuses the token.`, "Make a new one."));
    },
    /** A person does something: it is delivered as the platform would. */
    act(act: Omit<Act, "acknowledged" | "id">): void {
      const full: Act = { ...act, id: `act-${name}-${acts.length + 1}`, acknowledged: false };
      acts.push(full);
      time.after(random.between(1, 50), () => tryDelivering(full));
      if (random.chance(0.1)) time.after(random.between(50, 8_000), () => tryDelivering(full, true));
    },
  };
}

async function handle(act: Act, id: string, door: Door): Promise<void> {
  const { user, where, what } = act;
  if (what.kind === "pin") return door.pinned({ id, user, userName: user, message: what.message, on: what.on });
  const opened = await door.open({ id, user, userName: user, where, said: what });
  if (opened.kind === "run") await opened.run();
}
