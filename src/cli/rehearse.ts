import { join } from "node:path";
import { pino } from "pino";
import { ConfigError, hasProductionSettings, mode, readSandboxSettings } from "../config.ts";
import { EXIT_FAILED } from "../exit.ts";
import type { RehearsalPlatform, RehearsalResult } from "../rehearse.ts";
import { needSandboxParts } from "./parts.ts";

/** The whole job, unattended. Exit status 0 only if the vault is paused and the exported timeline verifies. */
export async function runRehearsal(
  env: NodeJS.ProcessEnv,
  { json = false, platform = "slack" }: { json?: boolean; platform?: RehearsalPlatform },
): Promise<void> {
  if (mode(env) === "production") {
    const remedy = "A rehearsal runs in the sandbox: run it where no production setting is.";
    const problem = "is set, and is production's";
    throw new ConfigError(hasProductionSettings(env).map((name) => ({ name, problem, remedy })));
  }
  const { logLevel } = readSandboxSettings(env);
  needSandboxParts("rehearsal");
  const { rehearse } = await import("../rehearse.ts");
  const folder = join(".allstop", "rehearsals", new Date().toISOString().replaceAll(/[:.]/g, "-"));
  const log = pino({ level: logLevel }, pino.destination(2));
  // With --json the last line is the object; the steps are told all the same.
  const result = await rehearse({ folder, log, tell: (line) => console.log(line), platform });
  console.log(summary(result));
  if (json) console.log(JSON.stringify(result));
  process.exitCode = result.paused && result.timelineVerified ? 0 : EXIT_FAILED;
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
