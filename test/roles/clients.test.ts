import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buttonsIn as buttonsOnDiscord, discordStage, idOf, wordsOf } from "../../src/rehearsal/discord-stage.ts";
import { stage } from "../../src/rehearsal/stage.ts";
import { type Sandbox, startSandbox } from "../../src/start-sandbox.ts";
import { extras, textOf } from "../job/people.ts";

/** Bolt and discord.js against servers that speak their protocols, and one incident in both. */
const folder = mkdtempSync(join(tmpdir(), "allstop-roles-"));
const logged: { level: number; msg: string }[] = [];
let sandbox: Sandbox;
let people: ReturnType<typeof open>;

function open({ slack, discord, chain }: Sandbox) {
  if (slack === undefined || discord === undefined) throw new Error("Both chats were asked for.");
  const quiet = () => undefined;
  return {
    slack,
    discord,
    onSlack: { ...stage({ slack, chain }, quiet), ...extras({ slack, chain }) },
    onDiscord: discordStage({ discord, chain }, quiet),
    /** The direct messages of the bot to this person on Discord, newest last. */
    directOnDiscord(who: string) {
      const dm = discord.client.channels(idOf(who)).find(({ type }) => type === 1);
      return dm === undefined ? [] : discord.client.messages(idOf(who), dm.id);
    },
  };
}

beforeAll(async () => {
  const log = pino({ level: "warn" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const chats = ["slack", "discord"] as const;
  sandbox = await startSandbox({ folder, port: 0, log, page: false, chats, progress: () => undefined });
  Object.assign(sandbox.bot.app.plan(), {
    severityNames: "levels",
    severities: {
      critical: { means: "funds are leaving", pause: "all", tellUsers: "yes", roles: ["deputy", "operations"] },
      medium: { pause: "affected", tellUsers: "decide", roles: [] },
    },
  });
  people = open(sandbox);
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const rolesNow = async () => (await sandbox.bot.app.journal.state("incident/INC-0001"))?.roles ?? {};

it("a hand-off is accepted by a button in a direct message, on Slack and on Discord; the scribe is told why not", async () => {
  const { onSlack, onDiscord, slack, discord, directOnDiscord } = people;
  await onSlack.say("noor", "general", "/incident declare level 1 Withdrawals are slow");
  const room = await onSlack.channelOf("inc-0001");
  await onSlack.sees("noor", room, "Level 1 · MEDIUM");
  await onDiscord.sees("noor", room, "Level 1 · MEDIUM");

  // From Sofia to Noor, who presses in her direct messages on Slack.
  await onSlack.say("sofia", room, "/incident handoff incident-commander @U0NOOR");
  const asked = await slack.until(
    () => onSlack.direct("noor").find((message) => textOf(message).includes("You are asked to be incident commander")),
    { what: "the direct message on Slack" },
  );
  expect(textOf(asked)).toContain("stays incident commander");
  await onDiscord.sees("tomas", room, "Hand-off: incident commander");
  expect((await rolesNow())["incident commander"]).toBe("slack:U0SOFIA");
  await onSlack.pressOn("noor", asked, "Accept");
  for (const chat of [onSlack, onDiscord]) await chat.sees("tomas", room, "Accepted: incident commander");
  expect((await rolesNow())["incident commander"]).toBe("slack:U0NOOR");
  await slack.until(() => onSlack.direct("noor").some((one) => textOf(one).includes("Accepted")) || undefined, {
    what: "the direct message, settled",
  });

  // Back to Sofia, who presses in hers on Discord, although she was asked by her account on Slack.
  await onSlack.say("noor", room, "/incident handoff incident-commander @U0SOFIA");
  const there = await discord.until(
    () => directOnDiscord("sofia").find((one) => wordsOf(one).includes("You are asked to be")),
    { what: "the direct message on Discord" },
  );
  const accept = buttonsOnDiscord(there).find(({ label }) => label === "Accept");
  await discord.client.act(idOf("sofia"), {
    do: "press",
    channel: there.channelId,
    message: there.id,
    customId: accept?.custom_id ?? "",
  });
  const accepted = () => onSlack.words("tomas", room).split("Accepted: incident commander").length - 1;
  await onSlack.until("both hand-offs are accepted", () => accepted() === 2);
  expect((await rolesNow())["incident commander"]).toBe("slack:U0SOFIA");

  // The plan made Tomas the scribe.
  const why = await onSlack.ask("tomas", room, "/incident claim operations");
  expect(why).toContain("You are the scribe. Whoever writes down what happens has no hand free to be operations");
  await onDiscord.say("tomas", room, "/incident claim deputy");
  await onDiscord.sees("tomas", room, "You are the scribe.");
  expect([slack.problems, discord.problems]).toEqual([[], []]);
}, 60_000);

it("a severity that is raised asks for its roles and offers to stop everything, in both chats", async () => {
  const { onSlack, onDiscord, slack, discord } = people;
  const room = await onSlack.channelOf("inc-0001");
  await onDiscord.say("sofia", room, "/incident severity severity:level-3 Money is leaving");
  for (const chat of [onSlack, onDiscord]) {
    await chat.sees("noor", room, "Level 3 · CRITICAL calls for: pause everything, users told");
    await chat.sees("noor", room, "Users are to be told.");
  }
  await onSlack.press("noor", room, "Take operations");
  await onSlack.until("operations is taken", () => onSlack.words("noor", room).includes("New operations"));
  await onDiscord.press("ana", room, "Take deputy");
  await onSlack.until("deputy is taken", () => onSlack.words("noor", room).includes("New deputy"));
  expect(await rolesNow()).toMatchObject({ operations: "slack:U0NOOR", deputy: `discord:${idOf("ana")}` });
  await onSlack.until("nobody is wanted", () => !onSlack.words("noor", room).includes("Wanted:"));

  // Discord has no question of its own before a press, so Allstop asks there.
  const { message, button } = await discord.until(
    () => {
      const id = discord.client.channels(idOf("sofia")).find((one) => one.name.startsWith("inc-0001"))?.id ?? "";
      const found = discord.client
        .messages(idOf("sofia"), id)
        .flatMap((one) =>
          buttonsOnDiscord(one).flatMap((each) =>
            each.label === "Stop everything…" ? [{ message: one, button: each }] : [],
          ),
        );
      return found[0];
    },
    { what: "the button on Discord" },
  );
  const pressed = {
    do: "press" as const,
    channel: message.channelId,
    message: message.id,
    customId: button.custom_id ?? "",
  };
  await discord.client.act(idOf("sofia"), pressed);
  await onDiscord.press("sofia", room, "Propose it");
  for (const chat of [onSlack, onDiscord]) await chat.sees("noor", room, "P-0001 COLLECTING");
  expect(logged.filter(({ level }) => level >= 50)).toEqual([]);
  expect([slack.problems, discord.problems]).toEqual([[], []]);
}, 60_000);
