import { platformOf, type UserRef } from "../../core/ids.ts";
import { type Incident, isOver, openPauses, roomOn } from "../../core/incident.ts";
import { currentStep } from "../../core/playbook-state.ts";
import type { SeverityNames } from "../../core/severity-rule.ts";
import type { Block, View } from "../view.ts";
import { dueLine } from "./due-line.ts";
import { callsFor } from "./page-lines.ts";
import { pauseNeeds, severityWord, statusWord } from "./words.ts";

/** What is open, who leads, what is due: App Home and `/incident list`. Newest first. */
export function homeCard(
  plan: SeverityNames,
  incidents: Incident[],
  user: UserRef,
  { all = false, now }: { all?: boolean; now?: Date } = {},
): View {
  const open = incidents.filter((incident) => !isOver(incident));
  const closed = incidents.filter(isOver).slice(0, all ? 20 : 5);
  const body: Block[] = [];
  const calls = callsFor(plan, open, user);
  body.push(...calls.blocks);
  if (open.length === 0) body.push({ kind: "text", text: "No incident is open. Quiet is good." });
  for (const incident of open.slice(0, 15))
    body.push(...incidentLines(plan, incident, { chat: platformOf(user), now }));
  if (open.length > 15)
    body.push({ kind: "text", quiet: true, text: `… and ${open.length - 15} more open incidents.` });
  if (closed.length > 0) {
    body.push({
      kind: "text",
      quiet: true,
      text: ["Over lately: ", closed.map(({ id, title, status }) => `${id} ${title} (${status})`).join(" · ")],
    });
  }
  return {
    tone: open.length > 0 ? "warning" : "good",
    title: open.length === 0 ? "No open incidents" : `${open.length} open incident${open.length === 1 ? "" : "s"}`,
    body,
    buttons: [
      ...calls.buttons,
      { label: "Declare an incident…", command: "incident declare", input: {}, style: "danger" },
    ],
  };
}

function incidentLines(
  plan: SeverityNames,
  incident: Incident,
  { chat, now }: { chat: string; now: Date | undefined },
): Block[] {
  const timed = dueLine(incident, plan, now);
  const room = roomOn(incident, chat);
  const commander = incident.roles["incident commander"];
  const steps = incident.runs.flatMap((run) => currentStep(run)?.step.do ?? []);
  const due = [...openPauses(incident).map((pause) => `${pause.id} ${pauseNeeds(pause)}`), ...steps];
  return [
    {
      kind: "text",
      text: [
        { bold: incident.id },
        ` ${severityWord(incident.severity, plan)} · ${statusWord(incident)} · ${incident.title}`,
      ],
    },
    {
      kind: "fields",
      fields: [
        { label: "Leads", value: commander === undefined ? "nobody yet" : [{ person: commander }] },
        {
          label: "Room",
          value: room === undefined ? "opening…" : [room],
        },
        { label: "Due now", value: due.join("; ") || "nothing" },
        ...(timed === undefined ? [] : [{ label: "By when", value: timed }]),
      ],
    },
  ];
}
