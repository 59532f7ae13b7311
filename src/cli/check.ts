import { join } from "node:path";
import { commands } from "../../commands/index.ts";
import { UsageError } from "../exit.ts";
import { loadPlan } from "../plan.ts";
import { loadPlaybooks, playbookKeys } from "../playbooks.ts";
import { packageRoot } from "../root.ts";

export function checkPlan(env: NodeJS.ProcessEnv, file: string | undefined): void {
  const path = file ?? env.RESPONSE_PLAN;
  if (path === undefined) throw new UsageError("Which plan? Name a file, or set RESPONSE_PLAN.");
  const plan = loadPlan(path, { playbooks: playbookKeys(join(packageRoot, "playbooks")) });
  const counts = [
    `${Object.keys(plan.people).length} people`,
    `${Object.keys(plan.safes).length} Safes`,
    `${Object.keys(plan.interventions).length} interventions`,
  ];
  console.log(`${path} is sound: ${counts.join(", ")}.\nsha256 ${plan.hash}`);
}

export function checkPlaybooks(folder: string | undefined): void {
  const playbooks = loadPlaybooks(folder ?? join(packageRoot, "playbooks"), {
    commands: commands.map(({ name }) => name),
  });
  for (const { key, title, steps, reviewed } of playbooks) {
    console.log(`${key.padEnd(24)} ${String(steps.length).padStart(3)} steps, reviewed ${reviewed}: ${title}`);
  }
}
