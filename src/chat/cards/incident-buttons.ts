import { type Incident, isOver, openPauses, pauseUnderWay } from "../../core/incident.ts";
import { type Pause, statusOf } from "../../core/pause-state.ts";
import { stopsEverything } from "../../core/pauses-to-offer.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import type { App } from "../../core/ports.ts";
import { missingRoles } from "../../core/roles.ts";
import { ruleFor } from "../../core/severity-rule.ts";
import type { Button } from "../view.ts";
import { afterwardsButtons } from "./closing-card.ts";
import { pageButtons } from "./page-lines.ts";
import { executeButton } from "./pause-buttons.ts";
import { usersToTell } from "./severity-block.ts";

/** What the pinned card lets people do, in the order in which it is needed: a phone shows the first few. */
export function incidentButtons(app: Pick<App, "plan" | "playbooks">, incident: Incident): Button[] {
  const input = { incident: incident.id };
  if (isOver(incident)) {
    return [
      ...afterwardsButtons(app, incident),
      { label: "Export the timeline", command: "incident export", input },
      { label: "Reopen…", command: "incident reopen", input },
    ];
  }
  const plan = app.plan();
  const verified = incident.pauses.some((pause) => pause.verified !== undefined);
  const pause = pauseUnderWay(incident);
  const first = callsForPause(plan, incident);
  return [
    ...(pause === undefined ? [] : pauseButtons(pause)),
    ...pageButtons(app.plan(), incident),
    ...startButton(app, incident),
    ...(first ? proposeButtons(plan, incident) : []),
    ...takeButtons(plan, incident),
    { label: "Assign a role…", command: "incident assign", input },
    ...(first ? [] : proposeButtons(plan, incident)),
    ...(wantsUpdates(plan, incident) ? [{ label: "Post an update…", command: "incident update", input }] : []),
    { label: "Note…", command: "incident note", input },
    { label: "Change severity…", command: "incident severity", input },
    ...(incident.status === "active" ? [bleedingStopped(input)] : []),
    { label: "Resolve…", command: "incident resolve", input, ...(verified ? { style: "primary" as const } : {}) },
  ];
}

/** The pinned card is where people look first: it leads to what the pause waits for. */
function pauseButtons(pause: Pause): Button[] {
  if (statusOf(pause) === "ready") return [{ ...executeButton(pause), label: `Execute ${pause.id}` }];
  return [{ label: `Show ${pause.id}`, command: "pause status", input: { proposal: pause.id }, style: "primary" }];
}

/** The playbook of the kind that was declared, else the severity's; the first there is, where the plan names none. */
function startButton(app: Pick<App, "plan" | "playbooks">, incident: Incident): Button[] {
  if (incident.runs.some(({ playbook }) => playbook !== app.plan().closing)) return [];
  const playbooks = app.playbooks();
  const known = (key: string | undefined) => (playbooks.some((one) => one.key === key) ? key : undefined);
  const offered = known(incident.playbook) ?? app.plan().playbooks[incident.severity] ?? playbooks[0]?.key;
  return [
    {
      label: "Start the playbook",
      command: "playbook start",
      input: { incident: incident.id, ...(offered && { playbook: offered }) },
      ...(pauseUnderWay(incident) === undefined ? { style: "primary" as const } : {}),
    },
  ];
}

/** A plan that says nothing of this severity leaves the pause where it can be found; one that says none moves it back. */
function callsForPause({ severities }: LoadedPlan, { severity }: Incident): boolean {
  return severities[severity]?.pause !== "none";
}

/** What the severity calls for comes first: everything, or what is affected. */
function proposeButtons(plan: LoadedPlan, incident: Incident): Button[] {
  const input = { incident: incident.id };
  const isNew = incident.pauses.length === 0;
  const danger = isNew && callsForPause(plan, incident) ? { style: "danger" as const } : {};
  const one: Button = { label: "Propose a pause…", command: "pause propose", input };
  if (ruleFor(plan, incident.severity).pause !== "all") return [{ ...one, ...danger }];
  const everything = stopsEverything(plan);
  if (everything === undefined) return [{ ...one, label: "Stop everything…", ...danger }];
  const isOpen = openPauses(incident).some(
    ({ facts }) => facts.group === everything.key || facts.intervention === everything.key,
  );
  const stop: Button = {
    label: "Stop everything…",
    command: "pause propose",
    input: { ...input, intervention: everything.key },
    ...danger,
    confirm: {
      title: "Stop everything?",
      text: `This proposes: ${everything.title}. The owners are asked to sign. Nothing runs on the chain before they have.`,
      yes: "Propose it",
    },
  };
  return isOpen ? [one] : [stop, one];
}

/** Users are to be told now, or everybody is to hear again and again where it stands. */
function wantsUpdates(plan: LoadedPlan, incident: Incident): boolean {
  return usersToTell(plan, incident) || ruleFor(plan, incident.severity).updateEvery !== undefined;
}

/** So many roles are offered at once; the card's words name them all. */
const TAKEN_AT_ONCE = 3;

function takeButtons(plan: LoadedPlan, incident: Incident): Button[] {
  return missingRoles(incident, plan)
    .slice(0, TAKEN_AT_ONCE)
    .map((role) => ({
      label: `Take ${role}`,
      command: "incident claim",
      input: { incident: incident.id, role },
    }));
}

function bleedingStopped(input: { incident: string }): Button {
  return {
    label: "Bleeding stopped",
    command: "incident status",
    input: { ...input, status: "mitigated" },
    confirm: {
      title: "Has the bleeding stopped?",
      text: "The status becomes MITIGATED, here and in the alerts channel. It changes nothing on the chain.",
      yes: "It has stopped",
    },
  };
}
