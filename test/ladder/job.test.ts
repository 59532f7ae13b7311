/** The real bot between a workspace and a chain: pauses are signed in peace time, and nobody is woken when they are sent. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type SandboxChain, startTestChain } from "../../src/sandbox/chain/index.ts";
import { ALERTS_CHANNEL } from "../../src/start-sandbox.ts";
import { buttonsIn, textOf } from "../job/people.ts";
import { openWorld, type World, type WorldOptions } from "../job/world.ts";
import { KEY } from "./world.ts";

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

async function peace(options: WorldOptions = {}) {
  world = await openWorld(chain, {
    linked: ["ana", "bao", "chidi"],
    change: { acknowledgements: 0, execute: "when-ready" },
    ladderKey: KEY,
    ...options,
  });
  return world.people;
}

/** What the page's own script does for one owner: each rung's typed data, signed, and handed in. */
async function signAll(page: URL, who: string): Promise<void> {
  const api = new URL(`/api${page.pathname}`, page.origin);
  const { rungs } = (await (await fetch(api)).json()) as { rungs: { nonce: string }[] };
  for (const { nonce } of rungs) {
    const typed = await (await fetch(`${api}/typed-data/${nonce}.json`)).json();
    const signature = await chain.wallet.signTypedData(world.people.idOf(who), typed as never);
    const answer = await fetch(api, {
      method: "POST",
      headers: { "content-type": "application/json", origin: page.origin },
      body: JSON.stringify({ signature }),
    });
    if (!answer.ok) throw new Error(`The page refused: ${answer.status} ${await answer.text()}`);
  }
}

/** The page behind the newest *Sign* button that the bot sent to somebody. */
async function pageFor(who: string): Promise<URL> {
  const url = await world.slack.until(
    () =>
      world.people
        .direct(who)
        .flatMap((message) => buttonsIn(message))
        .findLast(({ url }) => url?.includes("/ladder/"))?.url,
    { what: `the page for ${who}` },
  );
  return new URL(url);
}

const inAlerts = (words: string) =>
  world.slack.until(
    () =>
      [...(world.slack.workspace.rooms.get(ALERTS_CHANNEL)?.messages.values() ?? [])].some((message) =>
        `${message.text} ${JSON.stringify(message.blocks)}`.includes(words),
      ) || undefined,
    { timeoutMs: 10_000, what: `“${words}” in #security-alerts` },
  );

const ladder = () => world.bot.app.journal.state("ladder");

describe("Signed ahead of time", () => {
  it("declared, proposed, PAUSED: nobody presses, nobody signs", async () => {
    const people = await peace();
    expect(await people.ask("noor", "general", "/ladder collect pause-vault 2")).toContain("2 pauses to be signed");
    await inAlerts("is to be signed ahead of time");
    for (const who of ["ana", "bao", "chidi"]) await signAll(await pageFor(who), who);
    expect(await people.ask("noor", "general", "/ladder status")).toContain("Nonces 0 to 1: 3 of 3 signatures");

    const room = await world.declare();
    await people.say("sofia", room, "/pause propose pause-vault");
    await people.sees("noor", room, "PAUSED, and verified");
    const kinds = await world.kinds();
    expect(kinds.filter((kind) => kind === "pause.confirmed")).toHaveLength(3);
    expect(kinds).not.toContain("pause.acknowledged");
    // Sent while it was still being armed, and with the gas that was estimated for it all the same.
    expect((await world.incident()).pauses[0]?.attempts[0]?.gas).toBe("300000");
    expect(
      await chain.client.readContract({ address: chain.vault, abi: chain.abi.vault, functionName: "paused" }),
    ).toBe(true);

    // Told in the room, in #security-alerts and on the ladder's own timeline; what is used up is gone.
    await people.sees("noor", room, "the ladder was opened");
    await inAlerts("the ladder was opened");
    await expect
      .poll(() => world.bot.app.ladder?.list().map(({ nonce }) => nonce), { timeout: 10_000 })
      .toEqual(["1", "1", "1"]);
    const facts = (await world.bot.app.journal.events("ladder")).map(({ event }) => event.kind);
    expect(facts).toContain("ladder.opened");
    expect((await ladder())?.sets[0]?.rungs.map(({ nonce }) => nonce)).toEqual(["1"]);
    expect(JSON.stringify(world.logged)).not.toMatch(/0x[0-9a-fA-F]{130}"/);
  });

  it("and the bot started anew in between: the ladder is still there", async () => {
    const people = await peace();
    await people.say("noor", "general", "/ladder collect pause-vault 1");
    for (const who of ["ana", "bao", "chidi"]) await signAll(await pageFor(who), who);
    await world.restart();
    const room = await world.declare();
    await people.say("sofia", room, "/pause propose pause-vault");
    await people.sees("noor", room, "PAUSED, and verified");
  });

  it("is never said in a chat: no message anywhere holds a signature", async () => {
    const people = await peace();
    await people.say("noor", "general", "/ladder collect pause-vault 1");
    for (const who of ["ana", "bao"]) await signAll(await pageFor(who), who);
    await people.ask("noor", "general", "/ladder status");
    const everything = [...world.slack.workspace.rooms.values()].flatMap(({ messages }) => [...messages.values()]);
    expect(everything.map((message) => `${message.text} ${textOf(message as never)}`).join()).not.toMatch(
      /0x[0-9a-fA-F]{130}/,
    );
    expect(JSON.stringify(everything)).not.toMatch(/[0-9a-fA-F]{128}/);
  });
});
