import { afterEach } from "vitest";
import { commands } from "../../../commands/index.ts";
import type { Door, Inbound, Opened } from "../../../src/chat/platform.ts";
import type { View } from "../../../src/chat/view.ts";
import { createDiscordPlatform, type DiscordOptions } from "../../../src/platforms/discord/index.ts";
import { type DiscordServerOptions, type Message, startDiscordServer } from "../../../src/sandbox/discord/index.ts";

export const ANA = "100000000000000011";
export const BEN = "100000000000000012";
export const GENERAL = "500000000000000001";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The platform, connected to a server of its own, behind a door that does what the test says. Ended after each test. */
export async function startRig(
  options: { server?: DiscordServerOptions; discord?: Partial<DiscordOptions>; connect?: boolean } = {},
) {
  const server = await startDiscordServer({
    people: [
      { id: ANA, name: "Ana" },
      { id: BEN, name: "Ben" },
    ],
    channels: [{ id: GENERAL, name: "general" }],
    ...options.server,
  });
  closers.push(() => server.close());
  const { token, applicationId, guildId, apiUrl } = server;
  const seen = new Map<string, unknown>();
  const came: Inbound[] = [];
  const pins: Parameters<Door["pinned"]>[0][] = [];
  const fatal: Error[] = [];
  const logged: { level: string; message: string; facts: object }[] = [];
  const note = (level: string) => (facts: object, message: string) => void logged.push({ level, facts, message });
  const script = { opens: (_: Inbound): Opened | Promise<Opened> => done() };
  const door: Door = {
    async open(inbound) {
      came.push(inbound);
      return script.opens(inbound);
    },
    pinned: async (act) => void pins.push(act),
    suggest: async ({ field, typed }) => [{ value: "INC-0001", label: `${field} ${typed}` }],
    home: async () => view("Home"),
  };
  const discord = createDiscordPlatform({
    token,
    applicationId,
    guildId,
    apiUrl,
    commands,
    inbox: {
      async seen(id, body) {
        if (seen.has(id)) return "repeated";
        seen.set(id, JSON.parse(JSON.stringify(body)));
        return "new";
      },
      done: async () => undefined,
    },
    log: { info: note("info"), warn: note("warn"), error: note("error") },
    onFatal: (why) => void fatal.push(why),
    ...options.discord,
  });
  closers.push(() => discord.close());
  if (options.connect !== false) await discord.connect(door);
  const general = `discord:${guildId}/${GENERAL}`;
  const calls = (route: string) => server.journal.filter((entry) => entry.route === route);
  const said = async (text: string): Promise<Message> => {
    const result = await server.client.act(ANA, { do: "send", channel: GENERAL, text });
    if (!result.ok || result.message === undefined) throw new Error("It was not said.");
    return result.message;
  };
  return { server, discord, door, script, came, pins, fatal, logged, seen, general, calls, said };
}

export const done = (answer?: View): Opened => ({ kind: "run", run: async () => (answer ? { view: answer } : {}) });

export function view(title: string, more: Partial<View> = {}): View {
  return { tone: "info", title, body: [], buttons: [], ...more };
}
