import { join } from "node:path";
import { type Logger, pino } from "pino";
import { commands } from "../../commands/index.ts";
import type { SlackConfig } from "../chat-settings.ts";
import { hasProductionSettings, mode, readSettings } from "../config.ts";
import { assertExecutorIsNoOwner } from "../doctor/executor.ts";
import { type Running, type StartOptions, startAllstop } from "../main.ts";
import { watchPlan } from "../plan.ts";
import { loadPlaybooks, playbookKeys } from "../playbooks.ts";
import { packageRoot } from "../root.ts";
import type { SandboxChats } from "../start-sandbox.ts";

/** With nothing configured, the sandbox; with any production setting, production, which then needs them all. */
export async function start(env: NodeJS.ProcessEnv, { platform = "slack" }: { platform?: string } = {}): Promise<void> {
  if (mode(env) === "sandbox") await startInSandbox(env, chatsNamed(platform));
  else await startInProduction(env);
}

async function startInSandbox(env: NodeJS.ProcessEnv, chats: SandboxChats): Promise<void> {
  const log = pino({ level: env.LOG_LEVEL ?? "warn" }, pino.destination(2));
  console.log("Nothing is configured: starting the sandbox, all of it on this machine.");
  const { startSandbox } = await import("../start-sandbox.ts").catch((cause: unknown) => {
    throw new Error("The sandbox needs the development dependencies. Run `npm ci`, or configure production.", {
      cause,
    });
  });
  const sandbox = await startSandbox({
    folder: join(".allstop", "sandbox"),
    port: Number(env.PORT ?? 3000),
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

function chatsNamed(platform: string): SandboxChats {
  if (platform === "both") return ["slack", "discord"];
  if (platform === "slack" || platform === "discord") return [platform];
  throw new Error(`There is no platform ${platform}. There are: slack, discord, both.`);
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
  const { config, plan: first } = readSettings(env, { playbooks: keys, chats });
  const log = chats ? pino({ level: config.logLevel }) : pino({ level: "error" }, pino.destination(2));
  log.info({ settings: hasProductionSettings(env) }, "Production settings are present: the sandbox stays off");
  for (const warning of config.warnings) log.warn(warning);
  const playbooks = loadPlaybooks(playbookFolder, { commands: commands.map(({ name }) => name), plan: first });
  const watched = watchPlan({
    path: config.responsePlan,
    playbooks: keys,
    onLoaded: ({ hash }) => log.info({ hash }, "The response plan was loaded again"),
    onMistakes: (mistakes) =>
      log.error({ mistakes: mistakes.message }, "The response plan has mistakes; the last good one stays"),
  });
  const { unread } = await assertExecutorIsNoOwner(config, first);
  for (const { safe, why } of unread)
    log.warn({ safe, why }, "Whether the executor owns this Safe could not be checked");
  const running = await startAllstop({
    databaseUrl: config.databaseUrl,
    plan: () => watched.current(),
    playbooks: () => playbooks,
    host: "0.0.0.0",
    rpcUrls: Object.fromEntries(
      Object.entries(config.rpc).map(([id, providers]) => [id, providers.map((p) => p.url.reveal())]),
    ),
    executorPrivateKey: config.executor.privateKey.reveal() as `0x${string}`,
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
  const close = async () => {
    watched.close();
    await running.close();
  };
  return { bot: { ...running, close }, log };
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
