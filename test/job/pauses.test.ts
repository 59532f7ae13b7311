import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type SandboxChain, startTestChain } from "../../src/sandbox/chain/index.ts";
import type { Message } from "../../src/sandbox/slack/client-api.ts";
import { buttonsIn, textOf } from "./people.ts";
import { openWorld, type World, type WorldOptions } from "./world.ts";

let chain: SandboxChain;
let clean: `0x${string}`;
let world: World;
beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.close());
beforeEach(async () => {
  clean = await chain.snapshot();
});
afterEach(async () => {
  world.expectHealthy();
  await world.close();
  await chain.revert(clean);
});

/** A world with a room in which P-0001 collects. */
async function collecting(options: WorldOptions = {}) {
  world = await openWorld(chain, { linked: ["ana", "bao", "chidi"], ...options });
  const room = await world.declare();
  await world.propose(room);
  return { room, people: world.people };
}

async function executed() {
  const { room, people } = await collecting({ change: { acknowledgements: 0 } });
  for (const who of ["ana", "bao", "chidi"]) await people.sign(who, room);
  await people.sees("sofia", room, "READY TO EXECUTE");
  await people.press("sofia", room, "Execute");
  await people.sees("noor", room, "PAUSED, and verified");
  return { room, people };
}

/** The card with this button, as it is now. */
function cardWith(room: string, label: string): Message {
  const found = world.people
    .messages("sofia", room)
    .findLast((message) => buttonsIn(message).some(({ text }) => text.text === label));
  if (found === undefined) throw new Error(`No card has ${label}.`);
  return found;
}

describe("Only a linked owner's acknowledgement counts", () => {
  it.each([
    ["a stranger", "mallory", "not linked to an owner"],
    ["a person with an owner's display name", "eve", "not linked to an owner"],
    ["an owner who has not linked", "dara", "not linked to an owner"],
    ["a responder of the plan", "noor", "not linked to an owner"],
  ])("%s is told so, and nothing is counted", async (_, who, words) => {
    const { room, people } = await collecting({ strangers: { mallory: "Mallory", eve: "Ana" } });
    const { workspace } = world.slack;
    if (!["noor", "dara"].includes(who))
      workspace.rooms.get(people.roomId("noor", room))?.members.add(people.idOf(who));
    const answer = await people.answerTo(who, room, () => people.press(who, room, "Acknowledge"));
    expect(answer).toContain(words);
    expect((await world.incident()).pauses[0]?.acknowledgements).toEqual([]);
    expect(await world.kinds()).not.toContain("pause.acknowledged");
  });

  it("one who is linked and owns this Safe no more is told so", async () => {
    const { room, people } = await collecting();
    await world.bot.app.journal.record("incident/INC-0001", { by: "chain:31337" }, (state) => ({
      events: [
        {
          kind: "pause.safe_changed",
          proposal: "P-0001",
          owners: state!.pauses[0]!.safe.owners.slice(1),
          threshold: 3,
          nonce: "0",
          blockNumber: "99",
        },
      ],
      effects: [],
    }));
    const answer = await people.answerTo("ana", room, () => people.press("ana", room, "Acknowledge"));
    expect(answer).toContain("is not an owner of ops-pause");
  });

  it("twice by one owner is once", async () => {
    const { room, people } = await collecting();
    await people.press("ana", room, "Acknowledge");
    await people.press("ana", room, "Acknowledge");
    await people.press("bao", room, "Acknowledge");
    await world.slack.until(() => !textOf(cardWith(room, "Acknowledge")).includes("more acknowledgement"), {
      what: "the tally",
    });
    expect((await world.kinds()).filter((kind) => kind === "pause.acknowledged")).toHaveLength(2);
  });
});

describe("A signature", () => {
  it("over another hash recovers to nobody of the Safe, and is refused with what it recovers to", async () => {
    const { room, people } = await collecting();
    const other = await chain.wallet.signTypedData("U0ANA", {
      domain: { chainId: 31337, verifyingContract: chain.safe },
      types: { SafeTx: [{ name: "nonce", type: "uint256" }] },
      primaryType: "SafeTx",
      message: { nonce: 99n },
    });
    const answer = await people.ask("ana", room, `/pause confirm ${other}`);
    expect(answer).toMatch(/recovers to\s+0x[0-9a-fA-F]{40}, which is not an owner/);
    expect(answer).toContain("safeTxHash");
    expect((await world.incident()).pauses[0]?.confirmations).toEqual([]);
  });

  it.each([
    ["cut short", (signature: string) => signature.slice(0, -2)],
    ["with a last byte that no wallet writes", (signature: string) => `${signature.slice(0, -2)}05`],
    ["that no key can have made", () => `0x${"00".repeat(64)}1b`],
    ["that is a word", () => "please"],
  ])("%s is refused, and nothing is counted", async (_, spoil) => {
    const { room, people } = await collecting();
    const answer = await people.ask("ana", room, `/pause confirm ${spoil(await people.signatureBy("ana", room))}`);
    expect(answer).toMatch(/not a signature|A signature is 0x/);
    expect(await world.kinds()).not.toContain("pause.confirmed");
  });

  it("given twice, by page and by paste, is one", async () => {
    const { room, people } = await collecting();
    await people.sign("ana", room);
    await people.say("noor", room, `/pause confirm ${await people.signatureBy("ana", room)}`);
    await people.sign("bao", room);
    const kinds = await world.kinds();
    expect(kinds.filter((kind) => kind === "pause.confirmed")).toHaveLength(2);
    expect(kinds).not.toContain("pause.acknowledged");
  });
});

