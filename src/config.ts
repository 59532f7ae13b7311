import type { z } from "zod";
import { type ChatConfigs, chatRemedies, readChats } from "./chat-settings.ts";
import type { Address } from "./core/ids.ts";
import type { LoadedPlan, ResponsePlan } from "./core/plan.ts";
import { type LadderConfig, ladderRemedies, readLadderKeys } from "./ladder-settings.ts";
import { nearest } from "./nearest.ts";
import { type PagerConfig, pagerRemedies, readPager } from "./pager-settings.ts";
import { loadPlan, type PlanOptions } from "./plan.ts";
import { readService, type ServiceConfig, serviceRemedies } from "./service-settings.ts";
import * as value from "./settings.ts";
import { readSubmission, type SubmissionConfig, submissionRemedies } from "./submission-settings.ts";
import { FileMistakes } from "./yaml-file.ts";

export { EXIT_CONFIG } from "./exit.ts";

export interface Config extends ChatConfigs {
  port: number;
  /** Origin of the bot's pages, without a trailing slash. */
  publicUrl: string;
  /** `file:PATH`. */
  databaseUrl: string;
  /** Absolute path of the response plan. */
  responsePlan: string;
  /** Providers of each chain, by chain id, in the order given. */
  rpc: Record<number, value.RpcProvider[]>;
  executor: value.Executor;
  submission: SubmissionConfig;
  service: ServiceConfig;
  ladder: LadderConfig;
  pager: PagerConfig;
  logLevel: (typeof value.logLevels)[number];
  /** What an operator should know and what does not stop the start. One sentence each. */
  warnings: string[];
}

/** One setting that is wrong or missing. Never holds the setting's value. */
export interface SettingProblem {
  name: string;
  /** Reads on after the name: `is missing`, `is not a port number`. */
  problem: string;
  /** What to do, as a sentence. */
  remedy: string;
}

/** Everything that is wrong with the settings, at once. One line each in the message. */
export class ConfigError extends Error {
  readonly problems: readonly SettingProblem[];

