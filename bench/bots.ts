import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { stringify } from "yaml";
import type { SandboxChain } from "../src/sandbox/chain/index.ts";
import type { DiscordServer } from "../src/sandbox/discord/index.ts";
import type { SlackServer } from "../src/sandbox/slack/server.ts";
import { type SandboxChats, sandboxPlan } from "../src/start-sandbox.ts";
import { monotonicMs } from "./measure.ts";

const root = join(import.meta.dirname, "..");
const START_MS_MAX = 30_000;

/** A bot in a process of its own. */
export interface Bot {
  /** From starting the process until it says that it is ready. */
  startMs: number;
  /** Resident memory now, in MB. */
  residentMb(): number;
  close(): Promise<void>;
}

type Slack = Pick<SlackServer, "apiUrl" | "botToken" | "appToken">;

/** A Bolt app that acknowledges and does nothing. */
export function startBareBolt(slack: Slack): Promise<Bot> {
  return startProcess([join(root, "bench/bare-bolt.mjs")], tokens(slack), "ready");
}

/** Our side of Slack, with nothing behind the door. */
export function startQuietBot(slack: Slack, folder: string): Promise<Bot> {
  const env = { ...tokens(slack), DATABASE_URL: `file:${join(folder, "quiet.db")}` };
  return startProcess(["--import", "tsx", join(root, "bench/quiet-bot.ts")], env, "ready");
}

/** A discord.js client that acknowledges and does nothing. */
export function startBareDiscord(discord: DiscordServer): Promise<Bot> {
  return startProcess([join(root, "bench/bare-discord.mjs")], discordTokens(discord), "ready");
}

/** Our side of Discord, with nothing behind the door. */
export function startQuietDiscord(discord: DiscordServer, folder: string): Promise<Bot> {
  const env = { ...discordTokens(discord), DATABASE_URL: `file:${join(folder, "quiet-discord.db")}` };
  return startProcess(["--import", "tsx", join(root, "bench/quiet-discord.ts")], env, "ready");
}

/** The whole bot, compiled and configured as in production. */
export function startCompiledBot(slack: Slack, chain: SandboxChain, folder: string): Promise<Bot> {
  return startCompiled(tokens(slack), ["slack"], chain, folder);
}

export function startCompiledOnDiscord(discord: DiscordServer, chain: SandboxChain, folder: string): Promise<Bot> {
  return startCompiled(discordTokens(discord), ["discord"], chain, folder);
}

async function startCompiled(
  chatTokens: Record<string, string>,
  chats: SandboxChats,
  chain: SandboxChain,
  folder: string,
): Promise<Bot> {
  const planPath = join(folder, "plan.yaml");
  writeFileSync(planPath, stringify(sandboxPlan(chain, chats)));
  const port = String(await freePort());
  const env = {
    ...chatTokens,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    PORT: port,
    DATABASE_URL: `file:${join(folder, "allstop.db")}`,
    RESPONSE_PLAN: planPath,
    [`RPC_URLS_${chain.chainId}`]: chain.rpcUrl,
    EXECUTOR_PRIVATE_KEY: chain.executor.privateKey,
  };
  return startProcess([join(root, "dist/src/cli.js"), "start"], env, "Allstop is ready");
}

function tokens({ apiUrl, botToken, appToken }: Slack) {
  return { SLACK_API_URL: apiUrl, SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken };
}

function discordTokens({ apiUrl, token, applicationId, guildId }: DiscordServer) {
  return {
    DISCORD_API_URL: apiUrl,
    DISCORD_TOKEN: token,
    DISCORD_APPLICATION_ID: applicationId,
    DISCORD_GUILD_ID: guildId,
  };
}

async function startProcess(args: string[], env: Record<string, string>, ready: string): Promise<Bot> {
  const began = monotonicMs();
  const child = spawn(process.execPath, args, {
    cwd: root,
    // Only what it is given: no setting of whoever runs the bench.
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Whatever becomes of the bench, its bots end with it.
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  const exited = once(child, "exit").finally(() => process.off("exit", end));
  const startMs = (await saysReady(child, ready)) - began;
  return {
    startMs,
    residentMb: () => Number(execFileSync("ps", ["-o", "rss=", "-p", String(child.pid)], { encoding: "utf8" })) / 1024,
    async close() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** When it said that it is ready. Throws, with what it said, when it ends or takes too long. */
function saysReady(child: ChildProcess, ready: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = "";
    const giveUp = (why: string) => reject(new Error(`A bot ${why}. It said:\n${said}`));
    const timer = setTimeout(() => giveUp("was not ready in time"), START_MS_MAX);
    const listen = (data: Buffer) => {
      // What it says later is drained, and not kept.
      if (said.includes(ready)) return;
      said += data.toString();
      if (!said.includes(ready)) return;
      clearTimeout(timer);
      resolve(monotonicMs());
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("exit", (code) => {
      clearTimeout(timer);
      giveUp(`ended with ${code}`);
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}
