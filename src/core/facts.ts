import type { StoredEvent } from "./timeline.ts";

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
      return `${person} completed step ${event.step} of ${event.run}${because(event.note)}`;
    case "playbook.step_checked":
      return `${person} checked step ${event.step} of ${event.run} on the chain: ${event.detail}`;
    case "playbook.step_skipped":
      return `${person} skipped step ${event.step} of ${event.run}: ${event.reason}`;
    case "playbook.step_assigned":
      return `${person} gave step ${event.step} of ${event.run} to ${name(event.user)}`;
    case "playbook.step_noted":
      return `${person} noted at step ${event.step} of ${event.run}: ${event.text}`;
    case "playbook.card_posted":
      return `${person} posted the card of ${event.run}`;
    case "pause.proposed":
      return `${person} proposed ${event.proposal}, ${event.title}${because(event.reason)}`;
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
      return `${event.owner} signed ${event.proposal} (handed in by ${person}, ${event.via})`;
    case "pause.safe_changed":
      return `The Safe of ${event.proposal} changed: ${event.threshold} of ${event.owners.length}, nonce ${event.nonce}, block ${event.blockNumber}`;
    case "pause.withdrawn":
      return `${person} withdrew ${event.proposal}: ${event.reason}`;
    case "pause.execution_requested":
      return event.cause === "press"
        ? `${person} asked to execute ${event.proposal}`
        : `The plan called for ${event.proposal} at once`;
    case "pause.signed":
      return `Executor ${event.executor} signed attempt ${event.attempt} of ${event.proposal}: ${event.transactionHash}`;
    case "pause.broadcast":
      return `${event.proposal} was sent: ${event.routes.map(({ provider, outcome }) => `${provider} ${outcome}`).join(", ")}`;
    case "pause.included":
      return `${event.proposal} is in block ${event.blockNumber}: ${event.transactionHash}`;
    case "pause.reorged":
      return `Block ${event.blockHash} with ${event.proposal} was reorganised away; it was sent again`;
    case "pause.verified":
      return `${event.proposal} is verified PAUSED in block ${event.blockNumber}: ${event.checks.map(({ detail }) => detail).join("; ")}`;
    case "pause.safe":
      return `${event.proposal} is safe as of block ${event.blockNumber}`;
    case "pause.final":
      return `${event.proposal} is final as of block ${event.blockNumber}`;
    case "pause.failed":
      return `${event.proposal} failed (${event.code}): ${event.why}`;
    case "pause.blocked":
      return `${event.proposal} waits for a person (${event.code}): ${event.why}`;
    case "signer.linked":
      return `${name(event.user)} linked ${event.owner}`;
    case "signer.unlinked":
      return `${name(event.user)} was unlinked from ${event.owner}: ${event.reason}`;
    default:
      return event satisfies never;
  }
}
