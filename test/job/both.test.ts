import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { verifyTimeline } from "../../src/core/verify.ts";
import { discordStage } from "../../src/rehearsal/discord-stage.ts";
import { stage } from "../../src/rehearsal/stage.ts";
import { rehearse } from "../../src/rehearse.ts";
import { type Sandbox, startSandbox } from "../../src/start-sandbox.ts";
import { textOf } from "./people.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "allstop-both-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function bothChats() {
  const logged: { level: number; msg: string }[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const sandbox = await startSandbox({
    folder: newFolder(),
    port: 0,
    log,
    page: false,
    chats: ["slack", "discord"],
    blockTimeSeconds: 1,
    progress: () => undefined,
  });
  closers.push(() => sandbox.close());
  const { slack, discord, chain } = sandbox;
  if (slack === undefined || discord === undefined) throw new Error("Both chats were asked for.");
  const quiet = () => undefined;
  return {
    ...sandbox,
    slack,
    discord,
    logged,
    onSlack: stage({ slack, chain }, quiet),
    onDiscord: discordStage({ discord, chain }, quiet),
  };
}

const paused = ({ chain }: Pick<Sandbox, "chain">) =>
  chain.client.readContract({ address: chain.vault, abi: chain.abi.vault, functionName: "paused" });

async function kindsOf({ bot }: Pick<Sandbox, "bot">): Promise<string[]> {
  return (await bot.app.journal.events("incident/INC-0001")).map(({ event }) => event.kind);
}

describe.each(["discord", "both"] as const)("The whole job on %s", (platform) => {
  it("goes from one command to a verified pause and a timeline that verifies", async () => {
    const logged: string[] = [];
    const log = pino({ level: "error" }, { write: (line: string) => void logged.push(line) });
    const result = await rehearse({ folder: newFolder(), log, tell: () => undefined, platform, blockTimeSeconds: 1 });
    expect(result).toMatchObject({ paused: true, timelineVerified: true, incident: "INC-0001" });
    expect(logged).toEqual([]);
  }, 60_000);
});

describe("One incident in two chats, of which one dies in the middle", () => {
  it("Slack refuses the token: Discord goes on to the pause, and Slack catches up without duplicates", async () => {
    const world = await bothChats();
    const { slack, discord, onSlack, onDiscord } = world;
    await onSlack.say("noor", "general", "/incident declare critical Vault is draining");
    const room = await onSlack.channelOf("inc-0001");
    await onSlack.sees("noor", room, "INC-0001");
    await onDiscord.say("sofia", room, "/pause propose pause-vault");
    await onSlack.sees("ana", room, "P-0001 COLLECTING");
    await onSlack.press("ana", room, "Acknowledge");

    const mend = slack.faults.add({ method: "*", kind: "error", error: "token_revoked", times: 100_000 });
    await onDiscord.press("chidi", room, "Acknowledge");
    await onDiscord.sees("emil", room, "Slack: Connection");
    for (const who of ["ana", "chidi", "emil"]) await onDiscord.sign(who, room);
    await onDiscord.press("sofia", room, "Execute");
    await onDiscord.sees("emil", room, "PAUSED, and verified");
    await onDiscord.say("sofia", room, "/incident note Slack is away; we go on here.");
    expect(await paused(world)).toBe(true);
    expect(JSON.stringify(slack.client.messages("U0NOOR", { channel: channelId(world, room) }))).not.toContain(
      "PAUSED",
    );

    mend();
    await onSlack.sees("noor", room, "PAUSED, and verified");
    await onSlack.sees("noor", room, "Slack is away; we go on here.");
    await onSlack.press("ana", room, "Resolve…");
    await onSlack.submit("ana", { summary: "Paused from one chat." });
    await onSlack.until("both files", () => onSlack.files(room).length >= 2 && onDiscord.files(room).length >= 2);
    const said = slack.client.messages("U0NOOR", { channel: channelId(world, room) }).map(textOf);
    for (const once of ["PAUSED, and verified", "Slack is away; we go on here.", "INC-0001 Vault is draining"]) {
      expect(
        said.filter((text) => text.includes(once)),
        once,
      ).toHaveLength(1);
    }
    const json = onDiscord.files(room).find(({ name }) => name.endsWith(".json"))?.content ?? "";
    expect(await verifyTimeline(json)).toMatchObject({ ok: true, signatures: 3 });
    const kinds = await kindsOf(world);
    expect(kinds.filter((kind) => kind === "room.opened")).toHaveLength(2);
    expect(kinds.filter((kind) => kind === "pause.acknowledged")).toHaveLength(2);
    // The timeline's head stands in both chats, where nobody can rewrite it on both.
    const heads = (await world.bot.app.journal.events("incident/INC-0001")).flatMap(({ event }) =>
      event.kind === "head.posted" ? [event] : [],
    );
    expect(new Set(heads.map(({ message }) => message.split(":")[0]))).toEqual(new Set(["slack", "discord"]));
    expect([slack.problems, discord.problems]).toEqual([[], []]);
  }, 60_000);

  it("Discord breaks off and answers 500: Slack goes on to the pause, and Discord catches up without duplicates", async () => {
    const world = await bothChats();
    const { discord, onSlack, onDiscord } = world;
    await onDiscord.say("noor", "general", "/incident declare critical Vault is draining");
    const room = await onSlack.channelOf("inc-0001");
    await onDiscord.sees("noor", room, "INC-0001");
    const mend = discord.faults.add({ route: "*", kind: "500", times: 100_000 });
    discord.gateway.drop();
    await onSlack.say("sofia", room, "/pause propose pause-vault");
    for (const who of ["ana", "chidi"]) await onSlack.press(who, room, "Acknowledge");
    for (const who of ["ana", "chidi", "emil"]) await onSlack.sign(who, room);
    await onSlack.press("sofia", room, "Execute");
    await onSlack.sees("emil", room, "PAUSED, and verified");
    expect(await paused(world)).toBe(true);

    mend();
    await onDiscord.sees("noor", room, "PAUSED, and verified");
    await onDiscord.say("noor", room, "/incident note Discord is back.");
    await onSlack.sees("noor", room, "Discord is back.");
    const posted = async (kind: string) => (await kindsOf(world)).filter((one) => one === kind);
    // Lines and cards are owed apart: either may be there first.
    await expect.poll(() => posted("pause.card_posted"), { timeout: 10_000 }).toHaveLength(2);
    expect(await posted("room.opened")).toHaveLength(2);
    expect(discord.problems).toEqual([]);
  }, 60_000);
});

function channelId({ slack }: { slack: NonNullable<Sandbox["slack"]> }, name: string): string {
  return slack.client.state("U0NOOR").channels.find((channel) => channel.name === name)?.id ?? "";
}
