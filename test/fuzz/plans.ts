import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onCallCard } from "../../src/chat/cards/oncall-card.ts";
import { planCard, planPartCard, planParts } from "../../src/chat/cards/plan-card.ts";
import { loadPlanFile } from "../../src/plan.ts";
import { findHoles } from "../../src/plan-holes.ts";
import { renderMessages as renderDiscord } from "../../src/platforms/discord/render.ts";
import { renderMessages as renderSlack } from "../../src/platforms/slack/render.ts";
import { packageRoot } from "../../src/root.ts";
import { FileMistakes } from "../../src/yaml-file.ts";
import type { Random } from "../sim/random.ts";
import { mutatedYaml } from "./mutate-yaml.ts";

const example = readFileSync(join(packageRoot, "response-plan.example.yaml"), "utf8");
const playbooks = ["active-exploit", "critical", "high", "post-incident"];
const NOW = new Date("2026-11-21T12:00:00Z");

/**
 * Changes what a plan says, again and again. Each is refused with the line and the words of every mistake; or it is
 * taken, and then holes are found in it and it is shown on both platforms, whatever it says.
 */
export function mutatePlans(random: Random, times: number): string[] {
  const folder = mkdtempSync(join(tmpdir(), "allstop-fuzz-"));
  const path = join(folder, "plan.yaml");
  const wrong: string[] = [];
  for (let count = 0; count < times && wrong.length === 0; count += 1) {
    const given = mutatedYaml(random, example);
    writeFileSync(path, given);
    const trouble = readAndShow(path, given);
    if (trouble !== undefined) wrong.push(`${trouble} of:\n${given}`);
  }
  rmSync(folder, { recursive: true });
  return wrong;
}

function readAndShow(path: string, given: string): string | undefined {
  const lines = given.split("\n").length;
  const isPlaced = (line: number) => Number.isInteger(line) && line >= 1 && line <= lines;
  try {
    const { plan, locate } = loadPlanFile(path, { playbooks });
    for (const hole of findHoles(plan, NOW)) {
      if (!isPlaced(locate(hole.path, hole).line) || hole.message === "")
        return `The hole ${hole.message} has no place`;
    }
    const parts = planParts.map((part) => planPartCard(plan, { part, now: NOW }));
    for (const view of [planCard(plan, NOW), onCallCard(plan, NOW), ...parts]) {
      renderSlack(view, { teamUrl: "https://example.slack.com/" });
      renderDiscord(view, new Map());
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof FileMistakes)) return error instanceof Error ? `${error.stack}` : String(error);
    const vague = error.mistakes.find(({ line, message }) => !isPlaced(line) || !/\S/.test(message));
    if (error.mistakes.length === 0) return "It was refused without a mistake";
    return vague === undefined ? undefined : `The mistake "${vague.message}" has no place`;
  }
}
