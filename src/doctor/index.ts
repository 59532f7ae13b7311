import { join } from "node:path";
import { type Config, ConfigError, readConfig, readSettings } from "../config.ts";
import type { LoadedPlan } from "../core/plan.ts";
import type { PlaybookOptions } from "../playbooks.ts";
import { PlaybookMistakes, playbookKeys } from "../playbooks.ts";
import { packageRoot } from "../root.ts";
import { checkChains } from "./chains.ts";
import { checkDatabase } from "./database.ts";
import { checkDiscord } from "./discord.ts";
import { checkExecutor } from "./executor.ts";
import { type Finding, findingsIn } from "./finding.ts";
import { checkInterventions } from "./interventions.ts";
import { checkLadder } from "./ladder.ts";
import { checkPager, checkPages, checkPlan, checkPlaybooks } from "./local.ts";
import { checkSafes } from "./safes.ts";
import { checkSlack } from "./slack.ts";

export { assertExecutorIsNoOwner } from "./executor.ts";
export type { Finding } from "./finding.ts";
export { exitCodeOf, formatFindings } from "./format.ts";

/** What the doctor is told by those who know: it asks no other part of the program. */
export interface DoctorProbes {
  /** Bot scopes that the Slack app needs. */
  requiredScopes: readonly string[];
  /** All commands, to check what playbooks offer. */
  commands?: PlaybookOptions["commands"];
  playbooksDir?: string;
  migrationsDir?: string;
  now?: Date;
}

/** Looks at everything that the settings name, and says what it found. Never throws for something that is wrong. */
export async function runDoctor({
  config,
  plan,
  probes,
}: {
  config: Config;
  plan: LoadedPlan;
  probes: DoctorProbes;
}): Promise<Finding[]> {
  const now = probes.now ?? new Date();
  const playbooksDir = probes.playbooksDir ?? join(packageRoot, "playbooks");
  const migrationsDir = probes.migrationsDir ?? join(packageRoot, "migrations");
  const [slack, discord, chains] = await Promise.all([
    config.slack === undefined ? [] : checkSlack(config.slack, plan, probes.requiredScopes),
    config.discord === undefined ? [] : checkDiscord(config.discord, plan),
    checkChains(plan, config.rpc),
  ]);
  const { usable } = chains;
  const { findings: safes, facts } = await checkSafes(plan, usable);
  const { hedge } = config.submission;
  const [interventions, executor, second] = await Promise.all([
    checkInterventions(plan, usable),
    checkExecutor(config.executor, plan, usable, facts),
    hedge === undefined ? [] : checkExecutor(hedge, plan, usable, facts),
  ]);
  return [
    ...settingsFound(config),
    ...checkPlan(plan, now),
    ...checkPlaybooks(playbooksDir, { plan, ...(probes.commands && { commands: probes.commands }) }, now),
    ...slack,
    ...discord,
    ...chains.findings,
    ...safes,
    ...interventions,
    ...executor,
    ...second,
    ...checkDatabase(config.databaseUrl, migrationsDir),
    ...checkLadder(config.databaseUrl, config.ladder),
    checkPager(config),
    checkPages(config),
  ];
}

/** The same from an environment. Settings that are wrong are findings, and then nothing else can be looked at. */
export async function examine(env: NodeJS.ProcessEnv, probes: DoctorProbes): Promise<Finding[]> {
  try {
    return await runDoctor({ ...readSettings(env, knownPlaybooks(probes)), probes });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { problem } = findingsIn("settings");
    const found = error.problems.map(({ name, problem: what, remedy }) => problem(name, `It ${what}.`, remedy));
    return [...found, ...(await chatsAlone(env, probes))];
  }
}

/** A playbooks directory that can't be read is a finding of its own; the plan is then not checked against it. */
function knownPlaybooks({ playbooksDir = join(packageRoot, "playbooks") }: DoctorProbes): { playbooks?: string[] } {
  try {
    return { playbooks: playbookKeys(playbooksDir) };
  } catch (error) {
    if (error instanceof PlaybookMistakes) return {};
    throw error;
  }
}

/** With a bad plan or a missing RPC, the chats can be looked at all the same: one thing less to find out later. */
async function chatsAlone(env: NodeJS.ProcessEnv, { requiredScopes }: DoctorProbes): Promise<Finding[]> {
  try {
    const { slack, discord } = readConfig(env);
    return [
      ...(slack === undefined ? [] : await checkSlack(slack, undefined, requiredScopes)),
      ...(discord === undefined ? [] : await checkDiscord(discord, undefined)),
    ];
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}

function settingsFound({ warnings }: Config): Finding[] {
  const { ok, warning } = findingsIn("settings");
  const remedy = "See .env.example.";
  return [
    ok("environment", "Nothing is missing."),
    ...warnings.map((detail) => warning("environment", detail, remedy)),
  ];
}
