import { actWords, isPause } from "../../core/act-words.ts";
import { type Incident, isOver, openPauses, roomOn, WRITING_STEP } from "../../core/incident.ts";
import { type Pause, statusOf } from "../../core/pause-state.ts";
import { currentStep, stepsDone } from "../../core/playbook-state.ts";
import type { App } from "../../core/ports.ts";
import type { Block, Button, Text, View } from "../view.ts";
import { executeButton } from "./pause-buttons.ts";
import { chatName, pauseNeeds, pauseWordOf, severityTone, severityWord, statusWord, who } from "./words.ts";

/** The pinned card: what is happening, who leads, what to do now. One message, edited in place. */
export function incidentCard(app: Pick<App, "plan" | "playbooks">, incident: Incident): View {
  const commander = incident.roles["incident commander"];
  const body: Block[] = [
    {
      kind: "fields",
      fields: [
        { label: "Severity", value: severityWord[incident.severity] },
        { label: "Status", value: statusWord(incident) },
        { label: "Commander", value: commander === undefined ? "nobody yet" : [{ person: commander }] },
        {
          label: "Declared",
          value: [{ time: incident.declaredAt }, " by ", who(incident.declaredBy, incident.declaredByName)],
        },
      ],
    },
    { kind: "text", text: [{ bold: "Now: " }, ...nextAction(incident)] },
    ...(incident.description === undefined ? [] : [{ kind: "quote" as const, text: incident.description }]),
    ...pauseBlocks(incident),
    ...runBlocks(incident),
    ...troubleBlocks(incident),
  ];
  return {
    tone: isOver(incident) ? "good" : severityTone(incident.severity),
    title: `${incident.drill ? "DRILL " : ""}${incident.id} ${incident.title}`,
    body,
    buttons: buttons(app, incident),
  };
}

function nextAction(incident: Incident): Exclude<Text, string> {
  if (isOver(incident)) return [`resolved. ${incident.resolution?.summary ?? ""}`];
  const pause = pauseUnderWay(incident);
  if (pause !== undefined) return [{ bold: pause.id }, ` ${pauseNeeds(pause)}.`];
  const step = incident.runs.map(currentStep).find((one) => one !== undefined);
  if (step !== undefined) return [step.step.do];
  if (incident.status === "mitigated") return ["find the cause and mend it, then press Resolve."];
  const paused = incident.pauses.find((pause) => pause.verified !== undefined && isPause(pause));
  if (paused !== undefined) {
    return [{ bold: paused.id }, " is paused. Look for value that still moves; if none does, press Bleeding stopped."];
  }
  if (incident.roles["incident commander"] === undefined) return ["say who leads: press Assign a role."];
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
    done: stepsDone(run),
    total: run.steps.length,
  }));
}

/** The oldest proposal that is open and not yet proven: everything waits for it. */
function pauseUnderWay(incident: Incident): Pause | undefined {
  return openPauses(incident).find((pause) => pause.verified === undefined);
}

/** What the chat refused, said once and in full: nobody is left out in silence. */
function troubleBlocks(incident: Incident): Block[] {
  const lines: Text[] = [
    ...incident.notInvited.map(
      ({ user, code, why }): Text => ["Not invited: ", { person: user }, `, ${why} `, { code }],
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

function buttons(app: Pick<App, "plan" | "playbooks">, incident: Incident): Button[] {
  const input = { incident: incident.id };
  if (isOver(incident)) {
    return [
      { label: "Export the timeline", command: "incident export", input },
      { label: "Reopen…", command: "incident reopen", input },
    ];
  }
  const verified = incident.pauses.some((pause) => pause.verified !== undefined);
  const pause = pauseUnderWay(incident);
  const offered = app.plan().playbooks[incident.severity] ?? app.playbooks()[0]?.key;
  const start: Button[] =
    incident.runs.length > 0
      ? []
      : [
          {
            label: "Start the playbook",
            command: "playbook start",
            input: offered ? { ...input, playbook: offered } : input,
            ...(pause === undefined ? { style: "primary" as const } : {}),
          },
        ];
  const proposed = incident.pauses.length > 0;
  return [
    ...(pause === undefined ? [] : pauseButtons(pause)),
    ...start,
    { label: "Propose a pause…", command: "pause propose", input, ...(proposed ? {} : { style: "danger" as const }) },
    { label: "Assign a role…", command: "incident assign", input },
    { label: "Note…", command: "incident note", input },
    { label: "Change severity…", command: "incident severity", input },
    ...(incident.status === "active"
      ? [
          {
            label: "Bleeding stopped",
            command: "incident status",
            input: { ...input, status: "mitigated" },
            confirm: {
              title: "Has the bleeding stopped?",
              text: "The status becomes MITIGATED, here and in the alerts channel. It changes nothing on the chain.",
              yes: "It has stopped",
            },
          },
        ]
      : []),
    { label: "Resolve…", command: "incident resolve", input, ...(verified ? { style: "primary" as const } : {}) },
  ];
}

/** The pinned card is where people look first: it leads to what the pause waits for. */
function pauseButtons(pause: Pause): Button[] {
  if (statusOf(pause) === "ready") return [{ ...executeButton(pause), label: `Execute ${pause.id}` }];
  return [{ label: `Show ${pause.id}`, command: "pause status", input: { proposal: pause.id }, style: "primary" }];
}

/** A room that can't be written to can't say so itself. */
function roomTrouble(incident: Incident, chat: string): Exclude<Text, string> {
  const trouble = incident.degraded.find((known) => known.chat === chat && known.step === WRITING_STEP);
  if (trouble === undefined) return [];
  return [" can't be written to ", { code: trouble.code }, ` ${trouble.remedy}`];
}

/** What `#security-alerts` is told: that it is happening, how bad, and where it stands. Never the vulnerability. */
export function alertCard(incident: Incident, chat: string): View {
  const room = roomOn(incident, chat);
  const paused = incident.pauses.filter((pause) => pause.verified !== undefined);
  const commander = incident.roles["incident commander"];
  return {
    tone: isOver(incident) ? "good" : severityTone(incident.severity),
    title: `${incident.drill ? "DRILL " : ""}${incident.id} ${severityWord[incident.severity]} ${statusWord(incident)}`,
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
