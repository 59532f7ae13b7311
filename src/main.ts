import type { ServerResponse } from "node:http";
import type { Logger } from "pino";
import { commands } from "../commands/index.ts";
import { type ChainOptions, createChain } from "./chain/index.ts";
import { createDoor } from "./chat/door.ts";
import type { Platform } from "./chat/platform.ts";
import { keepChats, type MakeChat } from "./chats.ts";
import { keepConsole } from "./console-chat.ts";
import type { Hex } from "./core/ids.ts";
import { signRung } from "./core/ladder.ts";
import { hearChain } from "./core/pause-watch.ts";
import type { LoadedPlan } from "./core/plan.ts";
import { accountsOf } from "./core/plan.ts";
import type { Playbook } from "./core/playbook-file.ts";
import type { App } from "./core/ports.ts";
import { userOf } from "./core/roster.ts";
import { noteChainSignatures } from "./core/signature-chain.ts";
import { handInSignatures } from "./core/signature-hand-in.ts";
import { linkSigner } from "./core/signer.ts";
import { keepLadder } from "./keep-ladder.ts";
import { keepReadiness } from "./keep-readiness.ts";
import { keepRisks } from "./keep-risks.ts";
import { keepSafeService, type SafeServiceOptions } from "./keep-safe-service.ts";
import { keepTime } from "./keep-time.ts";
import { createChainDelivery } from "./outbox/chain-effects.ts";
import { createChatDelivery } from "./outbox/chat-effects.ts";
import { createPump } from "./outbox/pump.ts";
import { createTimerDelivery } from "./outbox/timers.ts";
import { createWebhookDelivery, type Pager } from "./outbox/webhooks.ts";
import { roomLink } from "./pager-links.ts";
import type { DiscordOptions } from "./platforms/discord/index.ts";
import type { SlackOptions, SlackPlatform } from "./platforms/slack/index.ts";
import { recover } from "./recover.ts";
import { openDatabase } from "./storage/database.ts";
import { openInbox, openSettings } from "./storage/inbox.ts";
import { openJournal } from "./storage/journal.ts";
import { type LadderKeys, openLadderStore } from "./storage/ladder.ts";
import { openOwed } from "./storage/owed.ts";
import { createLinks } from "./web/links.ts";
import { startWeb } from "./web/server.ts";

export interface StartOptions {
  databaseUrl: string;
  plan: () => LoadedPlan;
  playbooks: () => Playbook[];
  rpcUrls: Record<number, string[]>;
  executorPrivateKey?: Hex;
  /** How transactions leave beside the providers, and what they may cost. */
  submission?: Pick<ChainOptions, "hedgePrivateKey" | "privateRpcUrls" | "maxFeePerGasMax">;
  /** Each chain's Safe Transaction Service, where owners may sign in Safe's own interface. */
  safeService?: SafeServiceOptions;
  /** What pauses signed ahead of time are sealed under; without a key there are none. */
  ladder?: LadderKeys & { lookMs?: number };
  /** A pager outside, told of calls in the form of PagerDuty's Events API v2. */
  pager?: Pick<Pager, "url" | "routingKey" | "timeoutMs">;
  publicUrl: string | (() => string);
  /** Port of the bot's own pages; 0 takes a free one. */
  port: number;
  /** Interface to listen on; loopback if left out. */
  host?: string;
  /** The chats to be in. Without any, there is only the console. */
  slack?: Omit<SlackOptions, "inbox" | "log" | "onFatal">;
  discord?: Omit<DiscordOptions, "inbox" | "log" | "onFatal" | "commands">;
  /** How often readiness is looked at, and how long a look with news waits for a second one. */
  readiness?: { firstMs?: number; everyMs?: number; confirmMs?: number };
  log: Logger;
  /** Called once when the bot can't go on: the process manager starts it anew. */
  onFatal: (why: Error) => void;
}

function notYet(response: ServerResponse): void {
  response.writeHead(503, { "retry-after": "5" }).end();
}

export interface Running {
  app: App;
  /** Where the bot's pages listen. */
  webUrl: string;
  close(): Promise<void>;
}

