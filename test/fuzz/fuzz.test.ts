import { expect, it } from "vitest";
import { seeded } from "../sim/random.ts";
import { targets } from "./targets.ts";

const seed = Number(process.env.ALLSTOP_SEED ?? 1);

it.each(targets)("survives $what", async ({ give, times }) => {
  expect(await give(seeded(seed), times), `Again: ALLSTOP_SEED=${seed} npx vitest run test/fuzz`).toEqual([]);
});
