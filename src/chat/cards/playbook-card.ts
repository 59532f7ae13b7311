import { type Incident, isOver } from "../../core/incident.ts";
import type { Playbook } from "../../core/playbook-file.ts";
import { currentStep, type Run, type StepState, stepsDone } from "../../core/playbook-state.ts";
import type { Block, Button, Text, View } from "../view.ts";
import { who } from "./words.ts";

/** One current step at a time: what, why, who; then the buttons that move it. */
export function playbookCard(incident: Incident, run: Run): View {
  const current = currentStep(run);
  const body: Block[] = [
    { kind: "progress", label: "Progress", done: stepsDone(run), total: run.steps.length },
    ...(current === undefined ? [] : stepBlocks(incident, run, current)),
  ];
  if (current === undefined) body.unshift({ kind: "text", text: "All steps are done or skipped." });
  return {
    tone: current === undefined ? "good" : "info",
    title: `${run.id} ${run.text.title}`,
    body,
    buttons: current === undefined || isOver(incident) ? [] : buttons(incident, run, current),
    // Twelve steps would push the one that is due, and its buttons, off a phone's screen.
    details: [{ kind: "checklist", items: run.steps.map((step) => item(step, current)) }],
  };
}

function stepBlocks(incident: Incident, run: Run, current: StepState): Block[] {
  const number = run.steps.indexOf(current) + 1;
  const holder = current.assignee ?? (current.step.role && incident.roles[current.step.role]);
  const whose: Text = holder !== undefined ? [{ person: holder }] : (current.step.role ?? "whoever is here");
  return [
    { kind: "text", text: [{ bold: `Step ${number}: ${current.step.do}` }] },
    {
      kind: "fields",
      fields: [
        { label: "Who", value: whose },
        { label: "Why", value: current.step.why },
      ],
    },
    ...current.notes.map(
      ({ text, by, byName }): Block => ({ kind: "text", quiet: true, text: [who(by, byName), `: ${text}`] }),
    ),
    ...(current.step.check === undefined
      ? []
      : [
          {
            kind: "text" as const,
            quiet: true,
            text: "Allstop checks this itself on the chain, and goes on when it holds.",
          },
        ]),
  ];
}

function item(step: StepState, current: StepState | undefined) {
  const behind = step.state === "passed" ? ("skipped" as const) : step.state;
  const state = behind !== "todo" ? behind : step === current ? ("current" as const) : ("todo" as const);
  const by: Text = step.by === undefined ? [] : [who(step.by), step.remark === undefined ? "" : `: ${step.remark}`];
  return { text: step.step.do, state, detail: step.by === undefined ? undefined : by };
}

function buttons(incident: Incident, run: Run, { step }: StepState): Button[] {
  const input = { incident: incident.id, run: run.id, step: step.id };
  const offer: Button[] =
    step.offer === undefined
      ? []
      : [
          {
            label: step.offer.label,
            command: step.offer.command,
            input: { ...step.offer.input, incident: incident.id },
            style: step.offer.command.startsWith("pause ") ? "danger" : "primary",
          },
        ];
  return [
    ...offer,
    {
      label: "Complete",
      command: "playbook complete",
      input,
      ...(offer.length === 0 ? { style: "primary" as const } : {}),
    },
    { label: "Skip…", command: "playbook skip", input },
    { label: "Assign…", command: "playbook assign", input },
    { label: "Note…", command: "playbook note", input },
  ];
}

export function playbookListCard(playbooks: Playbook[], incident: Incident | undefined): View {
  const running = incident?.runs ?? [];
  return {
    tone: "info",
    title: "Playbooks",
    body: [
      ...running.map(
        (run): Block => ({
          kind: "progress",
          label: `${run.id} ${run.text.title}`,
          done: stepsDone(run),
          total: run.steps.length,
        }),
      ),
      {
        kind: "fields",
        fields: playbooks.map(({ key, title, summary, steps }) => ({
          label: `${title} · ${steps.length} steps`,
          value: [{ code: key }, ` ${summary}`],
        })),
      },
    ],
    buttons:
      incident === undefined || isOver(incident)
        ? []
        : playbooks.slice(0, 5).map(({ key, title }) => ({
            label: `Start: ${title}`,
            command: "playbook start",
            input: { incident: incident.id, playbook: key },
          })),
  };
}