/** Wires Allstop and starts it: store, chain, recovery, pages, chat, in the order in which a crash is healed. */
export async function startAllstop(options: StartOptions): Promise<Running> {
  const { log, plan, playbooks } = options;
  const clock = { now: () => new Date() };
  const store = openDatabase(options.databaseUrl);
  const settings = openSettings(store);
  const chatNames = (["slack", "discord"] as const).filter((name) => options[name] !== undefined);
  let consoles: ReturnType<typeof keepConsole> | undefined;
  const steady = keepTime({ store, settings }, clock);
  const journal = openJournal(store, clock, { chats: () => [...chatNames, ...(consoles?.chats() ?? [])], steady });
  const inbox = openInbox(store, () => clock.now().getTime());
  const links = createLinks({ publicUrl: options.publicUrl, secret: settings.secret(), now: clock.now });
  const safeService = keepSafeService(options.safeService, { app: () => app, log });
  const chain = createChain({
    plan,
    rpcUrls: options.rpcUrls,
    executorPrivateKey: options.executorPrivateKey,
    ...options.submission,
    log,
    ...(safeService.queue && { queue: safeService.queue }),
    onSignatures: (proposal, news) => noteChainSignatures(app, proposal, news),
    hearer: hearChain(() => app),
  });
  const ladder = openLadderStore(store, options.ladder ?? {}, () => clock.now().getTime());
  const { queue } = safeService;
  const app: App = { journal, clock, chain, links, plan, playbooks, ladder, ...(queue && { queue }) };

  const platforms = new Map<string, Platform>();
  const door = createDoor({ app, commands, platforms, log });

  const pump = createPump({
    owed: openOwed(store),
    clock: steady,
    deliver: {
      chain: createChainDelivery(app),
      timers: createTimerDelivery(app),
      checks: createTimerDelivery(app),
      webhooks: createWebhookDelivery(app, options.pager && { ...options.pager, roomLink }),
      chat: createChatDelivery(app, platforms),
    },
    log,
  });
  const make: Record<string, MakeChat> = {};
  let slack: SlackPlatform | undefined;
  // Each client takes a third of a second to load, and memory: only where it is used.
  if (options.slack !== undefined) {
    const settings = options.slack;
    const { createSlackPlatform } = await import("./platforms/slack/index.ts");
    make.slack = (onFatal) => {
      slack = createSlackPlatform({ ...settings, inbox, log, onFatal });
      return slack;
    };
  }
  if (options.discord !== undefined) {
    const settings = options.discord;
    const { createDiscordPlatform } = await import("./platforms/discord/index.ts");
    make.discord = (onFatal) => createDiscordPlatform({ ...settings, commands, inbox, log, onFatal });
  }
  consoles = keepConsole({ app, door, platforms, inbox, pump, databaseUrl: options.databaseUrl, log });
  const chats = keepChats({ app, make, door, platforms, inbox, pump, log, onFatal: options.onFatal });
  journal.onRecorded(({ events, effects, forChain }) => {
    if (effects.length > 0) pump.wakeAll(forChain);
    safeService.heard(events);
    for (const { event } of events) {
      if (event.kind === "pause.failed" || event.kind === "pause.withdrawn" || event.kind === "pause.final") {
        chain.disarm(event.proposal);
      }
    }
  });

  const stopBeat = await recover({ app, settings, log });
  // The chain needs no chat: what was on its way goes on before anybody can be told.
  pump.start("chain");
  pump.start("timers");
  pump.start("checks");
  pump.start("webhooks");
  const web = await startWeb({
    port: options.port,
    host: options.host,
    others: [
      {
        path: "/slack/",
        listener: (request, response) => (slack ? slack.listener(request, response) : notYet(response)),
      },
    ],
    log,
    app: {
      links,
      now: clock.now,
      pause: async (proposal) =>
        (await journal.incidents()).flatMap(({ pauses }) => pauses).find(({ id }) => id === proposal),
      incidentTitle: async (id) => (await journal.state(`incident/${id}`))?.title,
      ownerName: async (owner) => {
        const user = userOf(await journal.state("roster"), owner);
        return user && Object.values(plan().people).find((person) => accountsOf(person).includes(user))?.name;
      },
      handIn: (request) => handInSignatures(app, { by: "allstop" }, request),
      contractOwners: (pause) => chain.contractOwners(pause),
      link: (request) => linkSigner(app, request),
      ladder: {
        set: async (seq) => (await journal.state("ladder"))?.sets.find((set) => set.seq === seq),
        sign: (request) => signRung(app, { by: "allstop" }, request),
      },
    },
  });
  const stopRisks = keepRisks({ app, log });
  const stopLadder = keepLadder({ app, log, lookMs: options.ladder?.lookMs });
  await safeService.begin();
  await consoles.open();
  await chats.open();
  const readiness = keepReadiness({ app, log, ...options.readiness });
  log.info({ webUrl: web.url, incidents: (await journal.incidents()).length }, "Allstop is ready");

  return {
    app,
    webUrl: web.url,
    async close() {
      stopBeat();
      const readinessEnds = readiness.close();
      await stopRisks();
      await stopLadder();
      await safeService.close();
      await chats.close();
      await consoles?.close();
      await web.close();
      chain.close();
      await readinessEnds;
      await pump.stop();
      inbox.close();
      store.close();
    },
  };
}
