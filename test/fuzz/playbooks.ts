import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commands } from "../../commands/index.ts";
import { playbookCard } from "../../src/chat/cards/playbook-card.ts";
import { playbookListCard } from "../../src/chat/cards/playbook-list-card.ts";
import type { View } from "../../src/chat/view.ts";
import type { Incident } from "../../src/core/incident.ts";
import { foldIncident } from "../../src/core/incident-fold.ts";
import type { Playbook } from "../../src/core/playbook-file.ts";
import { beginRun, currentStep, foldRun, type Run, type RunEvent } from "../../src/core/playbook-state.ts";
import { GENESIS_HASH } from "../../src/core/timeline.ts";
import { renderMessages as renderDiscord } from "../../src/platforms/discord/render.ts";
import { renderMessages as renderSlack } from "../../src/platforms/slack/render.ts";
import { loadPlaybook } from "../../src/playbooks.ts";
import { packageRoot } from "../../src/root.ts";
import { FileMistakes } from "../../src/yaml-file.ts";
import type { Random } from "../sim/random.ts";
import { storyPlan } from "../story.ts";
import { mutatedYaml } from "./mutate-yaml.ts";

const shipped = join(packageRoot, "playbooks");
const examples = readdirSync(shipped)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => readFileSync(join(shipped, file), "utf8"));
const NOW = new Date("2026-11-21T12:00:00Z");
const BY = { by: "slack:U0NOOR", byName: "Noor", at: NOW.toISOString() } as const;

/**
 * Changes what playbooks say, again and again. Each is refused with the line and the words of every mistake; or it is
 * taken, and then walked to its end by chance, shown at each step on both platforms.
 */
export function mutatePlaybooks(random: Random, times: number): string[] {
  const folder = mkdtempSync(join(tmpdir(), "allstop-fuzz-"));
  const path = join(folder, "walk.yaml");
  const wrong: string[] = [];
  for (let count = 0; count < times && wrong.length === 0; count += 1) {
    const given = mutatedYaml(random, random.pick(examples));
    writeFileSync(path, given);
    const trouble = readAndWalk(random, path, given);
    if (trouble !== undefined) wrong.push(`${trouble} of:\n${given}`);
  }
  rmSync(folder, { recursive: true });
  return wrong;
}

function readAndWalk(random: Random, path: string, given: string): string | undefined {
  const lines = given.split("\n").length;
  try {
    walk(random, loadPlaybook(path, { commands, plan: storyPlan() }));
    return undefined;
  } catch (error) {
    if (!(error instanceof FileMistakes)) return error instanceof Error ? `${error.stack}` : String(error);
    if (error.mistakes.length === 0 || error.file !== path) return "It was refused without a mistake, or a file";
    const vague = error.mistakes.find(({ line, message }) => line < 1 || line > lines || !/\S/.test(message));
    return vague === undefined ? undefined : `The mistake "${vague.message}" has no place`;
  }
}

function walk(random: Random, playbook: Playbook): void {
  const { key, hash, ...text } = playbook;
  const incident = declared();
  show(playbookListCard({ playbooks: () => [playbook], plan: storyPlan, clock: { now: () => NOW } }, incident));
  let run = beginRun(BY, { kind: "playbook.started", run: "R-0001", playbook: key, hash, text });
  for (let left = playbook.steps.length; left >= 0; left -= 1) {
    show(playbookCard({ plan: storyPlan, clock: { now: () => NOW } }, { ...incident, runs: [run] }, run));
    const event = onward(random, run);
    if (event === undefined) return;
    run = foldRun(run, BY, event);
  }
  throw new Error("It does not end");
}

function onward(random: Random, run: Run): RunEvent | undefined {
  const { step } = currentStep(run) ?? {};
  if (step === undefined) return undefined;
  const at = { run: run.id, step: step.id };
  if (step.ask === undefined) return { kind: "playbook.step_completed", ...at, note: "Done" };
  return { kind: "playbook.step_answered", ...at, answer: random.pick(step.ask.answers).say };
}

/** As the outbox would have it shown. Throws where a platform would not take it. */
function show(view: View): void {
  renderSlack(view, { teamUrl: "https://example.slack.com/" });
  renderDiscord(view, new Map());
}

function declared(): Incident {
  const event = {
    kind: "incident.declared" as const,
    incident: "INC-0001",
    title: "Vault is draining",
    severity: "critical" as const,
    drill: false,
    planHash: "9f3a",
  };
  const link = { stream: "incident/INC-0001", seq: 1, previousHash: GENESIS_HASH, hash: GENESIS_HASH } as const;
  return foldIncident(undefined, { ...link, ...BY, recordedAt: BY.at, event });
}
