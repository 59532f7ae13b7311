import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, it } from "vitest";
import { discordStage } from "../../../src/rehearsal/discord-stage.ts";
import { story } from "../../../src/rehearsal/story.ts";
import { startSandbox } from "../../../src/start-sandbox.ts";

it("from the declaration to the postmortem no channel is ever renamed, and no topic changed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "allstop-discord-job-"));
  const sandbox = await startSandbox({
    folder,
    port: 0,
    log: pino({ level: "silent" }),
    page: false,
    chats: ["discord"],
    blockTimeSeconds: 1,
    progress: () => undefined,
  });
  try {
    const { discord, chain } = sandbox;
    if (discord === undefined) throw new Error("Discord was asked for.");
    await story(discordStage({ discord, chain }, () => undefined));
    const touched = discord.journal.filter(({ route, body }) => {
      if (route !== "PATCH /channels/:channel" || typeof body !== "object" || body === null) return false;
      return "name" in body || "topic" in body;
    });
    expect(touched).toEqual([]);
    expect(discord.journal.filter(({ status }) => status === 429)).toEqual([]);
    expect(discord.problems).toEqual([]);
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
