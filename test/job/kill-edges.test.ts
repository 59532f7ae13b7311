import { afterAll, beforeAll, it } from "vitest";
import { type Killing, openKilling, type Round } from "./killing.ts";

let killing: Killing;
beforeAll(async () => {
  killing = await openKilling();
});
afterAll(() => killing.close());

/** The other edges, signed, sent, included and verified, are those of midstep.test.ts. */
const rounds: [string, Round][] = [
  ["asked for", { kills: [{ at: "pause.execution_requested" }] }],
  ["sent", { kills: [{ at: "pause.broadcast" }] }],
  ["safe", { kills: [{ at: "pause.safe" }] }],
  ["taken back by a reorg", { kills: [{ at: "pause.reorged" }], reorg: true }],
  ["signed, and again when it is verified", { kills: [{ at: "pause.signed" }, { at: "pause.verified" }] }],
];

it.each(rounds)(
  "executes once and tells the truth when SIGKILL comes as soon as it is %s",
  async (_, round) => {
    await killing.round(round);
  },
  60_000,
);

it("has a timeline that a stranger can check, after all of them", () => killing.expectWholeTimeline(), 60_000);
