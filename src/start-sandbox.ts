import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { stringify } from "yaml";
import { commands } from "../commands/index.ts";
import { SLASH_COMMANDS } from "./chat/slash.ts";
import { linkTypedData } from "./core/link-challenge.ts";
import { linkSigner } from "./core/signer.ts";
import { type Running, startAllstop } from "./main.ts";
import { loadPlan } from "./plan.ts";
import { loadPlaybooks, playbookKeys } from "./playbooks.ts";
import { packageRoot } from "./root.ts";
import { type SandboxChain, sandboxPeople, startSandboxChain } from "./sandbox/chain/index.ts";
import { type DiscordServer, type DiscordServerOptions, startDiscordServer } from "./sandbox/discord/index.ts";
import { discordWorkspace } from "./sandbox/discord-page/workspace.ts";
import type { SlackServerOptions } from "./sandbox/slack/options.ts";
import { type SlackServer, startSlackServer } from "./sandbox/slack/server.ts";
import { startSandboxUi } from "./sandbox/ui/server.ts";
import { sandboxResponse } from "./sandbox-response.ts";

export interface Sandbox {
  /** Where the page is: Slack's workspace, or Discord's where that is the only one. */
  url: string;
  /** Where the page shows Discord's. */
  discordUrl?: string;
  chain: SandboxChain;
  /** The workspaces that were asked for. */
  slack?: SlackServer;
  discord?: DiscordServer;
  bot: Running;
  close(): Promise<void>;
}

export const ALERTS_CHANNEL = "C0ALERTS";
export const GENERAL_CHANNEL = "C0GENERAL";
const DISCORD_GENERAL = "500000000000000001";
const DISCORD_ALERTS = "500000000000000002";
export type SandboxChats = readonly ("slack" | "discord")[];

/**
 * Starts everything on this machine: a chain with a Safe and a vault, a chat workspace that speaks Slack's protocols, the
 * bot itself as in production, and the page on which a newcomer acts as anybody. Nothing in it is shared with production.
 */
