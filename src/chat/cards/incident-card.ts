import { actWords, isPause } from "../../core/act-words.ts";
import { type Incident, isOver, pauseUnderWay, roomOn, WRITING_STEP } from "../../core/incident.ts";
import { statusOf } from "../../core/pause-state.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import { currentStep, progressOf } from "../../core/playbook-state.ts";
import type { App } from "../../core/ports.ts";
import { missingRoles } from "../../core/roles.ts";
import type { SeverityNames } from "../../core/severity-rule.ts";
import type { Block, Text, View } from "../view.ts";
import { afterwardsBlocks } from "./closing-card.ts";
import { toldBlocks } from "./contacts-card.ts";
import { dueBlocks } from "./due-line.ts";
import { incidentButtons } from "./incident-buttons.ts";
import { pageBlocks } from "./page-lines.ts";
import { roleBlocks } from "./roles-block.ts";
import { severityBlocks } from "./severity-block.ts";
import {
  byReason,
  chatName,
  named,
  pauseNeeds,
  pauseWordOf,
  severityTone,
  severityWord,
  statusWord,
  who,
} from "./words.ts";

/** The pinned card: what is happening, who leads, what to do now. One message, edited in place. */
export function incidentCard(app: Pick<App, "plan" | "playbooks">, incident: Incident): View {
  const commander = incident.roles["incident commander"];
  const body: Block[] = [
    {
      kind: "fields",
      fields: [
        { label: "Severity", value: severityWord(incident.severity, app.plan()) },
        { label: "Status", value: statusWord(incident) },
        { label: "Commander", value: commander === undefined ? "nobody yet" : [{ person: commander }] },
        ...kindField(app, incident),
        {
          label: "Declared",
          value: [{ time: incident.declaredAt }, " by ", who(incident.declaredBy, incident.declaredByName)],
        },
      ],
    },
    { kind: "text", text: [{ bold: "Now: " }, ...nextAction(app.plan(), incident)] },
    ...pageBlocks(app.plan(), incident),
    ...dueBlocks(app.plan(), incident),
    ...severityBlocks(app.plan(), incident),
    ...roleBlocks(app.plan(), incident),
    ...(incident.description === undefined ? [] : [{ kind: "quote" as const, text: incident.description }]),
    ...pauseBlocks(incident),
    ...runBlocks(incident),
    ...toldBlocks(app.plan(), incident),
    ...afterwardsBlocks(app, incident),
    ...troubleBlocks(incident),
  ];
  return {
    tone: isOver(incident) ? "good" : severityTone(incident.severity),
    title: `${incident.drill ? "DRILL " : ""}${incident.id} ${incident.title}`,
    body,
    buttons: incidentButtons(app, incident),
  };
}

/** The kind that was declared, by its playbook's title. */
function kindField({ playbooks }: Pick<App, "playbooks">, { playbook }: Incident): { label: string; value: string }[] {
  if (playbook === undefined) return [];
  return [{ label: "Kind", value: playbooks().find(({ key }) => key === playbook)?.title ?? playbook }];
}

function nextAction(plan: LoadedPlan, incident: Incident): Exclude<Text, string> {
  if (isOver(incident)) return [`${incident.status}. ${incident.resolution?.summary ?? ""}`];
  const pause = pauseUnderWay(incident);
  if (pause !== undefined) return [{ bold: pause.id }, ` ${pauseNeeds(pause)}.`];
  // What is left of an old checklist is not what a reopened incident needs first.
  const runs = incident.runs.filter(({ playbook }) => playbook !== plan.closing);
  const step = runs.map(currentStep).find((one) => one !== undefined);
  if (step !== undefined) return [step.step.do];
  if (incident.status === "mitigated") return ["find the cause and mend it, then press Resolve."];
  const paused = incident.pauses.find((pause) => pause.verified !== undefined && isPause(pause));
  if (paused !== undefined) {
    return [{ bold: paused.id }, " is paused. Look for value that still moves; if none does, press Bleeding stopped."];
  }
  if (incident.roles["incident commander"] === undefined) {
    const isWanted = missingRoles(incident, plan).includes("incident commander");
    return [`say who leads: press ${isWanted ? "Take incident commander" : "Assign a role"}.`];
  }
  const pauseWanted = plan.severities[incident.severity]?.pause;
  if (pauseWanted === "none") return ["start a playbook. This severity calls for no pause."];
  if (pauseWanted === "all") return ["start a playbook, or press Stop everything if money is leaving."];
  return ["start a playbook, or propose the pause if money is leaving."];
}

