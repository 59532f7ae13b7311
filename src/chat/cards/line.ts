import { platformOf } from "../../core/ids.ts";
import type { StoredEvent } from "../../core/timeline.ts";
import type { Span, View } from "../view.ts";
import { chatName, severityWord, who } from "./words.ts";

/** One event as one line in the room: what happened and who did it. Undefined for events that a card already shows. */
export function lineView(stored: StoredEvent): View | undefined {
  const said = sayEvent(stored);
  if (said === undefined) return undefined;
  const tone =
    stored.event.kind === "pause.verified" ? "good" : stored.event.kind === "pause.failed" ? "danger" : "neutral";
  return {
    tone,
    title: said.title,
    body: said.text.length === 0 ? [] : [{ kind: "text", text: said.text }],
    buttons: [],
  };
}

function sayEvent({ event, by, byName }: StoredEvent): { title: string; text: Span[] } | undefined {
  const person = who(by, byName);
  switch (event.kind) {
    case "severity.changed":
      return {
        title: `Severity: ${severityWord[event.from]} → ${severityWord[event.to]}`,
        text: [person, event.reason === undefined ? "" : `: ${event.reason}`],
      };
    case "status.changed":
      return {
        title: `Status: ${event.from} → ${event.to}`,
        text: [person, event.reason === undefined ? "" : `: ${event.reason}`],
      };
    case "incident.resolved":
      return { title: "Resolved", text: [person, `: ${event.summary}`] };
    case "incident.reopened":
      return { title: "Reopened", text: [person, `: ${event.reason}`] };
    case "role.assigned":
      return { title: `New ${event.role}`, text: [{ person: event.user }, ", assigned by ", person] };
    case "note.added":
      return { title: event.action ? "Action item" : "Note", text: [person, `: ${event.text}`] };
    case "update.posted":
      return { title: "Update", text: [person, `: ${event.text}`] };
    case "message.captured":
      return {
        title: `On the timeline, from ${chatName(platformOf(event.message))}`,
        text: [
          event.authorName ?? (event.author === undefined ? "somebody" : { person: event.author }),
          `: ${event.text ?? "(its text can be read there only)"}`,
        ],
      };
    case "message.retracted":
      return { title: `Off the timeline, on ${chatName(platformOf(event.message))}`, text: [person] };
    case "pause.declined":
      return { title: `${event.proposal}: declined`, text: [person, `: ${event.reason}`] };
    case "pause.withdrawn":
      return { title: `${event.proposal}: withdrawn`, text: [person, `: ${event.reason}`] };
    case "pause.safe_changed":
      return {
        title: `${event.proposal}: the Safe changed`,
        text: [
          `Now ${event.threshold} of ${event.owners.length}, nonce ${event.nonce}, seen in block ${event.blockNumber}.`,
        ],
      };
    case "pause.execution_requested":
      return {
        title: `${event.proposal}: executing`,
        text: [event.cause === "press" ? person : "The plan says at once", ". The transaction is being sent."],
      };
    case "pause.verified":
      return {
        title: `${event.proposal}: PAUSED, and verified`,
        text: [event.checks.map(({ detail }) => (detail.endsWith(".") ? detail : `${detail}.`)).join(" ")],
      };
    case "pause.final":
      return { title: `${event.proposal}: PAUSED (final)`, text: [`Final as of block ${event.blockNumber}.`] };
    case "pause.failed":
      return { title: `${event.proposal}: FAILED`, text: [`${event.why} ${event.remedy}`] };
    case "pause.blocked":
      return { title: `${event.proposal}: waiting for a person`, text: [`${event.why} ${event.remedy}`] };
    case "pause.reorged":
      return {
        title: `${event.proposal}: the block was reorganised away`,
        text: ["The same transaction is being sent again. It is NOT paused until this says so."],
      };
    case "bot.restarted":
      return { title: "Allstop was restarted", text: [`It was away for ${seconds(event.awayMs)}. Nothing was lost.`] };
    default:
      return undefined;
  }
}

/** The timeline's head, to be kept where we can't rewrite it. */
export function headLine(incident: string, seq: number, hash: string): View {
  return {
    tone: "neutral",
    title: `${incident}: the timeline at event ${seq}`,
    body: [
      { kind: "code", label: "sha256", code: hash },
      { kind: "text", quiet: true, text: "An export of this incident must hold the same hash at the same event." },
    ],
    buttons: [],
  };
}

function seconds(ms: number): string {
  return ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
