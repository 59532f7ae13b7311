import { commands } from "../../commands/index.ts";
import { examine, exitCodeOf, formatFindings } from "../doctor/index.ts";
import { requiredScopes } from "../platforms/slack/manifest.ts";

/** Looks at everything that has to be right at 3 a.m., and says what to do about what is not. */
export async function doctor(env: NodeJS.ProcessEnv): Promise<void> {
  const findings = await examine(env, { requiredScopes, commands });
  console.log(formatFindings(findings));
  process.exitCode = exitCodeOf(findings);
}
