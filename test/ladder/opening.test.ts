import { afterEach, describe, expect, it } from "vitest";
import { exportIncident } from "../../src/core/export.ts";
import { verifyTimeline } from "../../src/core/verify.ts";
import { safe, wordsOf } from "../story.ts";
import { addresses, openLadderWorlds } from "./world.ts";

const worlds = openLadderWorlds();
const { open, reopen } = worlds;
afterEach(() => worlds.removeAll());

describe("Pauses signed ahead of time", () => {
  it("are sent by one word: declared, proposed, and on their way, with nobody woken", async () => {
    const world = open();
    await world.collect(3, 3);
    await world.declare();
    expect((await world.kinds()).slice(2)).toEqual([
      "pause.proposed",
      "ladder.opened",
      "pause.confirmed",
      "pause.confirmed",
      "pause.confirmed",
      "pause.execution_requested",
    ]);
    const [pause] = (await world.incident()).pauses;
    expect(pause?.confirmations.map(({ owner }) => owner).sort()).toEqual(addresses.slice(0, 3).sort());
    expect(new Set(pause?.confirmations.map(({ via }) => via))).toEqual(new Set(["ladder"]));
    expect(pause?.requested?.cause).toBe("policy");
  });

  it("wait for the acknowledgements that the plan asks for", async () => {
    const world = open({ plan: { execute: "when-ready", acknowledgements: 1 } });
    await world.collect(1, 3);
    await world.declare();
    expect(await world.kinds()).not.toContain("pause.execution_requested");
    await world.link("U0SOFIA", addresses[4]!);
    await world.press("U0SOFIA", "pause acknowledge", { proposal: "P-0001" });
    expect(await world.kinds()).toContain("pause.execution_requested");
  });

  it("wait for a press where the plan wants one", async () => {
    const world = open({ plan: { execute: "by-press", acknowledgements: 0 } });
    await world.collect(1, 3);
    await world.declare();
    expect(await world.kinds()).not.toContain("pause.execution_requested");
    await world.type("U0NOOR", "pause execute");
    expect(await world.kinds()).toContain("pause.execution_requested");
  });

  it("that are too few are counted all the same", async () => {
    const world = open();
    await world.collect(1, 2);
    await world.declare();
    expect(wordsOf((await world.type("U0NOOR", "pause status")).answer)).toContain("1 more signature");
    await world.type("U0NOOR", `pause confirm ${await world.signatureOf(4, 7n)}`);
    expect(await world.kinds()).toContain("pause.execution_requested");
  });

  it("for another nonce stay where they are", async () => {
    const world = open();
    await world.collect(2, 3);
    world.now.nonce = 9n;
    await world.declare();
    expect(await world.kinds()).not.toContain("ladder.opened");
  });

  it("of somebody who is no owner any more are not opened", async () => {
    const world = open();
    await world.collect(1, 3);
    world.now.owners = addresses.slice(1);
    await world.declare();
    const events = await world.journal.events("incident/INC-0001");
    const [opened] = events.flatMap(({ event }) => (event.kind === "ladder.opened" ? [event.owners] : []));
    expect([...(opened ?? [])].sort()).toEqual(addresses.slice(1, 3).sort());
  });

  it("that come in while a proposal collects are opened for it at once", async () => {
    const world = open();
    await world.collect(1, 2);
    await world.declare();
    await world.sign(2, 7n);
    const kinds = await world.kinds();
    expect(kinds.filter((kind) => kind === "ladder.opened")).toHaveLength(2);
    expect(kinds.at(-1)).toBe("pause.execution_requested");
  });
});

