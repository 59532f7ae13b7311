import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { loadPlan } from "../src/plan.ts";
import { largePlan } from "./large-plan.ts";
import { atMost, type Bench, benchFolder, median, plain } from "./measure.ts";

const ROUNDS = { full: 15, tiny: 2 };
/** A start or a reload waits for it, and while it is read nothing else happens. */
const MS_MAX = 1_000;
const TIMES_OF_FLOOR_MAX = 3;

/** A plan of 500 people, 200 interventions and 20 chains: read, checked and placed, against the bare parsing of its YAML, in turn. */
export const planLoading: Bench = {
  name: "plan-loading",
  figures: ["plan-load", "plan-load-time"],
  async run(size) {
    const folder = benchFolder();
    const path = join(folder, "plan.yaml");
    const text = largePlan();
    writeFileSync(path, text);
    const ours: number[] = [];
    const floor: number[] = [];
    loadPlan(path);
    parse(text);
    for (let round = 0; round < ROUNDS[size]; round += 1) {
      floor.push(timeOf(() => parse(text)));
      ours.push(timeOf(() => loadPlan(path)));
    }
    rmSync(folder, { recursive: true });
    const value = median(ours);
    return [
      atMost("plan-load", { value, floor: median(floor), unit: "ms" }, TIMES_OF_FLOOR_MAX),
      plain("plan-load-time", value, "ms", MS_MAX),
    ];
  },
};

function timeOf(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}
