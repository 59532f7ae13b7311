import { afterEach, describe, expect, it } from "vitest";
import { verifyTimeline } from "../../src/core/verify.ts";
import { startSandboxChain } from "../../src/sandbox/chain/index.ts";
import { textOf } from "./people.ts";
import { openWorld, type World } from "./world.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(mode: "socket" | "http"): Promise<World> {
  const chain = await startSandboxChain({ blockTimeSeconds: 1, slotsInAnEpoch: 1 });
  closers.push(() => chain.close());
  const world = await openWorld(chain, { mode });
  closers.push(() => world.close());
  return world;
}

describe.each(["socket", "http"] as const)("The main job over %s", (mode) => {
  it("goes from one command to a verified pause and a timeline that verifies", { timeout: 60_000 }, async () => {
    const world = await open(mode);
    const { chain, slack, people } = world;
    const nonce = await chain.client.getTransactionCount({ address: chain.executor.address });

    for (const who of ["ana", "bao", "chidi", "emil"]) await people.link(who, "general");
    const room = await declare(world);
    await walkPlaybook(world, room);
    await collectEvidence(world, room);
    await pause(world, room);

    await people.press("sofia", room, "Bleeding stopped");
    await people.sees("noor", room, "PAUSED (final)");
    await people.press("sofia", room, "Resolve…");
    await people.submit("sofia", { summary: "Deposits were paused before the fourth round." });
    await slack.until(() => people.files(room).length >= 2, { timeoutMs: 15_000, what: "two files in the room" });
    await slack.until(() => people.words("noor", "security-alerts").includes("RESOLVED"), { what: "the alert's end" });

    const files = people.files(room);
    const markdown = files.find(({ name }) => name === "INC-0001-postmortem.md")?.content ?? "";
    const verdict = await verifyTimeline(files.find(({ name }) => name === "INC-0001-timeline.json")?.content ?? "");
    expect(verdict).toMatchObject({ ok: true, incident: "INC-0001", signatures: 3, links: 4 });
    expect(markdown).toContain("Deposits were paused before the fourth round.");
    expect(markdown).toContain("Three redemptions so far");
    expect(files).toHaveLength(2);

    const { address } = chain.executor;
    expect(await chain.client.getTransactionCount({ address })).toBe(nonce + 1);
    const { vault, abi } = chain;
    expect(await chain.client.readContract({ address: vault, abi: abi.vault, functionName: "paused" })).toBe(true);
    expect(repeated(await world.kinds())).toEqual([]);
    world.expectHealthy();
  });
});

async function declare({ slack, people }: World): Promise<string> {
  await people.say("noor", "general", "/incident declare");
  await people.submit("noor", {
    severity: "critical",
    title: "Vault-USDC is being drained",
    description: "Since 3:02.",
  });
  const room = await people.channelOf("inc-0001-vault-usdc");
  await people.sees("noor", room, "INC-0001 Vault-USDC is being drained");
  await people.sees("emil", "security-alerts", "INC-0001");
  const here = await slack.until(() => {
    const channel = slack.client.state("U0NOOR").channels.find(({ name }) => name === room);
    return channel && channel.pins.length === 1 && channel.members.length === 9 && channel;
  });
  expect(here.kind).toBe("private");
  const [pinned] = people.messages("noor", room).filter(({ pinned }) => pinned);
  expect(textOf(pinned!)).toContain("INC-0001");
  // What was seen stays in the room.
  expect(people.words("emil", "security-alerts")).not.toContain("Since 3:02");
  return room;
}

async function walkPlaybook({ people }: World, room: string): Promise<void> {
  await people.press("sofia", room, "Start the playbook");
  await people.sees("noor", room, "Step 1");
  await people.press("noor", room, "Complete");
  await people.sees("noor", room, "Step 2");
}

/** A reply in a thread by 📌, taken back and pinned again; and another message by the shortcut. */
async function collectEvidence(world: World, room: string): Promise<void> {
  const { slack, people } = world;
  const root = await people.say("noor", room, "What do we know?");
  const reply = await people.reply("tomas", room, root!.ts, "Three redemptions so far, each after a donation.");
  await people.react("sofia", room, reply.ts, "pushpin");
  await slack.until(() => people.words("noor", room, root!.ts).includes("On the timeline"), { what: "the capture" });
  const captured = (await world.incident()).captured;
  expect([...captured.keys()].map((place) => place.split("/")[2])).toEqual([reply.ts]);
  const events = await world.bot.app.journal.events("incident/INC-0001");
  const capture = events.find(({ event }) => event.kind === "message.captured");
  expect(Date.parse(capture!.at)).toBe(Math.floor(Number(reply.ts) * 1000));
  expect(capture!.event).toMatchObject({ author: "slack:U0TOMAS", text: reply.text, via: "reaction" });

  const channel = people.roomId("sofia", room);
  await people.must("sofia", { do: "unreact", channel, ts: reply.ts, name: "pushpin" });
  await slack.until(() => people.words("noor", room, root!.ts).includes("Off the timeline"), {
    what: "the retraction",
  });
  expect((await world.incident()).captured.size).toBe(0);
  await people.must("tomas", { do: "shortcut", channel, ts: root!.ts, callbackId: "message capture" });
  await slack.until(() => people.words("noor", room, root!.ts).split("On the timeline").length === 3, {
    what: "the capture by shortcut",
  });
  expect((await world.incident()).captured.size).toBe(1);
}

async function pause({ slack, people }: World, room: string): Promise<void> {
  await people.press("sofia", room, "Propose a pause…");
  await people.submit("sofia", { intervention: "pause-vault", reason: "Money is leaving." });
  await people.sees("ana", room, "P-0001");
  const asked = await slack.until(() =>
    people
      .direct("emil")
      .find((message) => textOf(message).includes("P-0001") || textOf(message).includes("Your signature is needed")),
  );
  expect(textOf(asked)).toContain("Your signature is needed");
  expect(people.direct("dara")).toEqual([]);

  await people.press("ana", room, "Acknowledge");
  expect(await slack.until(() => people.pressOn("emil", asked, "Acknowledge"))).toMatchObject({ ok: true });
  await people.sign("ana", room);
  await people.sign("emil", room);
  const pasted = await people.signatureBy("chidi", room);
  await people.say("chidi", room, `/pause confirm ${pasted}`);
  await people.sees("sofia", room, "READY TO EXECUTE");
  await people.press("sofia", room, "Execute");
  await people.sees("noor", room, "PAUSED, and verified");
}

/** Kinds of events that a story has once, and that this one has more often. */
function repeated(kinds: string[]): string[] {
  const once = ["incident.declared", "room.opened", "room.card_posted", "alert.posted", "playbook.started"];
  const ofThePause = ["proposed", "card_posted", "execution_requested", "signed", "broadcast", "included", "verified"];
  const all = [...once, ...ofThePause.map((kind) => `pause.${kind}`), "pause.final", "incident.resolved"];
  return all.filter((kind) => kinds.filter((one) => one === kind).length !== 1);
}
