import { beforeAll, expect, it } from "vitest";
import { warmCurve } from "../../src/core/curve.ts";
import { tellStory } from "./story-of-crashes.ts";

beforeAll(() => warmCurve());

const base = Number(process.env.ALLSTOP_SEED ?? 1);

it.each(Array.from({ length: 12 }, (_, index) => base + index))(
  "loses nothing and does nothing twice in a storm of crashes and faults (seed %i)",
  async (seed) => {
    const { wrong } = await tellStory(seed, { crashes: 25 });
    expect(wrong, `Again: ALLSTOP_SEED=${seed} npx vitest run test/sim`).toEqual([]);
  },
);
