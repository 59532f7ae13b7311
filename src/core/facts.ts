import { actWords } from "./act-words.ts";
import type { Rival } from "./pause-shapes.ts";
import { plainText, sayChange } from "./safe-words.ts";
import type { EventOf, StoredEvent } from "./timeline.ts";

/** Every fact as one plain sentence: for the printed timeline, the terminal and logs. Exhaustive, so nothing is silent. */
export function sayFact({ event, by, byName }: StoredEvent, names: Record<string, string>): string {
  const name = (ref: string) => names[ref] ?? ref;
  const person =
    by === "allstop" ? "Allstop" : by.startsWith("chain:") ? `Chain ${by.slice(6)}` : (names[by] ?? byName ?? by);
  const because = (reason: string | undefined) => (reason === undefined ? "" : `: ${reason}`);
  switch (event.kind) {
    case "incident.declared":
      return `${person} declared ${event.incident}${event.drill ? " (a drill)" : ""}, ${event.severity}: ${event.title}`;
    case "severity.changed":
      return `${person} changed the severity from ${event.from} to ${event.to}${because(event.reason)}`;
    case "status.changed":
      return `${person} changed the status from ${event.from} to ${event.to}${because(event.reason)}`;
    case "incident.resolved":
      return `${person} resolved the incident: ${event.summary}`;
    case "incident.reopened":
      return `${person} reopened the incident: ${event.reason}`;
    case "role.assigned":
      return `${person} made ${name(event.user)} ${event.role}`;
    case "note.added":
      return `${person} noted${event.action ? " as an action item" : ""}: ${event.text}`;
    case "update.posted":
      return `${person} told everybody: ${event.text}`;
    case "message.captured": {
      const author = event.author === undefined ? (event.authorName ?? "somebody") : name(event.author);
      return `${author} wrote: ${event.text ?? `(text out of reach) ${event.permalink ?? ""}`} (put on the timeline by ${person})`;
    }
    case "message.retracted":
      return `${person} took the message ${event.message} off the timeline`;
    case "timeline.exported":
      return `${person} exported the timeline: ${event.files.join(", ")} (${event.events} events)`;
    case "role.offered":
      return `${person} offered ${name(event.user)} the role of ${event.role}`;
    case "role.offer_posted":
      return `${person} posted the question of event ${event.offer}`;
    case "role.offer_declined":
      return `${name(event.user)} did not take the role of ${event.role}${because(event.reason)}`;
    case "incident.closed":
      return `${person} closed the incident${event.noNewRisk === undefined ? "" : `. No new risk: ${event.noNewRisk}`}`;
    case "oncall.paged": {
      const people = event.people.map((one) => one.name).join(", ") || "nobody";
      return `${person} paged level ${event.level} (page ${event.page}, ${pagedBecause[event.why]}): ${people}${because(event.reason)}`;
    }
    case "oncall.page_posted":
      return event.unanswered
        ? `${person} announced that nobody answered page ${event.page}`
        : `${person} posted the call for level ${event.level} of page ${event.page}`;
    case "oncall.reached":
      return event.why === undefined
        ? `${person} told ${name(event.user)} of page ${event.page} directly`
        : `${person} could not tell ${name(event.user)} of page ${event.page} directly: ${event.why}`;
    case "oncall.paged_out":
      return `The pager ${event.ok ? "took" : "did NOT take"} ${event.action} for level ${event.level} of page ${event.page}: ${event.detail}`;
    case "oncall.answered":
      return event.previous === undefined
        ? `${person} is on it (page ${event.page})`
        : `${person} took page ${event.page} over from ${name(event.previous)}`;
    case "oncall.unanswered":
      return `Nobody answered page ${event.page}, at any level`;
    case "reminder.sent":
      return `${person} reminded ${event.users.map(name).join(", ") || "the room"} of ${event.reminder} (${event.stage})`;
    case "reminder.posted":
      return `${person} posted the reminder ${event.reminder}`;
    case "reminder.snoozed":
      return `${person} put the reminder ${event.reminder} off until ${event.until}`;
    case "reminder.taken":
      return `${name(event.user)} took over what the reminder ${event.reminder} is about`;
    case "contact.notified":
      return `${person} told ${event.name} by ${event.via}: ${event.text}`;
    case "risk.linked":
      return `${person} linked ${event.risk}${event.isNew ? ", a new risk" : ""}: ${event.title}`;
    case "risk.added":
      return `${person} added ${event.risk}: ${event.title} (likelihood ${event.likelihood}, impact ${event.impact}, ${event.status}${event.incident === undefined ? "" : `, taught by ${event.incident}`})`;
    case "risk.updated": {
      const changes = Object.entries(event.changes).map(([key, value]) => `${key}: ${value}`);
      if (event.incident !== undefined) changes.push(`touched by ${event.incident}`);
      return `${person} updated ${event.risk}${changes.length === 0 ? "" : ` (${changes.join(", ")})`}${because(event.note)}`;
    }
    case "room.opened":
      return `${person} ${event.adopted ? "found again" : "opened"} the room ${event.name}`;
    case "room.card_posted":
      return `${person} posted the incident's card`;
    case "room.invited":
      return `${person} invited ${event.users.map(name).join(", ") || "nobody"}`;
    case "room.invite_failed":
      return `${person} could not invite ${name(event.user)}: ${event.why} (${event.code})`;
    case "alert.posted":
      return `${person} told #security-alerts`;
    case "head.posted":
      return `${person} posted the timeline's head, event ${event.seq}: ${event.hash}`;
    case "chat.degraded":
      return `${event.chat}: ${event.step} failed: ${event.why} (${event.code}). ${event.remedy}`;
    case "chat.recovered":
      return `${event.chat}: ${event.step} works again`;
    case "bot.restarted":
      return `Allstop was restarted after ${Math.round(event.awayMs / 1000)} s`;
    case "playbook.started":
      return `${person} started the playbook ${event.text.title} (${event.run})`;
    case "playbook.step_completed":
      return `${person} completed step ${event.step} of ${event.run}${because(event.note)}${event.evidence === undefined ? "" : ` (${event.evidence.kind}: ${event.evidence.value})`}`;
    case "playbook.step_answered":
      return `${person} answered step ${event.step} of ${event.run} with "${event.answer}"${because(event.note)}`;
    case "playbook.step_agreed":
      return `${person} agreed at the gate ${event.step} of ${event.run}${event.role === undefined ? "" : ` as ${event.role}`}`;
    case "playbook.step_waited":
      return `The time of step ${event.step} of ${event.run} has passed`;
    case "playbook.step_looked":
      return `${person} looked at step ${event.step} of ${event.run}, which does not hold yet: ${event.detail}`;
    case "playbook.step_reopened":
      return `${person} reopened step ${event.step} of ${event.run}: ${event.reason}`;
    case "playbook.step_evidenced":
      return `${person} handed in for step ${event.step} of ${event.run}, ${event.evidence.kind}: ${event.evidence.value}`;
    case "playbook.step_checked":
      return `Allstop saw that step ${event.step} of ${event.run} holds: ${event.detail}`;
    case "playbook.step_skipped":
      return `${person} skipped step ${event.step} of ${event.run}: ${event.reason}`;
    case "playbook.step_assigned":
      return `${person} gave step ${event.step} of ${event.run} to ${name(event.user)}`;
    case "playbook.step_noted":
      return `${person} noted at step ${event.step} of ${event.run}: ${event.text}`;
    case "playbook.card_posted":
      return `${person} posted the card of ${event.run}`;
    case "pause.proposed":
      return `${person} proposed ${event.proposal}, ${event.title}${event.insteadOf === undefined ? "" : ` instead of ${event.insteadOf}`}${event.limits?.longestPause === undefined ? "" : `, for ${event.limits.longestPause} at most`}${because(event.reason)}`;
    case "pause.card_posted":
      return `${person} posted the card of ${event.proposal}`;
    case "pause.signer_asked":
      return event.why === undefined
        ? `${person} asked ${name(event.user)} to sign ${event.proposal}`
        : `${person} could not ask ${name(event.user)} to sign ${event.proposal}: ${event.why}`;
    case "pause.acknowledged":
      return `${person} acknowledged ${event.proposal} for ${event.owner}`;
    case "pause.declined":
      return `${person} declined ${event.proposal} for ${event.owner}: ${event.reason}`;
    case "pause.confirmed":
      if (event.form === "approved") {
        const where = event.transactionHash === undefined ? "" : `, in ${event.transactionHash}`;
        return `${event.owner} approved ${event.proposal} on the chain${where}`;
      }
      if (event.via === "ladder" && event.reusedFrom === undefined) {
        return `${event.owner} had signed ${event.proposal} ahead of time (taken from the ladder by ${person})`;
      }
      return `${event.owner} signed ${event.proposal} (${event.reusedFrom === undefined ? `handed in by ${person}` : `given to ${event.reusedFrom}, the same hash`}, ${event.via})`;
    case "pause.part_signed":
      return `${event.signer} signed ${event.proposal} for the Safe ${event.owner} (handed in by ${person}, ${event.via})`;
    case "pause.signature_lapsed":
      return `What ${event.owner} gave to ${event.proposal} stopped counting: ${event.why}`;
    case "pause.safe_changed":
      return `The Safe of ${event.proposal} changed. ${sayChange(event).map(plainText).join(" ")}`;
    case "pause.rivals_changed":
      return `Signed for the nonce of ${event.proposal} as well: ${event.rivals.map(sayRival).join(", ") || "nothing"}`;
    case "pause.simulated":
      return `${event.proposal} was run again at block ${event.blockNumber} and ${event.ok ? "succeeds" : "FAILS"}: ${event.detail}`;
    case "pause.checked":
      return `The final check of ${event.proposal}, ${event.when} the send, ${event.ok ? "passed" : `FAILED (${event.code})`}: ${event.detail}`;
    case "pause.provider_doubted":
      return `${event.providers.join(", ")} ${event.fault === "behind" ? "lags behind" : "was contradicted"}: ${event.detail}`;
    case "pause.withdrawn":
      return `${person} withdrew ${event.proposal}: ${event.reason}`;
    case "pause.execution_requested":
      return event.cause === "press"
        ? `${person} asked to execute ${event.proposal}`
        : `The plan called for ${event.proposal} at once`;
    case "pause.signed":
      return `Executor ${event.executor} signed attempt ${event.attempt} of ${event.proposal} with its nonce ${event.nonce}: ${event.transactionHash}`;
    case "pause.broadcast":
      return `${event.proposal} was sent: ${event.routes.map(sayRoute).join(", ")}`;
    case "pause.refused":
      return `${event.proposal} was refused by every route: ${event.routes.map(sayRoute).join(", ")}`;
    case "pause.included":
      return `${event.proposal} is in block ${event.blockNumber}: ${event.transactionHash}${event.sentBy === undefined ? "" : `, sent by ${event.sentBy}`}`;
    case "pause.attempt_lost":
      return `Attempt ${event.attempt} of ${event.proposal} came too late, in block ${event.blockNumber}, and changed nothing: ${event.why}`;
    case "pause.handed_off":
      return `${person} put ${event.file} into the room: all that is needed to send ${event.proposal} by hand`;
    case "pause.reorged":
      return `Block ${event.blockHash} with ${event.proposal} was reorganised away; it was sent again`;
    case "pause.verified":
      return `${event.proposal} is verified ${actWords(event.act).done} in block ${event.blockNumber}: ${event.checks.map(({ detail }) => detail).join("; ")}`;
    case "pause.safe":
      return `${event.proposal} is safe: block ${event.blockNumber}, which holds it, is`;
    case "pause.final":
      return `${event.proposal} is final: block ${event.blockNumber}, which holds it, is`;
    case "pause.failed":
      return `${event.proposal} failed (${event.code}): ${event.why}`;
    case "pause.blocked":
      return `${event.proposal} waits for a person (${event.code}): ${event.why}`;
    case "signer.linked":
      return `${name(event.user)} linked ${event.owner}`;
    case "signer.unlinked":
      return `${name(event.user)} was unlinked from ${event.owner}: ${event.reason}`;
    case "ladder.laid":
      return `${person} asked the owners to sign ${event.title} ahead of time, ${nonces(event.rungs)}`;
    case "ladder.signed":
      return `${event.owner} signed ${event.intervention} ahead of time for nonce ${event.nonce} (${event.via})`;
    case "ladder.dropped":
      return `The signature of ${event.owner} for nonce ${event.nonce} of ${event.intervention} is lost: ${event.why}`;
    case "ladder.safe_changed":
      return `The Safe ${event.safe} under the ladder changed: ${event.threshold} of ${event.owners.length}, nonce ${event.nonce}, block ${event.blockNumber}`;
    case "ladder.invalid":
      return `The pre-signed ${event.intervention} would not do now (${event.code}): ${event.why}`;
    case "ladder.valid":
      return `The pre-signed ${event.intervention} would do again`;
    case "ladder.burned":
      return `${person} forgot ${event.signatures} signatures for ${event.intervention}, nonce ${event.nonces.join(", ")} (${event.cause})${because(event.reason)}`;
    case "ladder.opened":
      return `${person} opened the ladder for ${event.proposal} of ${event.incident}: ${event.owners.length} signatures made ahead of time for nonce ${event.nonce}, of ${event.owners.join(", ")}`;
    case "ladder.locked":
      return `${event.signatures} signatures made ahead of time for ${event.proposal} could not be read: ${event.why}`;
    case "readiness.checked":
      return `${person} checked that every pause would work (${event.cause}): ${event.lines.map(({ title, colour, reasons }) => `${title} ${colour}${colour === "green" ? "" : `, ${reasons.map(({ says }) => says).join(" ")}`}`).join("; ")}`;
    case "readiness.card_posted":
      return `${person} posted the board of readiness`;
    default:
      return event satisfies never;
  }
}

function sayRival({ safeTxHash, confirmations, executable, proposal }: Rival): string {
  const whose = proposal === undefined ? "" : ` (${proposal})`;
  return `${safeTxHash}${whose} with ${confirmations} signatures${executable ? ", executable" : ""}`;
}

function sayRoute({ provider, route, outcome, detail }: EventOf<"pause.broadcast">["routes"][number]): string {
  const why = outcome === "refused" && detail !== undefined ? ` (${detail.replace(/\.$/, "")})` : "";
  return `${provider}${route === "private" ? " (private)" : ""} ${outcome}${why}`;
}

function nonces(rungs: { nonce: string }[]): string {
  const [first, last] = [rungs[0]?.nonce, rungs.at(-1)?.nonce];
  return first === last ? `nonce ${first}` : `nonces ${first} to ${last}`;
}

const pagedBecause: Record<EventOf<"oncall.paged">["why"], string> = {
  declared: "the incident was declared",
  severity: "the severity changed",
  asked: "somebody asked for it",
  unanswered: "the level before did not answer",
};