  constructor(problems: SettingProblem[]) {
    const count = problems.length === 1 ? "1 setting is" : `${problems.length} settings are`;
    super([`${count} wrong or missing:`, ...problems.map((p) => `  ${p.name} ${p.problem}. ${p.remedy}`)].join("\n"));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** Reads the environment. Throws `ConfigError` with all that is wrong or missing. Empty counts as missing. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const { config, problems } = read(env);
  if (config === undefined) throw new ConfigError(problems);
  return config;
}

/**
 * Reads the environment and the plan it names, and checks each against the other: all that has to be right before the
 * bot starts. Throws one `ConfigError`; the plan's own mistakes are lines in it.
 */
export function readSettings(
  env: NodeJS.ProcessEnv,
  options: PlanOptions & {
    /** False leaves all chats out, and asks for none of their settings: for the console, when these are what is wrong. */
    chats?: boolean;
  } = {},
): { config: Config; plan: LoadedPlan } {
  const { config, problems, rpc, planPath } = read(env, options.chats);
  let plan: LoadedPlan | undefined;
  try {
    plan = planPath === undefined ? undefined : loadPlan(planPath, options);
  } catch (error) {
    if (!(error instanceof FileMistakes)) throw error;
    const remedy = `Mend these:\n${error.message.replaceAll(/^/gm, "    ")}`;
    problems.push({ name: "RESPONSE_PLAN", problem: "names a plan with mistakes", remedy });
  }
  const against = plan === undefined ? { problems: [], warnings: [] } : checkAgainstPlan({ rpc }, plan);
  // A list that is there and wrong is already named, with what is wrong about it.
  problems.push(...against.problems.filter(({ name }) => !problems.some((known) => known.name === name)));
  if (config === undefined || plan === undefined || problems.length > 0) throw new ConfigError(problems);
  return { config: { ...config, warnings: [...config.warnings, ...against.warnings] }, plan };
}

/**
 * What is needed to look at the chains and to send nothing: the plan and its providers. A key, where one is set, only says
 * which account would pay. Throws `ConfigError`, and `FileMistakes` when the plan has any.
 */
export function readLook(
  env: NodeJS.ProcessEnv,
  options: PlanOptions = {},
): { plan: LoadedPlan; rpc: Config["rpc"]; executors: Address[]; maxFeeGwei: number | undefined } {
  const { problems, rpc, planPath, executors, submission } = read(env, false);
  const isNeeded = ({ name }: SettingProblem) =>
    name === "RESPONSE_PLAN" || name.startsWith("RPC_URLS_") || present(env, name) !== undefined;
  const wrong = problems.filter(isNeeded);
  const plan = planPath === undefined ? undefined : loadPlan(planPath, options);
  if (plan !== undefined) wrong.push(...checkAgainstPlan({ rpc }, plan).problems);
  if (plan === undefined || wrong.length > 0) throw new ConfigError(wrong);
  return { plan, rpc, executors, maxFeeGwei: submission?.maxFeeGwei };
}

/** Where the timeline is, `file:PATH`: all that reading it needs. Throws `ConfigError` when the setting is wrong. */
export function readDatabaseUrl(env: NodeJS.ProcessEnv, fallback = DATABASE_URL_DEFAULT): string {
  const problems: SettingProblem[] = [];
  const { DATABASE_URL: remedy } = remedies;
  const found = takeSetting(env, problems, { name: "DATABASE_URL", schema: value.DatabaseUrl, fallback, remedy });
  if (found === undefined) throw new ConfigError(problems);
  return found;
}

/** What the sandbox takes from outside: its port and how much is logged. Throws `ConfigError`. */
export function readSandboxSettings(env: NodeJS.ProcessEnv): Pick<Config, "port" | "logLevel"> {
  const problems: SettingProblem[] = [];
  const take = <S extends z.ZodType>(name: keyof typeof remedies, schema: S, fallback: string) =>
    takeSetting(env, problems, { name, schema, fallback, remedy: remedies[name] });
  const port = take("PORT", value.Port, PORT_DEFAULT);
  const logLevel = take("LOG_LEVEL", value.LogLevel, "warn");
  if (port === undefined || logLevel === undefined) throw new ConfigError(problems);
  return { port, logLevel };
}

/** Every chain of the plan needs providers; providers of other chains are a warning. */
export function checkAgainstPlan(
  config: Pick<Config, "rpc">,
  plan: Pick<ResponsePlan, "chains">,
): { problems: SettingProblem[]; warnings: string[] } {
  const problems = Object.entries(plan.chains)
    .filter(([id]) => (config.rpc[Number(id)] ?? []).length === 0)
    .map(([id, { name }]) => ({
      name: `RPC_URLS_${id}`,
      problem: `is missing, and the plan has chain ${id} (${name})`,
      remedy: "Set it to one or more RPC addresses, separated by commas; three of different operators are best.",
    }));
  const warnings = Object.keys(config.rpc)
    .filter((id) => !Object.hasOwn(plan.chains, id))
    .map((id) => `RPC_URLS_${id} is set, and the response plan has no chain ${id}: it is not used.`);
  return { problems, warnings };
}

/** Production settings that are present, by name: any of them keeps the sandbox from starting. */
export function hasProductionSettings(env: NodeJS.ProcessEnv): string[] {
  const names = Object.keys(env).filter((name) => present(env, name) !== undefined);
  return names.filter((name) => PRODUCTION.test(name)).sort();
}

const DATABASE_URL_DEFAULT = "file:allstop.db";
const PORT_DEFAULT = "3000";

const PRODUCTION =
  /^(SLACK_.+|DISCORD_.+|RPC_URLS?_.+|PRIVATE_RPC_URLS?_.+|RESPONSE_PLAN|EXECUTOR_PRIVATE_KEY(_.+)?|LADDER_KEY(_.+)?|SAFE_SERVICE_.+|SAFE_PROPOSER_.+|PAGER_.+|PUBLIC_URL)$/;

/** With nothing configured the sandbox runs; with any production setting production does, and then needs them all. */
export function mode(env: NodeJS.ProcessEnv): "sandbox" | "production" {
  return hasProductionSettings(env).length === 0 ? "sandbox" : "production";
}

interface Reading {
  /** Undefined when anything is wrong. */
  config?: Config;
  problems: SettingProblem[];
  rpc: Config["rpc"];
  planPath?: string;
  submission?: SubmissionConfig;
  /** The accounts that would pay, as far as their keys could be read. */
  executors: Address[];
}

function read(env: NodeJS.ProcessEnv, withChats = true): Reading {
  const problems: SettingProblem[] = [];
  const take = <S extends z.ZodType>(name: keyof typeof remedies, schema: S, fallback?: string) =>
    takeSetting(env, problems, { name, schema, fallback, remedy: remedies[name] });

  const chats = withChats ? readChats(take, (name) => present(env, name) !== undefined) : {};
  const publicUrl = take("PUBLIC_URL", value.PublicUrl);
  const port = take("PORT", value.Port, PORT_DEFAULT);
  const databaseUrl = take("DATABASE_URL", value.DatabaseUrl, DATABASE_URL_DEFAULT);
  const planPath = take("RESPONSE_PLAN", value.PlanPath);
  const executor = take("EXECUTOR_PRIVATE_KEY", value.ExecutorKey);
  const isSet = (name: string) => present(env, name) !== undefined;
  const submission = readSubmission(env, problems, { take, isSet, executor });
  const service = readService(env, problems, { take, isSet, executors: [executor, submission?.hedge] });
  const ladder = readLadderKeys(problems, { take, isSet, executorKey: executor?.privateKey });
  const pager = readPager(problems, { take, isSet });
  const logLevel = take("LOG_LEVEL", value.LogLevel, "info");
  const rpc = readRpcUrls(env, problems);

  const rest = {
    publicUrl,
    port,
    databaseUrl,
    responsePlan: planPath,
    executor,
    submission,
    service,
    ladder,
    pager,
    logLevel,
  };
  const executors = [executor, submission?.hedge].flatMap((one) => one?.address ?? []);
  const found = { problems, rpc, planPath, submission, executors };
  if (problems.length > 0 || !complete(rest)) return found;
  return { ...found, config: { ...chats, ...rest, rpc, warnings: warningsOf(env, chats) } };
}

const remedies = {
  ...chatRemedies,
  ...submissionRemedies,
  ...serviceRemedies,
  ...ladderRemedies,
  ...pagerRemedies,
  PUBLIC_URL: "Set it to the https address at which browsers reach this bot, such as https://allstop.example.org.",
  PORT: "Set it to a free port, such as 3000.",
  DATABASE_URL: "Set it to file: and a path, such as file:/var/lib/allstop/allstop.db.",
  RESPONSE_PLAN: "Set it to your plan's path; response-plan.example.yaml is one to begin from.",
  EXECUTOR_PRIVATE_KEY: "Set it to the key of a fresh account that holds only gas money and owns no Safe.",
  LOG_LEVEL: "Leave it out for info.",
} as const;

function readRpcUrls(env: NodeJS.ProcessEnv, problems: SettingProblem[]): Config["rpc"] {
  const rpc: Config["rpc"] = {};
  for (const name of Object.keys(env)
    .filter((name) => name.startsWith("RPC_URLS_"))
    .sort()) {
    const id = name.slice("RPC_URLS_".length);
    if (!/^[1-9]\d{0,14}$/.test(id)) {
      problems.push({ name, problem: "does not end in a chain id", remedy: "Name it RPC_URLS_1 for chain 1." });
      continue;
    }
    const remedy = "Separate whole addresses by commas, such as https://a.example.org,https://b.example.org.";
    const providers = present(env, name) && takeSetting(env, problems, { name, schema: value.RpcUrls, remedy });
    if (providers) rpc[Number(id)] = providers;
  }
  return rpc;
}

function takeSetting<S extends z.ZodType>(
  env: NodeJS.ProcessEnv,
  problems: SettingProblem[],
  { name, schema, fallback, remedy }: { name: string; schema: S; fallback?: string | undefined; remedy: string },
): z.output<S> | undefined {
  const given = present(env, name) ?? fallback;
  if (given === undefined) {
    const slip = unread(env).find(({ meant }) => meant === name);
    const problem = slip === undefined ? "is missing" : `is missing, and ${slip.name} is set: a slip`;
    problems.push({ name, problem, remedy });
    return undefined;
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  problems.push({ name, problem: parsed.error.issues[0]?.message ?? "is wrong", remedy });
  return undefined;
}

function complete<T extends object>(found: T): found is T & { [K in keyof T]-?: NonNullable<T[K]> } {
  return Object.values(found).every((item) => item !== undefined);
}

function warningsOf(env: NodeJS.ProcessEnv, { slack, discord }: ChatConfigs): string[] {
  const warnings: string[] = [];
  for (const [name, apiUrl] of [
    ["SLACK_API_URL", slack?.apiUrl],
    ["DISCORD_API_URL", discord?.apiUrl],
  ] as const) {
    if (apiUrl?.startsWith("http:") && !value.isLoopback(apiUrl)) {
      warnings.push(`${name} is plain http: the bot token crosses the network readable. Use https.`);
    }
  }
  for (const { name, meant } of unread(env)) {
    warnings.push(`${name} is set, and nothing reads it.${meant === undefined ? "" : ` Did you mean ${meant}?`}`);
  }
  return warnings;
}

/** Settings that look like ours and are not, with the one that was meant where that can be guessed. */
function unread(env: NodeJS.ProcessEnv): { name: string; meant: string | undefined }[] {
  return hasProductionSettings(env)
    .filter((name) => !Object.hasOwn(remedies, name) && !/^(RPC_URLS|PRIVATE_RPC_URL|SAFE_SERVICE_URL)_/.test(name))
    .map((name) => ({
      name,
      meant: name.startsWith("RPC_URL_") ? name.replace("URL", "URLS") : nearest(name, Object.keys(remedies)),
    }));
}

function present(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === "" ? undefined : text;
}
