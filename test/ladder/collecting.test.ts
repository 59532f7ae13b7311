import { afterEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { signRung } from "../../src/core/ladder.ts";
import { livingRungs } from "../../src/core/ladder-state.ts";
import { renderMessages as renderOnDiscord } from "../../src/platforms/discord/render.ts";
import { renderMessages as renderOnSlack } from "../../src/platforms/slack/render.ts";
import { safe, wordsOf } from "../story.ts";
import { addresses, openLadderWorlds } from "./world.ts";

const worlds = openLadderWorlds();
const { open } = worlds;
afterEach(() => worlds.removeAll());

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
    await world.declare();
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
