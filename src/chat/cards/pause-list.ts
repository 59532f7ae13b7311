import { type Incident, openPauses } from "../../core/incident.ts";
import type { View } from "../view.ts";
import { pauseNeeds, pauseWordOf } from "./words.ts";

/** Every open proposal, and the newest that are over. */
export function pauseListCard(incidents: Incident[]): View {
  const open = incidents.flatMap(openPauses);
  const over = incidents.flatMap(({ pauses }) => pauses).filter((pause) => !open.includes(pause));
  const shown = [...open, ...over].slice(0, 10);
  return {
    tone: open.length > 0 ? "warning" : "neutral",
    title: open.length === 0 ? "No open pause proposals" : `${open.length} open`,
    body: shown.map((pause) => ({
      kind: "text",
      text: [
        { bold: pause.id },
        ` ${pause.facts.title} (${pause.incident}): ${pauseWordOf(pause)}`,
        open.includes(pause) ? `, ${pauseNeeds(pause)}` : "",
      ],
    })),
    buttons: open
      .slice(0, 5)
      .map(({ id }) => ({ label: `Show ${id}`, command: "pause status", input: { proposal: id } })),
  };
}
