import { beforeAll, expect, it } from "vitest";
import { warmCurve } from "../../src/core/curve.ts";
import { tellStory } from "./story-of-crashes.ts";

beforeAll(() => warmCurve());

const CRASHES = 10_000;
const CRASHES_PER_STORY = 25;
const base = Number(process.env.ALLSTOP_SEED ?? 1);

it(`loses nothing and does nothing twice in ${CRASHES} crashes`, async () => {
  const began = performance.now();
  const totals = { crashes: 0, stories: 0, events: 0, executions: 0 };
  for (let seed = base; totals.crashes < CRASHES; seed += 1) {
    const { crashes, events, executions, wrong } = await tellStory(seed, { crashes: CRASHES_PER_STORY });
    expect(wrong, `Again: ALLSTOP_SEED=${seed} npx vitest run test/sim`).toEqual([]);
    totals.crashes += crashes;
    totals.stories += 1;
    totals.events += events;
    totals.executions += executions;
    if (totals.stories % 40 === 0) console.log(progress(totals, began));
  }
  console.log(progress(totals, began));
}, 3_600_000);

function progress(totals: Record<string, number>, began: number): string {
  const counted = Object.entries(totals).map(([what, count]) => `${count} ${what}`);
  return `${counted.join(", ")} in ${Math.round((performance.now() - began) / 1000)} s`;
}
