import { join } from "node:path";
import { pino } from "pino";
import { hasProductionSettings, mode } from "../config.ts";
import { type RehearsalResult, rehearsalPlatforms, rehearse } from "../rehearse.ts";

export async function runRehearsal(
  env: NodeJS.ProcessEnv,
  { json = false, platform = "slack" }: { json?: boolean; platform?: string },
): Promise<void> {
  const where = rehearsalPlatforms.find((known) => known === platform);
  if (where === undefined)
    throw new Error(`There is no platform ${platform}. There are: ${rehearsalPlatforms.join(", ")}.`);
  if (mode(env) === "production") {
    throw new Error(
      `A rehearsal runs in the sandbox, and production settings are present: ${hasProductionSettings(env).join(", ")}.\nRun it where they are not set.`,
    );
  }
  const folder = join(".allstop", "rehearsals", new Date().toISOString().replaceAll(/[:.]/g, "-"));
  const log = pino({ level: env.LOG_LEVEL ?? "warn" }, pino.destination(2));
  // With --json the last line is the object; the steps are told all the same.
  const result = await rehearse({ folder, log, tell: (line) => console.log(line), platform: where });
  console.log(summary(result));
  if (json) console.log(JSON.stringify(result));
  process.exitCode = result.paused && result.timelineVerified ? 0 : 1;
}

function summary(result: RehearsalResult): string {
  const { seconds } = result;
  const line = (label: string, value: number) => `  ${label.padEnd(34)} ${value.toFixed(2).padStart(7)} s`;
  return [
    "",
    result.paused ? `${result.incident}: the vault is PAUSED.` : `${result.incident}: the vault is NOT paused.`,
    line("declared → usable room", seconds.declareToRoom),
    line("declared → quorum of signatures", seconds.declareToQuorum),
    line("last signature → sent", seconds.lastSignatureToSent),
    line("last signature → in a block", seconds.lastSignatureToIncluded),
    line("declared → verified", seconds.declareToVerified),
    `  transactionHash  ${result.transactionHash}`,
    `  postmortem       ${result.postmortem}`,
    `  timeline         ${result.export}`,
    result.timelineVerified
      ? `  The timeline verifies: ${result.events} events.`
      : "  The timeline does NOT verify. Run `npx allstop verify` on it.",
    "",
  ].join("\n");
}
