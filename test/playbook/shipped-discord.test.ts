import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, it } from "vitest";
import { currentStep } from "../../src/core/playbook-state.ts";
import { discordStage, idOf } from "../../src/rehearsal/discord-stage.ts";
import { startSandbox } from "../../src/start-sandbox.ts";

/** All kinds of steps but a wait: notes to hand in, questions, a check that the bot makes itself, a gate of two. */
const KEY = "signer-ui-compromise";

it("a shipped playbook is walked to its end through Discord", { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "allstop-walk-"));
  const logged: string[] = [];
  const log = pino({ level: "error" }, { write: (line: string) => void logged.push(line) });
  const sandbox = await startSandbox({
    folder,
    port: 0,
    log,
    page: false,
    chats: ["discord"],
    progress: () => undefined,
  });
  try {
    const { discord, chain, bot } = sandbox;
    if (discord === undefined) throw new Error("Discord was asked for.");
    const on = discordStage({ discord, chain }, () => undefined);
    await on.say("noor", "general", "/incident declare high The page and the device differ");
    const room = await on.channelOf("inc-0001");
    await on.say("sofia", room, `/incident assign decision-maker ${idOf("noor")}`);
    await on.say("sofia", room, `/playbook start ${KEY}`);

    const walked: string[] = [];
    for (let before = ""; ; ) {
      const run = await newest(bot);
      const current = run && currentStep(run);
      if (run !== undefined && current === undefined) break;
      if (run === undefined || current === undefined || current.step.id === before) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      const { step } = current;
      before = step.id;
      // What the chain says needs nobody's press, and may be said before anybody has looked.
      if (step.check !== undefined) continue;
      walked.push(step.id);
      await on.sees("sofia", room, `Step ${run.steps.indexOf(current) + 1}: `);
      if (step.evidence !== undefined) {
        await on.press("sofia", room, "Complete…");
        await on.submit("sofia", { note: "Page and device, side by side." });
      } else if (step.ask !== undefined) await on.press("sofia", room, step.ask.answers[1]?.say ?? "");
      else if (step.gate !== undefined)
        for (const who of ["sofia", "sofia", "noor"]) await on.press(who, room, "I agree");
      else await on.press("sofia", room, "Complete");
    }
    await on.sees("sofia", room, "All steps are done or skipped.");
    expect(walked).toEqual([
      "stop-signing",
      "what-differs",
      "recompute",
      "was-it-signed",
      "sign-elsewhere",
      "approve-by-hand",
      "keep-the-machine",
      "tell-others",
      "sign-again",
    ]);
    const run = await newest(bot);
    expect(run?.steps.find(({ step }) => step.id === "see-owners")).toMatchObject({ state: "done", by: "allstop" });
    expect(run?.steps.at(-1)?.agreed.map(({ person }) => person)).toEqual(["sofia", "noor"]);
    expect([discord.problems, logged]).toEqual([[], []]);
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function newest({ app }: Awaited<ReturnType<typeof startSandbox>>["bot"]) {
  return (await app.journal.incidents()).at(-1)?.runs.at(-1);
}
