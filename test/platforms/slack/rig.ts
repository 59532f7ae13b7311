import { afterEach } from "vitest";
import type { Inbox } from "../../../src/chat/inbox.ts";
import type { Door, Inbound, Opened } from "../../../src/chat/platform.ts";
import type { View } from "../../../src/chat/view.ts";
import { createSlackPlatform, type SlackOptions, type SlackPlatform } from "../../../src/platforms/slack/index.ts";
import type { SlackServerOptions } from "../../../src/sandbox/slack/options.ts";
import { type SlackServer, startSlackServer } from "../../../src/sandbox/slack/server.ts";

export const ANA = "U0ANA";
export const BEN = "U0BEN";
export const CY = "U0CY";
export const GENERAL = "C0GENERAL";

export interface TestInbox extends Inbox {
  bodies: Map<string, unknown>;
  finished: Set<string>;
  /** While set, nothing can be written. */
  broken: boolean;
}

export interface Rig {
  server: SlackServer;
  slack: SlackPlatform;
  inbox: TestInbox;
  door: ScriptedDoor;
  fatal: Error[];
  logged: { level: string; message: string; facts: object }[];
  /** What the bot called, by method. */
  calls(method: string): Record<string, unknown>[];
}

/** A door that does what the test says, and remembers who came. */
export interface ScriptedDoor extends Door {
  came: Inbound[];
  pins: Parameters<Door["pinned"]>[0][];
  opens: (inbound: Inbound) => Opened | Promise<Opened>;
  pins_: (act: Parameters<Door["pinned"]>[0]) => Promise<void>;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The platform, connected to a workspace of its own. Ended after each test. */
export async function startRig(
  options: { server?: SlackServerOptions; slack?: Partial<SlackOptions>; connect?: boolean } = {},
): Promise<Rig> {
  const server = await startSlackServer({
    people: [
      { id: ANA, name: "Ana Lima", title: "responder" },
      { id: BEN, name: "Ben Okafor", title: "signer" },
      { id: CY, name: "Cy Roth", title: "signer" },
    ],
    channels: [{ id: GENERAL, name: "general", members: [ANA, BEN, CY], bot: true }],
    commands: ["incident", "pause", "playbook", "signer"].map((noun) => ({
      command: `/${noun}`,
      description: noun,
      usageHint: "",
      shouldEscape: true,
    })),
    shortcuts: [{ callbackId: "message capture", name: "Add to timeline", type: "message" }],
    subscribedEvents: ["reaction_added", "reaction_removed", "app_home_opened"],
    ...options.server,
  });
  closers.push(() => server.close());
  const inbox = memoryInbox();
  const door = scriptedDoor();
  const fatal: Error[] = [];
  const logged: Rig["logged"] = [];
  const note = (level: string) => (facts: object, message: string) => void logged.push({ level, facts, message });
  const slack = createSlackPlatform({
    mode: "socket",
    botToken: server.botToken,
    appToken: server.appToken,
    signingSecret: server.signingSecret,
    apiUrl: server.apiUrl,
    inbox,
    log: { info: note("info"), warn: note("warn"), error: note("error") },
    onFatal: (why) => void fatal.push(why),
    socketStaggerMs: 1,
    ...options.slack,
  });
  closers.push(() => slack.close());
  if (options.connect !== false) await slack.connect(door);
  const calls = (method: string) =>
    server.journal.filter((entry) => entry.method === method).map(({ args }) => args as Record<string, unknown>);
  return { server, slack, inbox, door, fatal, logged, calls };
}

export function closeAfterTest(close: () => Promise<void>): void {
  closers.push(close);
}

export function view(title: string, rest: Partial<View> = {}): View {
  return { tone: "info", title, body: [], buttons: [], ...rest };
}

export const done = (answer?: View): Opened => ({ kind: "run", run: async () => (answer ? { view: answer } : {}) });

function memoryInbox(): TestInbox {
  const bodies = new Map<string, unknown>();
  const finished = new Set<string>();
  const inbox: TestInbox = {
    bodies,
    finished,
    broken: false,
    async seen(id, body) {
      if (inbox.broken) throw new Error("The disk is full.");
      if (bodies.has(id)) return "repeated";
      // As a database would keep it.
      bodies.set(id, JSON.parse(JSON.stringify(body)));
      return "new";
    },
    async done(id) {
      finished.add(id);
    },
  };
  return inbox;
}

function scriptedDoor(): ScriptedDoor {
  const door: ScriptedDoor = {
    came: [],
    pins: [],
    opens: () => done(),
    pins_: async () => undefined,
    async open(inbound) {
      door.came.push(inbound);
      return door.opens(inbound);
    },
    async pinned(act) {
      door.pins.push(act);
      await door.pins_(act);
    },
    suggest: async () => [],
    async home() {
      return view("Home", { body: [{ kind: "text", text: "Nothing waits for you." }] });
    },
  };
  return door;
}
