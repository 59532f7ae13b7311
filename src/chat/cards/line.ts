import { actWords } from "../../core/act-words.ts";
import { platformOf } from "../../core/ids.ts";
import type { Roster } from "../../core/roster.ts";
import { sayChange } from "../../core/safe-words.ts";
import type { SeverityNames } from "../../core/severity-rule.ts";
import type { StoredEvent } from "../../core/timeline.ts";
import type { Span, Tone, View } from "../view.ts";
import { sayLadder } from "./ladder-line.ts";
import { sayPage } from "./page-lines.ts";
import { namedOwners, sayRivals } from "./pause-warnings.ts";
import { chatName, severityWord, who } from "./words.ts";

/** One event as one line in the room: what happened and who did it. Undefined for events that a card already shows. */
export function lineView(stored: StoredEvent, roster?: Roster, plan?: SeverityNames): View | undefined {
  const said = sayEvent(stored, roster, plan);
  if (said === undefined) return undefined;
  return {
    tone: toneOf(stored),
    title: said.title,
    body: said.text.length === 0 ? [] : [{ kind: "text", text: said.text }],
    buttons: [],
  };
}

function toneOf({ event }: StoredEvent): Tone {
  switch (event.kind) {
    case "pause.verified":
      return "good";
    case "pause.failed":
    case "pause.checked":
      return "danger";
    case "pause.simulated":
      return event.ok ? "neutral" : "danger";
    case "pause.safe_changed":
    case "pause.rivals_changed":
    case "pause.provider_doubted":
      return "warning";
    default:
      return "neutral";
  }
}

function sayEvent(
  { event, by, byName }: StoredEvent,
  roster: Roster | undefined,
  plan: SeverityNames | undefined,
): { title: string; text: Span[] } | undefined {
  const person = who(by, byName);
  switch (event.kind) {
    case "severity.changed":
      return {
        title: `Severity: ${severityWord(event.from, plan)} → ${severityWord(event.to, plan)}`,
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
    case "incident.closed":
      return {
        title: "Closed",
        text: [person, event.noNewRisk === undefined ? "" : `. No new risk: ${event.noNewRisk}`],
      };
    case "risk.linked":
      return { title: `${event.isNew ? "New risk" : "Known risk"}: ${event.risk}`, text: [person, `: ${event.title}`] };
    case "role.assigned":
      return {
        title: `New ${event.role}`,
        text: [{ person: event.user }, ...(event.user === by ? [" took it"] : [", assigned by ", person])],
      };
    case "role.offer_declined":
      return {
        title: `${event.role}: not taken`,
        text: [{ person: event.user }, ` declined it${event.reason === undefined ? "" : `: ${event.reason}`}`],
      };
    case "note.added":
      return { title: event.action ? "Action item" : "Note", text: [person, `: ${event.text}`] };
    case "contact.notified":
      return { title: `Told outside: ${event.name} of ${event.dependency}`, text: [person, `: ${event.text}`] };
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
    case "pause.signature_lapsed":
      return {
        title: `${event.proposal}: a signature stopped counting`,
        text: ["What ", { code: event.owner }, ` gave no longer holds: ${event.why}`],
      };
    case "pause.safe_changed":
      return { title: `${event.proposal}: the Safe changed`, text: namedOwners(sayChange(event), roster) };
    case "pause.rivals_changed":
      return {
        title: `${event.proposal}: another transaction can void it`,
        text: [
          `Signed in full for the same nonce: ${sayRivals(event.rivals)}. `,
          "Anyone can send it, and then this one can never run. Sign and send this one first, or be ready to propose again.",
        ],
      };
    case "pause.simulated":
      return event.ok
        ? { title: `${event.proposal}: it would succeed again`, text: [event.detail] }
        : {
            title: `${event.proposal}: it would FAIL as things stand`,
            text: [`Block ${event.blockNumber}. ${event.detail}`],
          };
    case "pause.checked":
      return event.ok
        ? undefined
        : {
            title: `${event.proposal}: the final check FAILED`,
            text: [
              event.detail,
              event.when === "before"
                ? " Nothing was sent. It is checked again at the next block."
                : " It was sent all the same, as speed comes first: what the chain makes of it is said here.",
            ],
          };
    case "pause.provider_doubted":
      return {
        title: event.fault === "behind" ? "An RPC provider lags behind" : "An RPC provider is contradicted",
        text: [event.detail],
      };
    case "pause.execution_requested":
      return {
        title: `${event.proposal}: executing`,
        text: [event.cause === "press" ? person : "The plan says at once", ". The transaction is being sent."],
      };
    case "pause.verified":
      return {
        title: `${event.proposal}: ${actWords(event.act).done}, and verified`,
        text: [event.checks.map(({ detail }) => (detail.endsWith(".") ? detail : `${detail}.`)).join(" ")],
      };
    case "pause.final":
      return {
        title: `${event.proposal}: ${actWords(event.act).done} (final)`,
        text: [`Block ${event.blockNumber}, which holds it, is final.`],
      };
    case "pause.failed":
      return { title: `${event.proposal}: FAILED`, text: [`${event.why} ${event.remedy}`] };
    case "pause.blocked":
      return { title: `${event.proposal}: waiting for a person`, text: [`${event.why} ${event.remedy}`] };
    case "pause.reorged":
      return {
        title: `${event.proposal}: the block was reorganised away`,
        text: ["What Allstop has sent, it is sending again. It is NOT paused until this says so."],
      };
    case "pause.attempt_lost":
      return {
        title: `${event.proposal}: a second attempt came too late`,
        text: [`${event.why} It changed nothing, and it is no failure: the pause ran once.`],
      };
    case "bot.restarted":
      return { title: "Allstop was restarted", text: [`It was away for ${seconds(event.awayMs)}. Nothing was lost.`] };
    default:
      return sayPage(event, person) ?? sayLadder(event, person);
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