describe("A proposal", () => {
  it("of something that the plan does not name is answered with what it names", async () => {
    world = await openWorld(chain);
    const room = await world.declare();
    const answer = await world.people.ask("sofia", room, "/pause propose pause-everything");
    expect(answer).toContain("no intervention");
    expect(answer).toContain("pause-vault");
  });

  it("made twice is refused with the one that is open", async () => {
    const { room, people } = await collecting();
    expect(await people.ask("noor", room, "/pause propose pause-vault")).toContain("P-0001 already proposes");
    expect((await world.incident()).pauses).toHaveLength(1);
  });

  it("of what is already paused is refused, in this incident and in the next", async () => {
    const { room, people } = await executed();
    expect(await people.ask("noor", room, "/pause propose pause-vault")).toContain("P-0001 is verified");
    const next = await world.declare("And again");
    const answer = await people.ask("noor", next, "/pause propose pause-vault");
    expect(answer).toMatch(/already paused/i);
    expect((await world.incident("INC-0002")).pauses).toEqual([]);
  });

  it("is not executed before it is ready, and says what it needs", async () => {
    const { room, people } = await collecting();
    await people.sign("ana", room);
    const answer = await people.ask("sofia", room, "/pause execute");
    expect(answer).toContain("needs 2 more signatures and 2 more acknowledgements");
    expect(await world.kinds()).not.toContain("pause.execution_requested");
  });
});

describe("Buttons on old cards", () => {
  it("of a command that is gone say so", async () => {
    const { room, people } = await collecting();
    const card = cardWith(room, "Acknowledge");
    for (const block of world.slack.workspace.rooms.get(card.channel)?.messages.get(card.ts)?.blocks ?? []) {
      if (block.type !== "actions") continue;
      for (const element of block.elements) {
        if ("action_id" in element) element.action_id = element.action_id?.replace("pause acknowledge", "pause bless");
      }
    }
    const answer = await people.answerTo("ana", room, () => people.press("ana", room, "Acknowledge"));
    expect(answer).toContain("from an older version");
  });

  it("after the execution change nothing and say where it stands", async () => {
    world = await openWorld(chain, { linked: ["ana", "bao", "chidi"], change: { acknowledgements: 0 } });
    const { people } = world;
    const room = await world.declare();
    await world.propose(room);
    const old = structuredClone(cardWith(room, "Withdraw…"));
    for (const who of ["ana", "bao", "chidi"]) await people.sign(who, room);
    await people.sees("sofia", room, "READY TO EXECUTE");
    await people.press("sofia", room, "Execute");
    await people.sees("noor", room, "PAUSED, and verified");
    await people.sees("noor", room, "PAUSED (1 conf)");

    freeze(old);
    const answer = await people.answerTo("ana", room, () => people.pressOn("ana", old, "Acknowledge"));
    expect(answer).toContain("already executed");
    expect(await world.kinds()).not.toContain("pause.acknowledged");
  });

  it("after the incident was resolved say so", async () => {
    const { room, people } = await collecting();
    const card = structuredClone(cardWith(room, "Propose a pause…"));
    const pauseCard = structuredClone(cardWith(room, "Acknowledge"));
    await people.say("sofia", room, "/incident resolve It was a false alarm.");
    await people.sees("noor", room, "Resolved");
    await world.slack.until(() => people.files(room).length >= 2);
    freeze(card);
    await people.pressOn("sofia", card, "Propose a pause…");
    const answer = await people.answerTo("sofia", room, () => people.submit("sofia", { intervention: "pause-vault" }));
    expect(answer).toContain("INC-0001 is resolved");
    freeze(pauseCard);
    const late = await people.answerTo("ana", room, () => people.pressOn("ana", pauseCard, "Acknowledge"));
    expect(late).toContain("INC-0001 is resolved");
    expect(await world.kinds()).not.toContain("pause.acknowledged");
  });

  it("go on working after a restart", async () => {
    const { room, people } = await collecting();
    const card = structuredClone(cardWith(room, "Acknowledge"));
    await world.restart();
    expect(await people.pressOn("ana", card, "Acknowledge")).toMatchObject({ ok: true });
    await world.slack.until(
      () => textOf(cardWith(room, "Acknowledge")).includes("1 more acknowledgement") || undefined,
      {
        what: "the acknowledgement on the card",
      },
    );
    await people.sees("noor", room, "Allstop was restarted");
    expect((await world.incident()).pauses[0]?.acknowledgements).toHaveLength(1);
  });
});

/** Puts an old state of a card back, as somebody still has it open on a phone without a signal. */
function freeze(old: Message): void {
  const message = world.slack.workspace.rooms.get(old.channel)?.messages.get(old.ts);
  if (message !== undefined && old.blocks !== undefined) message.blocks = old.blocks;
}
