import { afterEach, it } from "vitest";
import { type Killing, openKilling, roundOf } from "./killing.ts";

const base = Number(process.env.ALLSTOP_SEED ?? 1);
const ROUNDS = Number(process.env.ALLSTOP_ROUNDS ?? 100);
/** One world grows slow with its timeline; a new one comes after so many rounds. */
const ROUNDS_PER_WORLD = 10;

let killing: Killing | undefined;
afterEach(() => killing?.close());

it(`executes once and tells the truth in ${ROUNDS} rounds of SIGKILL at any moment`, async () => {
  for (let done = 0; done < ROUNDS; done += ROUNDS_PER_WORLD) {
    killing = await openKilling();
    for (let index = done; index < Math.min(done + ROUNDS_PER_WORLD, ROUNDS); index += 1) {
      const seed = base + index;
      try {
        await killing.round(roundOf(seed));
      } catch (error) {
        throw new Error(`Again: ALLSTOP_SEED=${seed} npx vitest run test/job/kill-random.test.ts`, { cause: error });
      }
    }
    await killing.expectWholeTimeline();
    await killing.close();
    killing = undefined;
    console.log(`${Math.min(done + ROUNDS_PER_WORLD, ROUNDS)} rounds`);
  }
}, 3_600_000);
