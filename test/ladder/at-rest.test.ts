import { afterEach, describe, expect, it } from "vitest";
import { GENESIS_HASH } from "../../src/core/timeline.ts";
import { wordsOf } from "../story.ts";
import { KEY, OTHER_KEY, openLadderWorlds } from "./world.ts";

const worlds = openLadderWorlds();
const { open, reopen } = worlds;
afterEach(() => worlds.removeAll());

describe("What is on disk", () => {
  it("gives no signature away, as text or as bytes, before it is opened", async () => {
    const world = open();
    await world.collect(2, 3);
    const bytes = world.bytes();
    for (const index of [0, 1, 2]) {
      for (const nonce of [7n, 8n]) {
        const signature = (await world.signatureOf(index, nonce)).slice(2);
        // Any stretch of it would do: r and s are searched for by themselves.
        for (const part of [signature.slice(0, 64), signature.slice(64, 128)]) {
          expect(bytes.includes(part)).toBe(false);
          expect(bytes.includes(part.toUpperCase())).toBe(false);
          expect(bytes.includes(Buffer.from(part, "hex"))).toBe(false);
        }
      }
    }
    expect(bytes.includes(KEY)).toBe(false);
    expect(bytes.includes(KEY.toString("hex"))).toBe(false);
    // What is opened is told: the search finds what there is to find.
    await world.declare();
    expect(world.bytes().includes((await world.signatureOf(0, 7n)).slice(2, 66))).toBe(true);
    expect(world.bytes().includes((await world.signatureOf(0, 8n)).slice(2, 66))).toBe(false);
  });

  it("under another key is said to be locked, stays, and opens under the right one", async () => {
    let world = open();
    await world.collect(2, 3);
    world = reopen(world, { key: OTHER_KEY });
    expect((await world.review()).join()).toContain("6 signatures of the ladder can't be read");
    expect(wordsOf((await world.type("U0NOOR", "ladder status")).answer)).toContain("LADDER_KEY_PREVIOUS");
    await world.declare();
    const events = (await world.journal.events("incident/INC-0001")).map(({ event }) => event);
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: "ladder.locked",
        proposal: "P-0001",
        signatures: 3,
        why: expect.stringContaining("LADDER_KEY"),
      }),
    );
    // Proposed all the same, and signed as always.
    await world.type("U0NOOR", `pause confirm ${await world.signatureOf(4, 7n)}`);
    expect((await world.incident()).pauses[0]?.confirmations).toHaveLength(1);
    world = reopen(world);
    await world.review();
    expect((await world.kinds()).slice(-5)).toEqual([
      "ladder.opened",
      "pause.confirmed",
      "pause.confirmed",
      "pause.confirmed",
      "pause.execution_requested",
    ]);
  });

  it("is sealed anew under a new key where the old one is given, too", async () => {
    let world = open();
    await world.collect(1, 3);
    world = reopen(world, { key: OTHER_KEY, previous: KEY });
    world = reopen(world, { key: OTHER_KEY });
    await world.declare();
    expect(await world.kinds()).toContain("pause.execution_requested");
  });

  it("that was moved to another owner, hash or nonce does not open, and is told to be lost", async () => {
    const world = open();
    await world.collect(2, 2);
    const { sqlite } = world.store;
    sqlite.exec(`UPDATE ladder_signatures SET sealed = (SELECT sealed FROM ladder_signatures LIMIT 1)`);
    await world.review();
    expect((await world.facts()).filter((kind) => kind === "ladder.dropped")).toHaveLength(3);
    expect(sqlite.prepare("SELECT count(*) AS n FROM ladder_signatures").get()).toEqual({ n: 1 });
  });

  it("that somebody took away is told to be lost", async () => {
    const world = open();
    await world.collect(1, 2);
    world.store.sqlite.exec("DELETE FROM ladder_signatures");
    await world.review();
    expect((await world.facts()).slice(-2)).toEqual(["ladder.dropped", "ladder.dropped"]);
    expect((await world.ladder())?.sets[0]?.rungs[0]?.signatures).toEqual([]);
  });

  it("is one hash chain", async () => {
    const world = open();
    await world.collect(2, 2);
    let previous = GENESIS_HASH;
    for (const { previousHash, hash } of await world.journal.events("ladder")) {
      expect(previousHash).toBe(previous);
      previous = hash;
    }
  });
});
