import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect } from "vitest";
import { stringify } from "yaml";
import { commands } from "../../commands/index.ts";
import { linkTypedData } from "../../src/core/link-challenge.ts";
import { linkSigner } from "../../src/core/signer.ts";
import type { SafeServiceOptions } from "../../src/keep-safe-service.ts";
import { type Running, startAllstop } from "../../src/main.ts";
import { loadPlan } from "../../src/plan.ts";
import { loadPlaybooks, playbookKeys } from "../../src/playbooks.ts";
import { stage } from "../../src/rehearsal/stage.ts";
import { packageRoot } from "../../src/root.ts";
import { type SandboxChain, sandboxPeople } from "../../src/sandbox/chain/index.ts";
import type { SlackServerOptions } from "../../src/sandbox/slack/options.ts";
import type { SlackServer } from "../../src/sandbox/slack/server.ts";
import { GENERAL_CHANNEL, sandboxPlan, startWorkspace } from "../../src/start-sandbox.ts";
import { extras } from "./people.ts";

export interface Logged {
  level: number;
  msg: string;
  [field: string]: unknown;
}

export type PlanChange = Partial<{ acknowledgements: number; execute: "by-press" | "when-ready" }>;

export interface WorldOptions {
  mode?: "socket" | "http";
  /** Who has linked an owner address before the story begins. */
  linked?: string[];
  /** Changes of the plan's one intervention. */
  change?: PlanChange;
  /** What pauses signed ahead of time are sealed under. */
  ladderKey?: Uint8Array;
  /** The Safe Transaction Service, where one is part of the story. */
  safeService?: SafeServiceOptions;
  /** How the workspace differs from the sandbox's. */
  workspace?: Partial<SlackServerOptions>;
  /** People of the workspace whom the plan does not know, by key and display name. */
  strangers?: Record<string, string>;
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** The real bot between a workspace that speaks Slack's protocols and a chain: what a test's people live in. */
export async function openWorld(chain: SandboxChain, options: WorldOptions = {}) {
  const { mode = "socket", linked = [] } = options;
  const folder = mkdtempSync(join(tmpdir(), "allstop-job-"));
  const slack = await startWorkspace(options.workspace);
  for (const [key, name] of Object.entries(options.strangers ?? {})) admit(slack, key, name);
  const planPath = writePlan(folder, chain, options.change);
  const logged: Logged[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const start = async () => {
    const { ladderKey, safeService } = options;
    const bot = await startBot({ folder, planPath, chain, slack, mode, log, ladderKey, safeService });
    if (mode === "http") await slack.useHttp(`${bot.webUrl}/slack/events`);
    return bot;
  };
  let bot = await start();
  for (const who of linked) await link(bot, chain, who);
  const people = { ...stage({ slack, chain }, () => undefined), ...extras({ slack, chain }) };

  return {
    chain,
    slack,
    folder,
    people,
    logged,
    get bot() {
      return bot;
    },
    /** The same bot on the same database, in a new life. */
    async restart() {
      await bot.close();
      bot = await start();
    },
    /** Declares by a typed line and resolves with the name of the room, once its card is pinned. */
    async declare(title = "Vault-USDC is being drained", who = "noor"): Promise<string> {
      const before = new Set(slack.workspace.rooms.keys());
      await people.say(who, "general", `/incident declare critical ${title}`);
      const room = await slack.until(
        () =>
          [...slack.workspace.rooms.values()].find(
            ({ id, kind, pins }) => !before.has(id) && kind === "private" && pins.length > 0,
          ),
        { what: "the room with its card" },
      );
      await slack.until(() => room.members.size >= 9 || undefined, { what: "everybody in the room" });
      return room.name;
    },
    /** Proposes the plan's one intervention and waits for its card. */
    async propose(room: string, proposal = "P-0001"): Promise<void> {
      await people.say("sofia", room, "/pause propose pause-vault");
      await people.sees("sofia", room, `${proposal} COLLECTING`);
    },
    incident: async (id = "INC-0001") => {
      const state = await bot.app.journal.state(`incident/${id}`);
      if (state === undefined) throw new Error(`There is no ${id}.`);
      return state;
    },
    kinds: async (id = "INC-0001") => (await bot.app.journal.events(`incident/${id}`)).map(({ event }) => event.kind),
    /** Nothing that Slack would have refused as malformed, and no surprise in the log. */
    expectHealthy() {
      expect(slack.problems).toEqual([]);
      expect(logged.filter(({ level }) => level >= 50)).toEqual([]);
    },
    async close() {
      await bot.close();
      await slack.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function admit({ workspace }: SlackServer, key: string, name: string): void {
  const id = `U0${key.toUpperCase()}`;
  const rest = { title: "guest of the story", email: `${key}@example.org`, guest: false, deactivated: false };
  workspace.people.set(id, { id, name, isBot: false, ...rest });
  workspace.rooms.get(GENERAL_CHANNEL)?.members.add(id);
}

/** The sandbox's plan as a file, as production reads it. */
export function writePlan(folder: string, chain: SandboxChain, change: PlanChange = {}): string {
  const plan = sandboxPlan(chain);
  const { "pause-vault": pauseVault } = plan.interventions;
  const path = join(folder, "response-plan.yaml");
  writeFileSync(path, stringify({ ...plan, interventions: { "pause-vault": { ...pauseVault, ...change } } }));
  return path;
}

function startBot(parts: {
  folder: string;
  planPath: string;
  chain: SandboxChain;
  slack: SlackServer;
  mode: "socket" | "http";
  log: pino.Logger;
  ladderKey?: Uint8Array;
  safeService?: SafeServiceOptions;
}): Promise<Running> {
  const { folder, planPath, chain, slack, mode, log, ladderKey, safeService } = parts;
  const playbookFolder = join(packageRoot, "playbooks");
  const plan = loadPlan(planPath, { playbooks: playbookKeys(playbookFolder) });
  const playbooks = loadPlaybooks(playbookFolder, { commands, plan });
  let url = "";
  const started = startAllstop({
    databaseUrl: `file:${join(folder, "allstop.db")}`,
    plan: () => plan,
    playbooks: () => playbooks,
    rpcUrls: { [chain.chainId]: [chain.rpcUrl] },
    executorPrivateKey: chain.executor.privateKey,
    ...(safeService && { safeService }),
    ...(ladderKey && { ladder: { key: ladderKey, lookMs: 200 } }),
    publicUrl: () => url,
    port: 0,
    slack: {
      mode,
      botToken: slack.botToken,
      appToken: slack.appToken,
      signingSecret: slack.signingSecret,
      apiUrl: slack.apiUrl,
    },
    log,
    onFatal: (err) => log.fatal({ err }, "The bot can't go on"),
  });
  return started.then((bot) => {
    url = bot.webUrl;
    return bot;
  });
}

/** What a signed challenge of `/signer link` does, for stories that are about something else. */
async function link({ app }: Running, chain: SandboxChain, who: string): Promise<void> {
  const person = sandboxPeople.find(({ key }) => key === who);
  if (person === undefined) throw new Error(`Nobody is called ${who}.`);
  const challenge = {
    user: `slack:${person.slackId}`,
    name: person.name,
    nonce: person.slackId.padEnd(32, "0"),
    expires: new Date(app.clock.now().getTime() + 60_000).toISOString(),
  };
  const signature = await chain.wallet.signTypedData(person.slackId, linkTypedData(challenge));
  await linkSigner(app, { challenge, signature });
}