/** What "Now" is about is not said twice. */
function pauseBlocks(incident: Incident): Block[] {
  const first = pauseUnderWay(incident);
  return incident.pauses.map((pause) => ({
    kind: "text" as const,
    text: [
      { bold: `${pause.id} ${pause.facts.title}` },
      `: ${pauseWordOf(pause)}`,
      ...(statusOf(pause) === "collecting" && pause !== first ? [`, ${pauseNeeds(pause)}`] : []),
      ...(pause.verified === undefined ? [] : [` in block ${pause.verified.blockNumber}`]),
    ],
  }));
}

function runBlocks(incident: Incident): Block[] {
  return incident.runs.map((run) => ({
    kind: "progress" as const,
    label: `${run.id} ${run.text.title}`,
    ...progressOf(run),
  }));
}

/** What the chat refused, said once and in full: nobody is left out in silence. */
function troubleBlocks(incident: Incident): Block[] {
  const lines: Text[] = [
    ...byReason(incident.notInvited).map(
      ({ why, code, users }): Text => ["Not invited: ", ...named(users), `, ${why} `, { code }],
    ),
    ...incident.degraded.map(
      ({ chat, step, code, why, remedy }): Text => [
        `${Object.keys(incident.chats).length > 1 ? `${chatName(chat)}: ` : ""}${step}: ${why} `,
        { code },
        ` ${remedy}`,
      ],
    ),
  ];
  return lines.map((text) => ({ kind: "text", quiet: true, text }));
}

/** A room that can't be written to can't say so itself. */
function roomTrouble(incident: Incident, chat: string): Exclude<Text, string> {
  const trouble = incident.degraded.find((known) => known.chat === chat && known.step === WRITING_STEP);
  if (trouble === undefined) return [];
  return [" can't be written to ", { code: trouble.code }, ` ${trouble.remedy}`];
}

/** What `#security-alerts` is told: that it is happening, how bad, and where it stands. Never the vulnerability. */
export function alertCard(plan: SeverityNames, incident: Incident, chat: string): View {
  const room = roomOn(incident, chat);
  const paused = incident.pauses.filter((pause) => pause.verified !== undefined);
  const commander = incident.roles["incident commander"];
  return {
    tone: isOver(incident) ? "good" : severityTone(incident.severity),
    title: `${incident.drill ? "DRILL " : ""}${incident.id} ${severityWord(incident.severity, plan)} ${statusWord(incident)}`,
    body: [
      {
        kind: "fields",
        fields: [
          { label: "Declared", value: [{ time: incident.declaredAt }] },
          { label: "Commander", value: commander === undefined ? "nobody yet" : [{ person: commander }] },
          {
            label: "Room",
            value: room === undefined ? "opening…" : [room, ...roomTrouble(incident, chat)],
          },
          {
            label: "On-chain",
            value:
              paused
                .map(
                  ({ facts, verified }) =>
                    `${actWords(facts.act).done} ${facts.target.label}, block ${verified?.blockNumber}`,
                )
                .join("; ") || "nothing paused",
          },
        ],
      },
      ...(incident.lastUpdate === undefined ? [] : [{ kind: "quote" as const, text: incident.lastUpdate.text }]),
      { kind: "text", quiet: true, text: "Details stay in the incident's room. Do not discuss the cause here." },
    ],
    buttons: [],
  };
}
