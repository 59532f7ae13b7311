import { describe, expect, it } from "vitest";
import { seeded } from "../sim/random.ts";
import { targets } from "./targets.ts";

const base = Number(process.env.ALLSTOP_SEED ?? 1);

describe("a million inputs", () => {
  it.each(targets)(
    "survives $what",
    async ({ give, times, soakLives }) => {
      for (let seed = base; seed < base + soakLives; seed += 1) {
        const again = `Again: ALLSTOP_SEED=${seed} npx vitest run test/fuzz`;
        expect(await give(seeded(seed), times), again).toEqual([]);
      }
      console.log(`${times * soakLives} inputs`);
    },
    3_600_000,
  );
});
