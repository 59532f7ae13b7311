import type { Incident } from "../../core/incident.ts";
import type { Playbook } from "../../core/playbook-file.ts";
import { progressOf } from "../../core/playbook-state.ts";
import { stalePlaybooks } from "../../core/review.ts";
import type { Block, CommandButton, View } from "../view.ts";

/** Those that fit the severity have a button of their own; all others are one press further. */
const STARTS_SHOWN_MAX = 4;

export function playbookListCard(playbooks: Playbook[], incident: Incident | undefined, now: Date): View {
  const running = incident?.runs ?? [];
  const stale = stalePlaybooks(playbooks, now);
  return {
    tone: "info",
    title: "Playbooks",
    body: [
      ...running.map((run): Block => ({ kind: "progress", label: `${run.id} ${run.text.title}`, ...progressOf(run) })),
      {
        kind: "fields",
        fields: playbooks.map(({ key, title, summary, symptoms, steps }) => ({
          label: `${title} · ${steps.length} steps`,
          value: [
            { code: key },
            ` ${summary}`,
            ...(symptoms.length === 0 ? [] : [{ italic: ` How it looks: ${symptoms.slice(0, 3).join("; ")}` }]),
          ],
        })),
      },
      ...(stale.length === 0
        ? []
        : [
            {
              kind: "text" as const,
              quiet: true,
              text: `Walk through these again in peace time: ${stale.map(({ playbook, says }) => `${playbook.key} (${says.replace(/\.$/, "")})`).join("; ")}.`,
            },
          ]),
    ],
    buttons: incident === undefined || incident.status === "closed" ? [] : starts(playbooks, incident),
  };
}

function starts(playbooks: Playbook[], { id: incident, severity }: Incident): CommandButton[] {
  const fitting = playbooks.filter(({ severities }) => severities.includes(severity));
  const shown = (fitting.length > 0 ? fitting : playbooks).slice(0, STARTS_SHOWN_MAX);
  const others = playbooks.length > shown.length;
  return [
    ...shown.map(({ key, title }) => ({
      label: shortLabel(`Start: ${title}`),
      command: "playbook start",
      input: { incident, playbook: key },
    })),
    ...(others ? [{ label: "Start another…", command: "playbook start", input: { incident } }] : []),
  ];
}

/** A title of 80 characters and the words before it are more than a button holds. */
function shortLabel(label: string): string {
  return label.length <= 75 ? label : `${label.slice(0, 74).trimEnd()}…`;
}
