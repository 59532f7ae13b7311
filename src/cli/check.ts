import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../commands/index.ts";
import type { LoadedPlan } from "../core/plan.ts";
import type { Playbook } from "../core/playbook-file.ts";
import { EXIT_FAILED, UsageError } from "../exit.ts";
import { fileSchemas } from "../file-schemas.ts";
import { loadPlanFile } from "../plan.ts";
import { findHoles, findStalePlaybooks } from "../plan-holes.ts";
import { loadPlaybooks, PlaybookMistakes, playbookKeys } from "../playbooks.ts";
import { packageRoot } from "../root.ts";
import { formatPath } from "../yaml-file.ts";

const PLAYBOOKS = join(packageRoot, "playbooks");

/**
 * Mistakes are thrown, all of them at once; those of playbooks that do not fit the plan, too, as no bot starts on either.
 * Holes are told, and fail only a strict check.
 */
export function checkPlan(
  env: NodeJS.ProcessEnv,
  file: string | undefined,
  { strict = false, folder = PLAYBOOKS }: { strict?: boolean; folder?: string } = {},
): void {
  const path = file ?? env.RESPONSE_PLAN;
  if (path === undefined) throw new UsageError("Which plan? Name a file, or set RESPONSE_PLAN.");
  const { plan, locate } = loadPlanFile(path, { playbooks: playbookKeys(folder) });
  console.log(`${path} is sound: ${countsOf(plan)}.\nsha256 ${plan.hash}`);

  const now = new Date();
  const playbooks = playbooksIn(folder, plan);
  const holes = findHoles(plan, now)
    .map((hole) => ({ ...hole, line: locate(hole.path, hole).line }))
    .sort((a, b) => a.line - b.line);
  const lines = [
    ...holes.map(({ line, path: at, message, remedy }) => `${path}:${line}: ${formatPath(at)}: ${message} ${remedy}`),
    ...(playbooks instanceof PlaybookMistakes ? [] : staleLines(folder, playbooks, now)),
  ];
  if (lines.length > 0) {
    console.log(`\n${lines.length === 1 ? "1 hole, which is" : `${lines.length} holes, which are`} no mistake:`);
    for (const line of lines) console.log(line);
    if (strict) process.exitCode = EXIT_FAILED;
  }
  if (playbooks instanceof PlaybookMistakes) throw playbooks;
}

/** As for the plan: mistakes are thrown, what nobody has walked through for long is told, and fails only a strict check. */
export function checkPlaybooks(folder: string | undefined, { strict = false } = {}): void {
  const dir = folder ?? PLAYBOOKS;
  if (statSync(dir, { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(`${dir} is a file. Name the folder that it lies in: all playbooks in it are checked.`);
  }
  const playbooks = loadPlaybooks(dir, { commands });
  if (playbooks.length === 0) throw new UsageError(`There is no playbook in ${dir}: a file whose name ends in .yaml.`);
  for (const { key, title, steps, reviewed, severities, symptoms } of playbooks) {
    const byName =
      severities.length === 0 && symptoms.length === 0 ? " (by name only: no severities, no symptoms)" : "";
    console.log(`${key.padEnd(24)} ${String(steps.length).padStart(3)} steps, reviewed ${reviewed}: ${title}${byName}`);
  }
  const lines = staleLines(dir, playbooks, new Date());
  if (lines.length === 0) return;
  console.log("\nNo mistake, and yet to be seen to:");
  for (const line of lines) console.log(line);
  if (strict) process.exitCode = EXIT_FAILED;
}

export function printSchema(of: keyof typeof fileSchemas): void {
  console.log(JSON.stringify(fileSchemas[of](), null, 2));
}

function countsOf(plan: LoadedPlan): string {
  const count = (table: object | undefined, one: string, many = `${one}s`) => {
    const number = Object.keys(table ?? {}).length;
    return number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
  };
  return [
    ...count(plan.people, "person", "people"),
    ...count(plan.rotations, "rotation"),
    ...count(plan.escalation, "level of escalation", "levels of escalation"),
    ...count(plan.chains, "chain"),
    ...count(plan.safes, "Safe"),
    ...count(plan.interventions, "intervention"),
    ...count(plan.groups, "group"),
    ...count(plan.severities, "severity", "severities"),
    ...count(plan.dependencies, "dependency", "dependencies"),
    ...count(plan.messages, "message"),
    ...count(plan.signals, "signal"),
    ...count(plan.checks, "check"),
    ...count(plan.risks, "risk"),
  ].join(", ");
}

/** As the bot would read them with this plan: what a step names may be missing in it. */
function playbooksIn(folder: string, plan: LoadedPlan): Playbook[] | PlaybookMistakes {
  try {
    return loadPlaybooks(folder, { commands, plan });
  } catch (error) {
    if (error instanceof PlaybookMistakes) return error;
    throw error;
  }
}

function staleLines(dir: string, playbooks: Playbook[], now: Date): string[] {
  return findStalePlaybooks(playbooks, now).map(({ playbook, path, message, remedy }) => {
    const file = join(dir, `${playbook}.yaml`);
    const line =
      readFileSync(file, "utf8")
        .split("\n")
        .findIndex((text) => text.startsWith("reviewed:")) + 1;
    return `${file}:${Math.max(line, 1)}: ${formatPath(path)}: ${message} ${remedy}`;
  });
}
