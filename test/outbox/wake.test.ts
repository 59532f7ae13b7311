import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { createPump, type Owed } from "../../src/outbox/pump.ts";
import { openStory } from "../story.ts";

it("hands the chain its work at once, and the chat its cards when the bytes are on their way", async () => {
  const story = openStory();
  await story.type("U0NOOR", "incident declare critical Vault is draining");
  const forChain: Owed[] = [];
  story.journal.onRecorded((written) => forChain.push(...written.forChain));
  await story.type("U0NOOR", "pause propose pause-vault");
  const said: string[] = [];
  const deliver = async ({ effect }: { effect: { kind: string } }) => void said.push(effect.kind);
  const silent = { warn() {}, error() {} };
  const pump = createPump({
    owed: { ...story.owed, due: (lane, now) => (said.includes("woken") ? story.owed.due(lane, now) : []) },
    clock: story.steady,
    deliver: { chain: deliver, chat: deliver, timers: deliver, checks: deliver, webhooks: deliver },
    log: silent,
  });
  pump.start("chat/slack");
  pump.start("chain");
  said.push("woken");

  // As they were written: nobody has to read them first. A row that is under way is not begun again.
  pump.wakeAll(forChain);
  pump.wakeAll(forChain);
  expect(said).toEqual(["woken", "arm"]);
  // An HTTP client looks at its idle socket for one turn before it writes.
  await turn();
  expect(said).toEqual(["woken", "arm"]);
  await turn();
  await turn();
  expect(said).toContain("open_room");
  expect(said.filter((kind) => kind === "arm")).toHaveLength(1);
  expect(story.owed.due("chain", story.steady.now().getTime())).toEqual([]);

  await pump.stop();
  story.store.close();
});
