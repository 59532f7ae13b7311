import { createServer, type IncomingMessage } from "node:http";
import { until } from "../slack/until.ts";
import { createClient, type GuildClient } from "./client.ts";
import { intents } from "./dispatch.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { createInteractions } from "./interactions.ts";
import { type Channel, channelTypes, type Message } from "./model.ts";
import type { DiscordServerOptions } from "./options.ts";
import { answerRest, type JournalEntry, type Problem } from "./rest.ts";
import type { Scene } from "./scene.ts";
import { BOT_ROLE, seed } from "./seed.ts";
import type { Delivery } from "./sessions.ts";
import { changeThread, openThread } from "./threads.ts";
import { endingClock } from "./time.ts";
import { addMessage, createWorld, type World } from "./world.ts";

export type { DiscordServerOptions } from "./options.ts";

/** A running server: where the bot connects, what people do in it, and what can be made to go wrong. */
export interface DiscordServer {
  /** For the bot: `http://127.0.0.1:PORT/api`, without a version. */
  readonly apiUrl: string;
  readonly token: string;
  readonly applicationId: string;
  readonly guildId: string;
  readonly client: GuildClient;
  /** The model itself, for assertions. */
  readonly world: World;
  readonly gateway: Gateway;
  readonly faults: Faults;
  /** Every request of the bot, oldest first; the newest 4,000. */
  readonly journal: JournalEntry[];
  /** Every dispatch to the bot over the gateway, oldest first; the newest 2,000 at least. */
  readonly deliveries: Delivery[];
  /** Bodies that Discord would have refused as malformed. A test of a healthy bot ends by asserting that there are none. */
  readonly problems: Problem[];
  /** From now on the token is refused, over REST and the gateway. */
  revokeToken(): void;
  /** Takes permissions of the bot's role away, or gives them. */
  setPermissions(permissions: bigint): void;
  /** The server becomes unavailable, as in an outage of Discord, or available again. */
  outage(on: boolean): void;
  /** What every answer takes longer from now on, in ms. */
  setDelay(ms: number): void;
  /** A message of the bot that was there before. */
  post(channel: string, components: unknown[]): Message;
  /** A person opens the thread on a message. */
  openThread(message: string): Channel;
  /** A thread goes to sleep, as it does by itself when nobody writes. */
  archive(thread: string, options?: { locked?: boolean }): void;
  until<T>(
    predicate: () => T | undefined | false,
    options?: { timeoutMs?: number; what?: string },
  ): Promise<Exclude<T, undefined | false>>;
  close(): Promise<void>;
}

/** Starts a server that speaks Discord's REST API and Gateway, version 10, on loopback. */
export async function startDiscordServer(options: DiscordServerOptions = {}): Promise<DiscordServer> {
  const {
    guildId = "200000000000000001",
    guildName = "Example Protocol",
    applicationId = "300000000000000001",
    token = "sandbox.token.worth-nothing",
    privilegedIntents = [],
  } = options;
  const clock = endingClock(options.clock ?? { now: options.now ?? Date.now });
  const world = createWorld({
    guild: { id: guildId, name: guildName, ownerId: "100000000000000000" },
    applicationId,
    clock,
    readsContent: privilegedIntents.includes("content"),
  });
  seed(world, options);
  let revoked = false;
  const takesToken = (given: string) => !revoked && given === token;
  const gateway = createGateway(world, {
    takesToken,
    heartbeatMs: options.heartbeatMs ?? 41_250,
    granted: privilegedIntents.reduce((sum, name) => sum | intents[name], 0),
  });
  const scene: Scene = {
    world,
    interactions: createInteractions(world),
    created: [],
    delayMs: 0,
  };
  const faults = createFaults();
  const journal: JournalEntry[] = [];
  const problems: Problem[] = [];

  const http = createServer((request, response) => {
    answerRest({ scene, faults, journal, problems, takesToken }, request, response).catch((error: unknown) => {
      // A defect of the sandbox itself: it must be loud, and must not look like Discord's answer.
      response.writeHead(501).end(String(error));
      problems.push({
        route: request.url ?? "",
        message: `A defect of the sandbox: ${error}`,
        errors: undefined,
        body: undefined,
      });
    });
  });
  http.on("upgrade", (request: IncomingMessage, socket, head) => gateway.upgrade(request, socket, head));
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = http.address();
  if (address === null || typeof address === "string") throw new Error("The sandbox's Discord has no port.");
  world.origin = `http://127.0.0.1:${address.port}`;

  return {
    apiUrl: `${world.origin}/api`,
    token,
    applicationId,
    guildId,
    client: createClient(scene),
    world,
    gateway,
    faults,
    journal,
    deliveries: gateway.deliveries,
    problems,
    revokeToken() {
      revoked = true;
      gateway.closeAll(4004);
    },
    setPermissions(permissions) {
      const role = world.roles.get(BOT_ROLE);
      if (role === undefined) return;
      role.permissions = permissions;
      world.emit({ type: "role_updated", role });
    },
    outage(on) {
      world.guild.available = !on;
      world.emit({ type: "guild", available: !on });
    },
    setDelay(ms) {
      scene.delayMs = ms;
    },
    post(id, components) {
      const channel = world.channels.get(id);
      if (channel === undefined) throw new Error(`There is no channel ${id}.`);
      return addMessage(world, channel, { authorId: world.botId, components });
    },
    openThread(id) {
      const parent = [...world.channels.values()].find(({ messages }) => messages.has(id));
      if (parent === undefined) throw new Error(`There is no message ${id}.`);
      const { ownerId } = world.guild;
      const type = channelTypes.publicThread;
      return openThread(world, parent, { id, type, name: "Thread", ownerId, autoArchiveMinutes: 1440 });
    },
    archive(id, { locked = false } = {}) {
      const channel = world.channels.get(id);
      if (channel?.thread === undefined) throw new Error(`${id} is no thread.`);
      changeThread(world, channel, { archived: true, locked });
    },
    until: (predicate, waiting) =>
      until({ watch: (listener) => world.watch(() => listener({ type: "traffic" })) }, predicate, waiting),
    async close() {
      clock.end();
      gateway.close();
      faults.release();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}