describe("Every opening", () => {
  it("is owed to the room, to #security-alerts, and to the ladder's own timeline", async () => {
    const world = open();
    await world.collect(1, 3);
    await world.declare();
    const opened = (await world.journal.events("incident/INC-0001")).find(
      ({ event }) => event.kind === "ladder.opened",
    );
    expect(opened).toMatchObject({
      by: "slack:U0NOOR",
      event: { incident: "INC-0001", proposal: "P-0001", nonce: "7", owners: addresses.slice(0, 3).sort() },
    });
    const now = world.app.clock.now().getTime() + 1;
    const kinds = (lane: "chain" | "chat/slack") => world.owed.due(lane, now).map(({ effect }) => effect);
    const seq = opened?.seq;
    expect(kinds("chat/slack")).toContainEqual({ kind: "tell_room", incident: "INC-0001", seq });
    expect(kinds("chat/slack")).toContainEqual({ kind: "tell_alerts", stream: "incident/INC-0001", seq });
    expect(kinds("chain")).toContainEqual({ kind: "note_opening", incident: "INC-0001", proposal: "P-0001" });
  });

  it("is part of what an export proves: one that leaves it out does not verify", async () => {
    const world = open();
    await world.collect(1, 3);
    await world.declare();
    const { json } = await exportIncident(world.app, "INC-0001", async (user) => user);
    expect(await verifyTimeline(json.content)).toMatchObject({ ok: true, signatures: 3 });
    expect(json.content).toContain("ladder.opened");
    // The same story, told anew by somebody who would rather not say it.
    const other = open();
    for (const { by, event } of await world.journal.events("incident/INC-0001")) {
      if (event.kind === "ladder.opened") continue;
      await other.journal.record("incident/INC-0001", { by }, () => ({ events: [event], effects: [] }));
    }
    const retold = await exportIncident(other.app, "INC-0001", async (user) => user);
    expect(await verifyTimeline(retold.json.content)).toMatchObject({
      ok: false,
      kind: "pause.confirmed",
      why: expect.stringContaining("no opening of the ladder"),
    });
  });

  it("is noted once on the ladder's timeline, however often that is delivered", async () => {
    const { noteOpening } = await import("../../src/core/ladder-open.ts");
    const world = open();
    await world.collect(1, 3);
    await world.declare();
    for (let time = 0; time < 2; time += 1) {
      await noteOpening(world.app, { incident: "INC-0001", proposal: "P-0001" });
    }
    expect((await world.facts()).filter((kind) => kind === "ladder.opened")).toHaveLength(1);
    expect((await world.ladder())?.openings).toMatchObject([{ proposal: "P-0001", by: "slack:U0NOOR" }]);
  });
});

describe("Killed", () => {
  it("between keeping a signature and telling it, the next look tells it", async () => {
    const world = open();
    await world.collect(1, 0);
    const set = (await world.ladder())?.sets[0];
    const rung = set?.rungs[0];
    world.app.ladder?.keep({
      chainId: 31337,
      safe,
      nonce: "7",
      safeTxHash: rung!.safeTxHash,
      owner: addresses[0]!,
      via: "page",
      signature: await world.signatureOf(0, 7n),
    });
    await world.review();
    await world.review();
    expect(await world.facts()).toEqual(["ladder.laid", "ladder.signed"]);
  });

  it("between telling a burning and forgetting, the next look forgets", async () => {
    const world = open();
    await world.collect(2, 3);
    await world.journal.record("ladder", { by: "allstop" }, () => ({
      events: [
        { kind: "ladder.burned", intervention: "pause-vault", nonces: ["7", "8"], signatures: 6, cause: "by_hand" },
      ],
      effects: [],
    }));
    const next = reopen(world);
    await next.review();
    expect(next.app.ladder?.list()).toEqual([]);
    expect((await next.facts()).at(-1)).toBe("ladder.burned");
  });

  it("between the proposal and the note of its opening, the next start still owes the note", async () => {
    const world = open();
    await world.collect(1, 3);
    await world.declare();
    const next = reopen(world);
    const owed = next.owed.due("chain", next.app.clock.now().getTime() + 1).map(({ effect }) => effect.kind);
    expect(owed).toContain("note_opening");
    expect(owed).toContain("execute");
    expect(await next.kinds()).toContain("pause.execution_requested");
  });

  it("and proposed again by the same redelivered act, it is opened once", async () => {
    const world = open();
    await world.collect(1, 3);
    await world.type("U0NOOR", "incident declare critical Vault is draining");
    await world.type("U0NOOR", "pause propose pause-vault", { id: "act-of-proposing" });
    await world.type("U0NOOR", "pause propose pause-vault", { id: "act-of-proposing" });
    expect((await world.kinds()).filter((kind) => kind === "ladder.opened")).toHaveLength(1);
  });
});
