import { afterEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { safe, wordsOf } from "../story.ts";
import { addresses, openLadderWorlds } from "./world.ts";

const worlds = openLadderWorlds();
const { open } = worlds;
afterEach(() => worlds.removeAll());

describe("As the Safe and the plan change", () => {
  it("rungs whose nonce is used are burned, and the others stay", async () => {
    const world = open();
    await world.collect(3, 3);
    world.now.nonce = 9n;
    await world.review();
    const [set] = (await world.ladder())?.sets ?? [];
    expect(set?.rungs.map(({ nonce }) => nonce)).toEqual(["9"]);
    const last = (await world.journal.events("ladder")).at(-1);
    expect(last?.event).toMatchObject({
      kind: "ladder.burned",
      nonces: ["7", "8"],
      signatures: 6,
      cause: "nonce_passed",
    });
    expect(world.app.ladder?.list()).toHaveLength(3);
    expect(last?.by).toBe("chain:31337");
    await world.review();
    expect((await world.facts()).filter((kind) => kind === "ladder.burned")).toHaveLength(1);
  });

  it("a removed owner and a raised threshold are said, and their rungs wait for more", async () => {
    const world = open();
    await world.collect(1, 3);
    world.now.owners = addresses.slice(1);
    world.now.threshold = 4;
    await world.review();
    const last = (await world.journal.events("ladder")).at(-1);
    expect(last?.event).toMatchObject({
      kind: "ladder.safe_changed",
      removed: [addresses[0]],
      thresholdBefore: 3,
      threshold: 4,
    });
    const owed = world.owed.due("chat/slack", world.app.clock.now().getTime() + 1).map(({ effect }) => effect);
    expect(owed).toContainEqual({ kind: "tell_alerts", stream: "ladder", seq: last?.seq });
    const words = wordsOf((await world.type("U0NOOR", "ladder status")).answer);
    expect(words).toContain("Nonce 7: 2 of 4 signatures");
    expect(words).toContain("1 of somebody who is no owner any more");
    expect(words).toContain("2 more owners have to sign");
  });

  it("a Safe that lost its role is said once, and that it holds it again, too", async () => {
    const world = open();
    await world.collect(1, 3);
    world.refuse(new UserError("simulation_failed", "This pause would not work.", "Give the Safe its role back."));
    await world.review();
    await world.review();
    await world.review(false);
    expect(wordsOf((await world.type("U0NOOR", "ladder status")).answer)).toContain("Give the Safe its role back.");
    world.refuse(undefined);
    await world.review();
    expect((await world.facts()).slice(-2)).toEqual(["ladder.invalid", "ladder.valid"]);
  });

  it("providers that disagree say nothing about the rungs", async () => {
    const world = open();
    await world.collect(1, 3);
    world.refuse(new UserError("providers_disagree", "They disagree.", "Compare."));
    expect((await world.review()).join()).toContain("They disagree.");
    expect(await world.facts()).not.toContain("ladder.invalid");
  });

  it("a target that is already paused is no fault of the rungs", async () => {
    const world = open();
    await world.collect(1, 3);
    world.refuse(new UserError("already_paused", "It is paused.", "Go on."));
    expect(await world.review()).toEqual([]);
    expect(await world.facts()).not.toContain("ladder.invalid");
  });

  it("another target in the plan makes them invalid, and collecting anew burns them", async () => {
    const world = open();
    await world.collect(2, 1);
    world.now.planned = { ...world.now.planned, to: safe };
    await world.review();
    expect((await world.ladder())?.sets[0]?.invalid?.code).toBe("plan_changed");
    await world.type("U0NOOR", "ladder collect pause-vault 2");
    await world.review();
    const burned = (await world.journal.events("ladder")).find(({ event }) => event.kind === "ladder.burned");
    expect(burned?.event).toMatchObject({ cause: "plan_changed", signatures: 2 });
    expect(world.app.ladder?.list()).toEqual([]);
    expect((await world.ladder())?.sets[0]).toMatchObject({
      rungs: [{ signatures: [] }, { signatures: [] }],
    });
  });

  it("a plan that is put right again makes them valid", async () => {
    const world = open();
    await world.collect(1, 1);
    const right = world.now.planned;
    world.now.planned = { ...right, data: "0x3f4ba83a" };
    await world.review(false);
    world.now.planned = right;
    await world.review(false);
    expect((await world.facts()).slice(-2)).toEqual(["ladder.invalid", "ladder.valid"]);
  });
});
