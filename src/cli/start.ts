import { join } from "node:path";
import { type Logger, pino } from "pino";
import { commands } from "../../commands/index.ts";
import type { SlackConfig } from "../chat-settings.ts";
import { hasProductionSettings, mode, readSandboxSettings, readSettings } from "../config.ts";
import { planTaken } from "../core/plan-taken.ts";
import { UsageError } from "../exit.ts";
import { ladderKeys } from "../ladder-settings.ts";
import { type Running, type StartOptions, startAllstop } from "../main.ts";
import { loadPlaybooks, playbookKeys } from "../playbooks.ts";
import { packageRoot } from "../root.ts";
import type { ServiceConfig } from "../service-settings.ts";
import type { SandboxChats } from "../start-sandbox.ts";
import type { SubmissionConfig } from "../submission-settings.ts";
import { keepPlan } from "./live-plan.ts";
import { needSandboxParts } from "./parts.ts";
import { SANDBOX_FOLDER } from "./store.ts";

/** With nothing configured, the sandbox; with any production setting, production, which then needs them all. */
export async function start(env: NodeJS.ProcessEnv, { platform }: { platform?: Platform } = {}): Promise<void> {
  if (mode(env) === "sandbox")
    return startInSandbox(env, platform === "both" ? ["slack", "discord"] : [platform ?? "slack"]);
  if (platform === undefined) return startInProduction(env);
  throw new UsageError(
    `--platform chooses what the sandbox shows, and the sandbox stays off: ${settingsPresent(env)}.\nIn production the chats are those that are configured.`,
  );
}

type Platform = "slack" | "discord" | "both";

async function startInSandbox(env: NodeJS.ProcessEnv, chats: SandboxChats): Promise<void> {
  const { port, logLevel } = readSandboxSettings(env);
  const log = pino({ level: logLevel }, pino.destination(2));
  needSandboxParts("sandbox");
  console.log("Nothing is configured: starting the sandbox, all of it on this machine.");
  if (env.DATABASE_URL) console.log("DATABASE_URL is not used: the sandbox has a database of its own, new each time.");
  const { startSandbox } = await import("../start-sandbox.ts");
  const sandbox = await startSandbox({
    folder: SANDBOX_FOLDER,
    port,
    log,
    progress: (line) => console.log(`  ${line}`),
    chats,
  });
  const beside = sandbox.slack && sandbox.discordUrl ? `\nand the same incident on Discord: ${sandbox.discordUrl}` : "";
  console.log(
    `\nOpen ${sandbox.url}${beside}\n\nCtrl-C ends it. Everything in it is for practice: chain 31337, keys worth nothing.`,
  );
  closeOnSignal(log, () => sandbox.close());
}

async function startInProduction(env: NodeJS.ProcessEnv): Promise<void> {
  const { bot, log } = await startBot(env);
  process.on("unhandledRejection", (err) => {
    log.fatal({ err }, "A failure that nobody handled: Allstop stops, and the process manager starts it again");
    process.exit(1);
  });
  closeOnSignal(log, () => bot.close());
}

/** The bot as in production; for the console, without any chat and on no port that another could have. */
export async function startBot(
  env: NodeJS.ProcessEnv,
  { chats = true }: { chats?: boolean } = {},
): Promise<{ bot: Running; log: Logger }> {
  const playbookFolder = join(packageRoot, "playbooks");
  const keys = playbookKeys(playbookFolder);
  const { config, plan: first } = readOrTell(env, { playbooks: keys, chats });
  const log = chats ? pino({ level: config.logLevel }) : pino({ level: "error" }, pino.destination(2));
  log.info({ settings: hasProductionSettings(env) }, "Production settings are present: the sandbox stays off");
  for (const warning of config.warnings) log.warn(warning);
  const playbooks = loadPlaybooks(playbookFolder, { commands, plan: first });
  const kept = await keepPlan({ config, playbooks: keys, log });
  const startedOn = kept.current();
  const running = await startAllstop({
    databaseUrl: config.databaseUrl,
    plan: kept.current,
    playbooks: () => playbooks,
    host: "0.0.0.0",
    rpcUrls: Object.fromEntries(
      Object.entries(config.rpc).map(([id, providers]) => [id, providers.map((p) => p.url.reveal())]),
    ),
    executorPrivateKey: config.executor.privateKey.reveal() as `0x${string}`,
    submission: submissionOptions(config.submission),
    safeService: serviceOptions(config.service),
    ladder: ladderKeys(config.ladder),
    ...(config.pager.routingKey && { pager: { url: config.pager.url, routingKey: config.pager.routingKey } }),
    publicUrl: config.publicUrl,
    port: chats ? config.port : 0,
    ...(config.slack && { slack: slackOptions(config.slack) }),
    ...(config.discord && { discord: { ...config.discord, token: config.discord.token.reveal() } }),
    log,
    onFatal: (error) => {
      log.fatal({ err: error }, "Allstop can't go on; the process manager should start it again");
      process.exit(1);
    },
  });
  // What a plan calls for in time it calls for now: another plan, other times.
  kept.onTaken(startedOn, () => planTaken(running.app));
  const close = async () => {
    kept.close();
    await running.close();
  };
  return { bot: { ...running, close }, log };
}

/** Who has set one thing may have wanted the sandbox: they are told why it is not that which starts. */
function readOrTell(...[env, options]: Parameters<typeof readSettings>): ReturnType<typeof readSettings> {
  try {
    return readSettings(env, options);
  } catch (error) {
    const present = hasProductionSettings(env).length > 0;
    if (present)
      console.error(`The sandbox stays off: ${settingsPresent(env)}. Production needs all of its settings.\n`);
    throw error;
  }
}

function settingsPresent(env: NodeJS.ProcessEnv): string {
  const names = hasProductionSettings(env);
  return `${names.join(", ")} ${names.length === 1 ? "is" : "are"} set`;
}

function submissionOptions({ privateRpc, hedge, maxFeeGwei }: SubmissionConfig): StartOptions["submission"] {
  return {
    privateRpcUrls: Object.fromEntries(Object.entries(privateRpc).map(([id, { url }]) => [id, url.reveal()])),
    maxFeePerGasMax: BigInt(maxFeeGwei) * 1_000_000_000n,
    ...(hedge && { hedgePrivateKey: hedge.privateKey.reveal() as `0x${string}` }),
  };
}

function serviceOptions({ urls, apiKey, proposer }: ServiceConfig): NonNullable<StartOptions["safeService"]> {
  return {
    urls: Object.fromEntries(Object.entries(urls).map(([id, { url }]) => [id, url.reveal()])),
    ...(apiKey && { apiKey: apiKey.reveal() }),
    ...(proposer && { proposerPrivateKey: proposer.privateKey.reveal() as `0x${string}` }),
  };
}

function slackOptions(slack: SlackConfig): NonNullable<StartOptions["slack"]> {
  const secret =
    slack.mode === "socket" ? { appToken: slack.appToken.reveal() } : { signingSecret: slack.signingSecret.reveal() };
  return { mode: slack.mode, botToken: slack.botToken.reveal(), apiUrl: slack.apiUrl, ...secret };
}

function closeOnSignal(log: Logger, close: () => Promise<void>): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      log.info({ signal }, "Stopping");
      close().then(
        () => process.exit(0),
        (err: unknown) => {
          log.error({ err }, "Stopping failed");
          process.exit(1);
        },
      );
    });
  }
}
