import { afterEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { exportIncident } from "../../src/core/export.ts";
import { signRung } from "../../src/core/ladder.ts";
import { livingRungs } from "../../src/core/ladder-state.ts";
import { GENESIS_HASH } from "../../src/core/timeline.ts";
import { verifyTimeline } from "../../src/core/verify.ts";
import { renderMessages as renderOnDiscord } from "../../src/platforms/discord/render.ts";
import { renderMessages as renderOnSlack } from "../../src/platforms/slack/render.ts";
import { safe, wordsOf } from "../story.ts";
import { addresses, KEY, type LadderWorld, OTHER_KEY, openLadderWorld } from "./world.ts";

const worlds: LadderWorld[] = [];
const open = (...options: Parameters<typeof openLadderWorld>): LadderWorld => {
  const world = openLadderWorld(...options);
  worlds.push(world);
  return world;
};
/** The same database in a new life of the bot. */
const reopen = (world: LadderWorld, options: Parameters<typeof openLadderWorld>[0] = {}): LadderWorld => {
  world.close();
  return open({ folder: world.folder, nonce: world.now.nonce, ...options });
};
afterEach(() => {
  for (const world of worlds.splice(0)) world.remove();
});

const declared = async (world: LadderWorld) => {
  await world.type("U0NOOR", "incident declare critical Vault is draining");
  return (await world.type("U0NOOR", "pause propose pause-vault")).answer;
};

describe("Pauses signed ahead of time", () => {
  it("are sent by one word: declared, proposed, and on their way, with nobody woken", async () => {
    const world = open();
    await world.collect(3, 3);
    await declared(world);
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
    await declared(world);
    expect(await world.kinds()).not.toContain("pause.execution_requested");
    await world.link("U0SOFIA", addresses[4]!);
    await world.press("U0SOFIA", "pause acknowledge", { proposal: "P-0001" });
    expect(await world.kinds()).toContain("pause.execution_requested");
  });

  it("wait for a press where the plan wants one", async () => {
    const world = open({ plan: { execute: "by-press", acknowledgements: 0 } });
    await world.collect(1, 3);
    await declared(world);
    expect(await world.kinds()).not.toContain("pause.execution_requested");
    await world.type("U0NOOR", "pause execute");
    expect(await world.kinds()).toContain("pause.execution_requested");
  });

  it("that are too few are counted all the same", async () => {
    const world = open();
    await world.collect(1, 2);
    await declared(world);
    expect(wordsOf((await world.type("U0NOOR", "pause status")).answer)).toContain("1 more signature");
    await world.type("U0NOOR", `pause confirm ${await world.signatureOf(4, 7n)}`);
    expect(await world.kinds()).toContain("pause.execution_requested");
  });

  it("for another nonce stay where they are", async () => {
    const world = open();
    await world.collect(2, 3);
    world.now.nonce = 9n;
    await declared(world);
    expect(await world.kinds()).not.toContain("ladder.opened");
  });

  it("of somebody who is no owner any more are not opened", async () => {
    const world = open();
    await world.collect(1, 3);
    world.now.owners = addresses.slice(1);
    await declared(world);
    const events = await world.journal.events("incident/INC-0001");
    const [opened] = events.flatMap(({ event }) => (event.kind === "ladder.opened" ? [event.owners] : []));
    expect([...(opened ?? [])].sort()).toEqual(addresses.slice(1, 3).sort());
  });

  it("that come in while a proposal collects are opened for it at once", async () => {
    const world = open();
    await world.collect(1, 2);
    await declared(world);
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
    await declared(world);
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
    await declared(world);
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
    await declared(world);
    for (let time = 0; time < 2; time += 1) {
      await noteOpening(world.app, { incident: "INC-0001", proposal: "P-0001" });
    }
    expect((await world.facts()).filter((kind) => kind === "ladder.opened")).toHaveLength(1);
    expect((await world.ladder())?.openings).toMatchObject([{ proposal: "P-0001", by: "slack:U0NOOR" }]);
  });
});

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
    await declared(world);
    expect(world.bytes().includes((await world.signatureOf(0, 7n)).slice(2, 66))).toBe(true);
    expect(world.bytes().includes((await world.signatureOf(0, 8n)).slice(2, 66))).toBe(false);
  });

  it("under another key is said to be locked, stays, and opens under the right one", async () => {
    let world = open();
    await world.collect(2, 3);
    world = reopen(world, { key: OTHER_KEY });
    expect((await world.review()).join()).toContain("6 signatures of the ladder can't be read");
    expect(wordsOf((await world.type("U0NOOR", "ladder status")).answer)).toContain("LADDER_KEY_PREVIOUS");
    await declared(world);
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
    await declared(world);
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
    await declared(world);
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

describe("Collecting", () => {
  it("again keeps what was signed, and adds the nonces above", async () => {
    const world = open();
    await world.collect(2, 2);
    world.now.nonce = 8n;
    await world.type("U0NOOR", "ladder collect pause-vault 3");
    await world.review();
    const [set] = (await world.ladder())?.sets ?? [];
    expect(set?.rungs.map(({ nonce, signatures }) => [nonce, signatures.length])).toEqual([
      ["8", 2],
      ["9", 0],
      ["10", 0],
    ]);
    expect(livingRungs(set!)).toHaveLength(3);
  });

  it("asks the owners who are linked, and tells #security-alerts", async () => {
    const world = open();
    await world.link("U0SOFIA", addresses[1]!);
    await world.type("U0NOOR", "ladder collect pause-vault 2");
    const owed = world.owed.due("chat/slack", world.app.clock.now().getTime() + 1).map(({ effect }) => effect);
    expect(owed).toContainEqual({ kind: "ask_ladder", seq: 1, user: "slack:U0SOFIA" });
    expect(owed).toContainEqual({ kind: "tell_alerts", stream: "ladder", seq: 1 });
  });

  it.each(["withdraw", "revoke"] as const)(
    "of a %s is refused: only a pause is ever signed ahead of time",
    async (kind) => {
      const world = open();
      world.now.planned = { ...world.now.planned, kind };
      const answer = wordsOf((await world.type("U0NOOR", "ladder collect pause-vault 2")).answer);
      expect(answer).toContain("is not a pause, and nothing else is ever signed ahead of time");
      expect(await world.ladder()).toBeUndefined();
    },
  );

  it("takes at most twenty", async () => {
    const world = open();
    const answer = wordsOf((await world.type("U0NOOR", "ladder collect pause-vault 21")).answer);
    expect(answer).toContain("from 1 to 20");
  });

  it("without a key is off, and says how to turn it on", async () => {
    const world = open({ key: undefined });
    const answer = wordsOf((await world.type("U0NOOR", "ladder collect pause-vault")).answer);
    expect(answer).toContain("openssl rand -hex 32");
    expect(wordsOf((await world.type("U0NOOR", "ladder status")).answer)).toContain("The ladder is off");
  });

  it("refuses what is no owner's signature over any rung, and keeps nothing of it", async () => {
    const world = open();
    await world.collect(2, 0);
    const request = { intervention: "pause-vault", via: "page" as const };
    const strange = await world.signatureOf(0, 99n);
    await expect(signRung(world.app, { by: "allstop" }, { ...request, signature: strange })).rejects.toThrow(
      /no signature of an owner/,
    );
    await expect(
      signRung(world.app, { by: "allstop" }, { ...request, signature: `0x${"00".repeat(64)}1b` }),
    ).rejects.toThrow(UserError);
    expect(world.app.ladder?.list()).toEqual([]);
  });

  it("takes one signature once, in whatever form the wallet wrote it", async () => {
    const world = open();
    await world.collect(1, 1);
    const signature = await world.signatureOf(0, 7n);
    const other = `${signature.slice(0, 130)}${signature.endsWith("1b") ? "00" : "01"}` as const;
    await signRung(
      world.app,
      { by: "allstop" },
      { intervention: "pause-vault", via: "paste", signature: other as `0x${string}` },
    );
    expect((await world.facts()).filter((kind) => kind === "ladder.signed")).toHaveLength(1);
    expect(world.app.ladder?.list()).toHaveLength(1);
  });

  it("credits a signature to whoever speaks for its owner", async () => {
    const world = open();
    await world.link("U0SOFIA", addresses[1]!);
    await world.collect(1, 2);
    const signed = (await world.journal.events("ladder")).filter(({ event }) => event.kind === "ladder.signed");
    expect(signed.map(({ by }) => by)).toEqual(["allstop", "slack:U0SOFIA"]);
  });
});

describe("Burning", () => {
  it("is typed, forgets, and says that the chain does not", async () => {
    const world = open();
    await world.collect(3, 2);
    expect((await world.type("U0NOOR", "ladder burn pause-vault")).opened.kind).toBe("form");
    expect(wordsOf((await world.type("U0NOOR", "ladder burn pause-vault yes")).answer)).toContain("Type the word burn");
    const answer = wordsOf((await world.type("U0NOOR", "ladder burn pause-vault burn a laptop was stolen")).answer);
    expect(answer).toContain("6 signatures are forgotten");
    expect(answer).toContain("stay good until their nonce is used");
    expect(answer).toContain("each nonce from 7 to 9");
    expect(answer).toContain(safe);
    expect(world.app.ladder?.list()).toEqual([]);
    expect((await world.journal.events("ladder")).at(-1)).toMatchObject({
      by: "slack:U0NOOR",
      event: { kind: "ladder.burned", cause: "by_hand", signatures: 6, reason: "a laptop was stolen" },
    });
    await declared(world);
    expect(await world.kinds()).not.toContain("ladder.opened");
  });

  it("of what is not there says so", async () => {
    const world = open();
    expect(wordsOf((await world.type("U0NOOR", "ladder burn pause-vault burn")).answer)).toContain("/ladder collect");
  });
});

it("the status fits every chat, however much there is to say", async () => {
  const world = open();
  await world.collect(20, 0);
  // Alternately signed, so that no two nonces can share a line, and by nobody whose name is known.
  for (let nonce = 7n; nonce < 27n; nonce += 2n) await world.sign(0, nonce);
  const view = (await world.type("U0NOOR", "ladder status")).answer?.view;
  if (view === undefined) throw new Error("There is no card.");
  expect(renderOnSlack(view, { teamUrl: "https://example.slack.com" }).length).toBeGreaterThan(0);
  expect(renderOnDiscord(view, new Map()).length).toBeGreaterThan(0);
  expect(wordsOf({ view })).toContain("Nonce 26: 0 of 3 signatures");
});

it("the status names each rung, how old it is, and who is missing", async () => {
  const world = open();
  await world.link("U0SOFIA", addresses[3]!);
  await world.collect(2, 2);
  await world.sign(2, 7n);
  world.tick(3 * 86_400_000);
  const words = wordsOf((await world.type("U0NOOR", "ladder status")).answer);
  expect(words).toContain("Nonce 7: 3 of 3 signatures");
  expect(words).toContain("Nonce 8: 2 of 3 signatures");
  expect(words).toContain("the oldest is 3 days old");
  expect(words).toContain("slack:U0SOFIA");
  expect(words).toContain("it is sent at once: nobody else is asked");
  expect(words).toContain("1 more owner has to sign, from nonce 8 on.");
});