export async function startSandbox({
  folder,
  port,
  log,
  progress,
  page = true,
  mode = "socket",
  chats = ["slack"],
  blockTimeSeconds,
}: {
  /** Emptied first: a new chain knows nothing of an old timeline. */
  folder: string;
  port: number;
  log: Logger;
  progress: (line: string) => void;
  /** Without the page a rehearsal starts faster; people then act through the same protocol. */
  page?: boolean;
  /** How the workspace reaches the bot: over its sockets, or by signed requests to the bot's own server. */
  mode?: "socket" | "http";
  /** Where the incident lives: one workspace, or both, mirrored. The page shows Slack's. */
  chats?: SandboxChats;
  /** The chain's own where left out, at which people can follow what happens. */
  blockTimeSeconds?: number;
}): Promise<Sandbox> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    const chain = await startSandboxChain({ progress, blockTimeSeconds });
    closers.push(chain.close);
    const slack = chats.includes("slack") ? await startWorkspace() : undefined;
    closers.push(async () => slack?.close());
    // Links that the bot shows lead to the page.
    if (page && port !== 0) slack?.setPermalinkBase(`http://127.0.0.1:${port}`);
    if (slack)
      progress(`A chat workspace with ${sandboxPeople.length} people speaks Slack's protocols at ${slack.apiUrl}.`);
    const discord = chats.includes("discord") ? await startGuild() : undefined;
    closers.push(async () => discord?.close());
    if (discord)
      progress(`A chat server with ${sandboxPeople.length} people speaks Discord's protocols at ${discord.apiUrl}.`);

    const planPath = join(folder, "response-plan.yaml");
    writeFileSync(planPath, stringify({ ...sandboxPlan(chain, chats), ...sandboxResponse }));
    const playbookFolder = join(packageRoot, "playbooks");
    const plan = loadPlan(planPath, { playbooks: playbookKeys(playbookFolder) });
    const playbooks = loadPlaybooks(playbookFolder, { commands, plan });

    let url = "";
    let discordUrl: string | undefined;
    const bot = await startAllstop({
      databaseUrl: `file:${join(folder, "allstop.db")}`,
      plan: () => plan,
      playbooks: () => playbooks,
      rpcUrls: { [chain.chainId]: [chain.rpcUrl] },
      executorPrivateKey: chain.executor.privateKey,
      // New each time, like all else in here: what was signed ahead of time ends with the sandbox.
      ladder: { key: randomBytes(32), lookMs: 2_000 },
      publicUrl: () => url,
      port: 0,
      ...(slack && {
        slack: {
          mode,
          botToken: slack.botToken,
          appToken: slack.appToken,
          signingSecret: slack.signingSecret,
          apiUrl: slack.apiUrl,
        },
      }),
      ...(discord && { discord: discordSettings(discord) }),
      log,
      onFatal: (error) => {
        log.error({ err: error }, "The sandbox's bot stopped");
      },
    });
    closers.push(() => bot.close());
    url = bot.webUrl;
    if (mode === "http") await slack?.useHttp(`${url}/slack/events`);
    progress("Allstop is connected, and its chain is armed.");
    await linkSigners(chain, bot, slack === undefined ? "discord" : "slack");
    progress("The five signers have linked their wallets.");

    if (page && slack) {
      const ui = await startSandboxUi({
        port,
        workspace: slack.client,
        wallet: chain.wallet,
        proxy: { origin: bot.webUrl },
        info: {
          startAs: "U0NOOR",
          facts: factsOf(chain),
        },
      });
      closers.push(() => ui.close());
      url = ui.url;
      slack.setPermalinkBase(url);
    }
    if (page && discord) {
      const ui = await startSandboxUi({
        port: slack === undefined || port === 0 ? port : port + 1,
        workspace: discordWorkspace(
          discord,
          sandboxPeople.map(({ discordId: id, title, address }) => ({ id, title, ...(address && { address }) })),
        ),
        wallet: chain.wallet,
        proxy: { origin: bot.webUrl },
        info: { startAs: discordIdOf("noor"), facts: factsOf(chain) },
      });
      closers.push(() => ui.close());
      discordUrl = ui.url;
      if (slack === undefined) url = ui.url;
    }
    return {
      url,
      ...(discordUrl !== undefined && { discordUrl }),
      chain,
      ...(slack && { slack }),
      ...(discord && { discord }),
      bot,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function factsOf(chain: SandboxChain) {
  return [
    { label: "Vault-USDC", value: chain.vault },
    { label: "Safe (3 of 5)", value: chain.safe },
    { label: "Chain", value: `${chain.chainId} at ${chain.rpcUrl}` },
  ];
}

function discordIdOf(key: string): string {
  return sandboxPeople.find((person) => person.key === key)?.discordId ?? "";
}

export function startWorkspace(options: Partial<SlackServerOptions> = {}): Promise<SlackServer> {
  const everybody = sandboxPeople.map(({ slackId }) => slackId);
  return startSlackServer({
    teamName: "Example Protocol",
    people: sandboxPeople.map(({ slackId, name, title, address }) => ({ id: slackId, name, title, address })),
    channels: [
      { id: GENERAL_CHANNEL, name: "general", members: everybody, bot: true },
      { id: ALERTS_CHANNEL, name: "security-alerts", members: everybody, bot: true },
    ],
    commands: SLASH_COMMANDS.map(({ command, description, usageHint }) => ({ command, description, usageHint })),
    shortcuts: [{ callbackId: "message capture", name: "Add to timeline", type: "message" }],
    ...options,
  });
}

/** The same people on the sandbox's Discord. */
export function startGuild(options: Partial<DiscordServerOptions> = {}): Promise<DiscordServer> {
  return startDiscordServer({
    people: sandboxPeople.map(({ discordId: id, name }) => ({ id, name })),
    channels: [
      { id: DISCORD_GENERAL, name: "general" },
      { id: DISCORD_ALERTS, name: "security-alerts" },
    ],
    ...options,
  });
}

export function discordSettings({ token, applicationId, guildId, apiUrl }: DiscordServer) {
  return { token, applicationId, guildId, apiUrl };
}

/** Signs each signer's challenge as `/signer link` would have them do, so that a newcomer begins with a linked room. */
async function linkSigners(chain: SandboxChain, { app }: Running, chat: "slack" | "discord"): Promise<void> {
  for (const { slackId, discordId, name, address } of sandboxPeople) {
    if (address === undefined) continue;
    const challenge = {
      user: chat === "slack" ? `slack:${slackId}` : `discord:${discordId}`,
      name,
      nonce: slackId.padEnd(32, "0"),
      expires: new Date(app.clock.now().getTime() + 60_000).toISOString(),
    };
    await linkSigner(app, {
      challenge,
      signature: await chain.wallet.signTypedData(slackId, linkTypedData(challenge)),
    });
  }
}

export function sandboxPlan(chain: SandboxChain, chats: SandboxChats = ["slack"]) {
  const on = (chat: "slack" | "discord") => chats.includes(chat);
  const amount = "1000000";
  const probe = { from: chain.depositor, target: chain.vault };
  return {
    version: 1,
    organisation: "Example Protocol",
    reviewed: new Date().toISOString().slice(0, 10),
    channels: {
      alerts: { ...(on("slack") && { slack: ALERTS_CHANNEL }), ...(on("discord") && { discord: DISCORD_ALERTS }) },
    },
    people: Object.fromEntries(
      sandboxPeople.map(({ key, name, slackId, discordId, address }) => [
        key,
        {
          name,
          ...(on("slack") && { slack: slackId }),
          ...(on("discord") && { discord: discordId }),
          roles: key === "sofia" ? ["incident commander"] : key === "tomas" ? ["scribe"] : [],
          ...(address === undefined ? {} : { owner: address }),
        },
      ]),
    ),
    onCall: ["noor", "sofia", "tomas"],
    invite: {
      critical: sandboxPeople.filter(({ kind }) => kind === "signer").map(({ key }) => key),
      high: sandboxPeople.filter(({ kind }) => kind === "signer").map(({ key }) => key),
    },
    chains: { [chain.chainId]: { name: "Sandbox", secondsPerBlock: 2 } },
    safes: { "ops-pause": { label: "ops-pause", chain: chain.chainId, address: chain.safe } },
    interventions: {
      "pause-vault": {
        title: "Pause deposits of Vault-USDC",
        safe: "ops-pause",
        target: chain.vault,
        targetLabel: "Vault-USDC",
        dialect: "openzeppelin-pausable",
        trigger: "Shares are worth more than the tokens behind them, or a withdrawal that nobody can explain.",
        effectProbe: {
          label: "deposit()",
          ...probe,
          call: "deposit(uint256,address)",
          arguments: [amount, chain.depositor],
        },
        exitProbe: {
          label: "withdraw()",
          ...probe,
          call: "withdraw(uint256,address,address)",
          arguments: [amount, chain.depositor, chain.depositor],
        },
        stillWorks: ["withdraw()", "redeem()"],
        acknowledgements: 2,
        execute: "by-press",
      },
    },
    playbooks: { critical: "active-exploit", high: "active-exploit" },
  };
}
