import { platformOf, type UserRef } from "../../core/ids.ts";
import { type Incident, isOver, openPauses, roomOn } from "../../core/incident.ts";
import { currentStep } from "../../core/playbook-state.ts";
import type { Block, View } from "../view.ts";
import { pauseNeeds, severityWord, statusWord } from "./words.ts";

/** What is open, who leads, what is due: App Home and `/incident list`. Newest first. */
export function homeCard(incidents: Incident[], user: UserRef, { all = false } = {}): View {
  const open = incidents.filter((incident) => !isOver(incident));
  const closed = incidents.filter(isOver).slice(0, all ? 20 : 5);
  const body: Block[] = [];
  if (open.length === 0) body.push({ kind: "text", text: "No incident is open. Quiet is good." });
  for (const incident of open.slice(0, 15)) body.push(...incidentLines(incident, platformOf(user)));
  if (open.length > 15)
    body.push({ kind: "text", quiet: true, text: `… and ${open.length - 15} more open incidents.` });
  if (closed.length > 0) {
    body.push({
      kind: "text",
      quiet: true,
      text: ["Resolved lately: ", closed.map(({ id, title }) => `${id} ${title}`).join(" · ")],
    });
  }
  return {
    tone: open.length > 0 ? "warning" : "good",
    title: open.length === 0 ? "No open incidents" : `${open.length} open incident${open.length === 1 ? "" : "s"}`,
    body,
    buttons: [{ label: "Declare an incident…", command: "incident declare", input: {}, style: "danger" }],
  };
}

function incidentLines(incident: Incident, chat: string): Block[] {
  const room = roomOn(incident, chat);
  const commander = incident.roles["incident commander"];
  const steps = incident.runs.flatMap((run) => currentStep(run)?.step.do ?? []);
  const due = [...openPauses(incident).map((pause) => `${pause.id} ${pauseNeeds(pause)}`), ...steps];
  return [
    {
      kind: "text",
      text: [
        { bold: incident.id },
        ` ${severityWord[incident.severity]} · ${statusWord(incident)} · ${incident.title}`,
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
      ],
    },
  ];
}
