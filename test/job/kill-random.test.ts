import { afterAll, beforeAll, it } from "vitest";
import { type Killing, openKilling, roundOf } from "./killing.ts";

const base = Number(process.env.ALLSTOP_SEED ?? 1);
const SEEDS = 3;

let killing: Killing;
beforeAll(async () => {
  killing = await openKilling();
});
afterAll(() => killing.close());

it.each(Array.from({ length: SEEDS }, (_, index) => base + index))(
  "executes once and tells the truth, whenever SIGKILL comes (again: ALLSTOP_SEED=%i)",
  (seed) => killing.round(roundOf(seed)),
  90_000,
);

it("has a timeline that a stranger can check, after all of them", () => killing.expectWholeTimeline(), 60_000);
