import { msOf, sayMs } from "../../core/duration.ts";
import { type Incident, isOver } from "../../core/incident.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import type { SeverityRule } from "../../core/plan-response.ts";
import { ruleFor } from "../../core/severity-rule.ts";
import type { Block } from "../view.ts";
import { severityWord } from "./words.ts";

/** What the plan wants at this severity, in one line; nothing where it wants nothing. */
export function severityBlocks(plan: LoadedPlan, incident: Incident): Block[] {
  if (isOver(incident)) return [];
  const wanted = callsFor(ruleFor(plan, incident.severity));
  const line: Block[] =
    wanted.length === 0
      ? []
      : [{ kind: "text", text: `${severityWord(incident.severity, plan)} calls for: ${wanted.join(", ")}.` }];
  if (!usersToTell(plan, incident)) return line;
  const told: Block = {
    kind: "text",
    text: [{ bold: "Users are to be told. " }, "No update was posted yet at this severity."],
  };
  return [...line, told];
}

/** The severity wants users told, and nobody has said a word since it was so severe. */
export function usersToTell(plan: LoadedPlan, incident: Incident): boolean {
  if (isOver(incident) || ruleFor(plan, incident.severity).tellUsers !== "yes") return false;
  const { lastUpdate, severitySince } = incident;
  return lastUpdate === undefined || Date.parse(lastUpdate.at) < Date.parse(severitySince);
}

function callsFor({ pause, tellUsers, updateEvery }: SeverityRule): string[] {
  return [
    ...(pause === "all" ? ["pause everything"] : pause === "affected" ? ["pause what is affected"] : []),
    ...(tellUsers === "yes" ? ["users told"] : tellUsers === "no" ? ["users not told"] : []),
    ...(updateEvery === undefined ? [] : [`update every ${sayMs(msOf(updateEvery))}`]),
  ];
}
