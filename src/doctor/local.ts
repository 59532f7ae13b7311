import type { Config } from "../config.ts";
import type { LoadedPlan } from "../core/plan.ts";
import type { Playbook } from "../core/playbook-file.ts";
import { loadPlaybooks, PlaybookMistakes, type PlaybookOptions } from "../playbooks.ts";
import { isLoopback } from "../settings.ts";
import { describe } from "../yaml-file.ts";
import { type Area, type Finding, findingsIn } from "./finding.ts";

/** A plan or playbook that nobody has read for so long describes another organisation. */
const REVIEW_DAYS_MAX = 180;

/** The plan's age and its gaps; its mistakes have been found by loading it. */
export function checkPlan(plan: LoadedPlan, now: Date): Finding[] {
  const { ok, warning } = findingsIn("plan");
  const interventions = Object.keys(plan.interventions);
  const people = Object.keys(plan.people).length;
  const findings = [
    ok("file", `It has no mistakes. Interventions: ${interventions.length}, people: ${people}, sha256 ${plan.hash}.`),
    checkReviewed("plan", "review", plan.reviewed, now),
  ];
  if (interventions.length === 0) {
    findings.push(warning("interventions", "There are none: nothing can be paused.", "Add one under interventions."));
  }
  for (const [key, { acknowledgements }] of Object.entries(plan.interventions)) {
    if (acknowledgements === 0) {
      const detail = `${key} wants no acknowledgement: nobody has to say that they compared the hash.`;
      findings.push(warning("acknowledgements", detail, `Set interventions.${key}.acknowledgements to 1 or more.`));
    }
  }
  return findings;
}

/** Every playbook of the directory, its mistakes and its age. */
export function checkPlaybooks(dir: string, options: PlaybookOptions, now: Date): Finding[] {
  const { ok, problem } = findingsIn("playbooks");
  let playbooks: Playbook[];
  try {
    playbooks = loadPlaybooks(dir, options);
  } catch (error) {
    if (!(error instanceof PlaybookMistakes)) throw error;
    return error.files.flatMap(({ file, mistakes }) =>
      mistakes.map((mistake) => problem(`${file}:${mistake.line}`, describe(mistake), "Correct the file.")),
    );
  }
  if (playbooks.length === 0)
    return [problem("files", `There are none in ${dir}.`, "Restore the playbooks directory.")];
  const stale = playbooks
    .map(({ key, reviewed }) => checkReviewed("playbooks", key, reviewed, now))
    .filter((finding) => finding.ok !== "ok");
  return [ok("files", `${playbooks.map(({ key }) => key).join(", ")}.`), ...stale];
}

/** The address at which owners open the signing page. That it answers is not looked at: the bot may not be running. */
export function checkPages(config: Pick<Config, "publicUrl" | "port">): Finding {
  const { ok, warning } = findingsIn("pages");
  const { publicUrl, port } = config;
  if (!isLoopback(publicUrl)) return ok("PUBLIC_URL", `Signing pages are at ${publicUrl}; pass it on to port ${port}.`);
  const detail = `${publicUrl} opens on this machine only: owners elsewhere can't sign on the page.`;
  return warning(
    "PUBLIC_URL",
    detail,
    "Set PUBLIC_URL to an https address that reaches this bot. Pasting signatures works all the same.",
  );
}

function checkReviewed(area: Area, check: string, reviewed: string, now: Date): Finding {
  const { ok, warning } = findingsIn(area);
  const days = Math.floor((now.getTime() - Date.parse(reviewed)) / 86_400_000);
  if (days < -1) return warning(check, `Reviewed on ${reviewed}, which is yet to come.`, "Correct the date.");
  if (days <= REVIEW_DAYS_MAX) return ok(check, `Reviewed on ${reviewed}.`);
  const remedy = "Go through it line by line with the people in it, and set the new date.";
  return warning(check, `Last reviewed on ${reviewed}, ${days} days ago.`, remedy);
}
