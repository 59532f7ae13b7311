import type { Config } from "../config.ts";
import type { LoadedPlan } from "../core/plan.ts";
import type { Playbook } from "../core/playbook-file.ts";
import { sayStale } from "../core/review.ts";
import { findHoles, REVIEW_REMEDY } from "../plan-holes.ts";
import { loadPlaybooks, PlaybookMistakes, type PlaybookOptions } from "../playbooks.ts";
import { isLoopback } from "../settings.ts";
import { describe, formatPath } from "../yaml-file.ts";
import { type Area, type Finding, findingsIn } from "./finding.ts";

/** The plan's age and its holes; its mistakes have been found by loading it. */
export function checkPlan(plan: LoadedPlan, now: Date): Finding[] {
  const { ok, warning } = findingsIn("plan");
  const interventions = Object.keys(plan.interventions).length;
  const people = Object.keys(plan.people).length;
  const holes = findHoles(plan, now).filter(({ path }) => path[0] !== "reviewed");
  return [
    ok("file", `It has no mistakes. Interventions: ${interventions}, people: ${people}, sha256 ${plan.hash}.`),
    checkReviewed("plan", "review", plan.reviewed, now),
    ...holes.map(({ path, message, remedy }) => warning(formatPath(path), message, remedy)),
  ];
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

/** Whether calls ring outside the chats, too. Nothing is sent: an event would ring somebody. */
export function checkPager({ pager }: Pick<Config, "pager">): Finding {
  const { ok } = findingsIn("pager");
  if (pager.routingKey === undefined) {
    return ok("PAGER_ROUTING_KEY", "None is set: people are called in the chats alone.");
  }
  return ok("PAGER_ROUTING_KEY", `Calls ring at ${new URL(pager.url).host}, too. Its key was not tried.`);
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
  const stale = sayStale({ reviewed }, now);
  if (stale === undefined) return ok(check, `Reviewed on ${reviewed}.`);
  return warning(check, stale, REVIEW_REMEDY);
}
