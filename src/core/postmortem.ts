import { sayFact } from "./facts.ts";
import type { Incident } from "./incident.ts";
import { duration, md, quote, table, utc } from "./markdown.ts";
import { includesAddress, type Pause, sameAddress, statusOf } from "./pause-state.ts";
import { pagesAndAnswers, remarkOf, risksTaught, rolesOverTime, whoWasTold } from "./postmortem-response.ts";
import type { StoredEvent } from "./timeline.ts";

export interface Printed {
  incident: Incident;
  events: StoredEvent[];
  /** Display names by user ref. */
  names: Record<string, string>;
}

/** The postmortem, from the timeline alone. What only people can say (root cause, lessons) is left as a question. */
export function postmortem(printed: Printed): string {
  const { incident } = printed;
  return `${[
    `# ${incident.id}: ${md(incident.title)}`,
    ...(incident.drill ? ["**This was a drill.**"] : []),
    summary(printed),
    "## Times and durations",
    times(printed),
    "## Roles",
    rolesOverTime(printed),
    "## Pages and answers",
    pagesAndAnswers(printed),
    "## Decisions",
    decisions(printed),
    "## Pause proposals",
    incident.pauses.map((pause) => pauseSection(pause, printed)).join("\n\n") || "None.",
    "## Playbooks",
    playbooks(printed),
    "## Who was told",
    whoWasTold(printed),
    "## Risks",
    risksTaught(printed),
    "## Action items",
    actions(printed),
    "## To be written by people",
    "- Root cause, without blame:\n- What went well:\n- What went badly:\n- Where we were lucky:",
    "## Timeline",
    timeline(printed),
    `---\nHead of the hash chain: event ${incident.head.seq}, \`${incident.head.hash}\`. Check the JSON export with \`allstop verify\`.`,
  ].join("\n\n")}\n`;
}

function summary({ incident }: Printed): string {
  const rows = [
    ["Severity", incident.severity],
    ["Status", incident.status],
    ["Declared", `${utc(incident.declaredAt)}`],
    ["Resolved", incident.resolution === undefined ? "not yet" : utc(incident.resolution.at)],
  ];
  const text = incident.resolution?.summary ?? incident.description ?? "No summary was written.";
  return `${quote(text)}\n\n${table(
    ["", ""],
    rows.map(([a = "", b = ""]) => [`**${a}**`, md(b)]),
  )}`;
}

function times({ incident, events }: Printed): string {
  const declared = incident.declaredAt;
  const first = (kind: StoredEvent["event"]["kind"]) => events.find(({ event }) => event.kind === kind)?.at;
  const rows: [string, string | undefined][] = [
    ["Declared", declared],
    ["Room opened", first("room.opened")],
    ["Somebody on it", first("oncall.answered")],
    ["First pause proposed", first("pause.proposed")],
    ["First acknowledgement", first("pause.acknowledged")],
    ["First signature", first("pause.confirmed")],
    ["Quorum reached", quorumAt(incident)],
    ["Execution requested", first("pause.execution_requested")],
    ["Transaction sent", first("pause.broadcast")],
    ["In a block", first("pause.included")],
    ["Verified paused", first("pause.verified")],
    ["Final", first("pause.final")],
    ["Resolved", incident.resolution?.at],
    ["Closed", incident.closed?.at],
  ];
  return table(
    ["What", "When (UTC)", "After declaring"],
    rows.map(([what, at]) => [what, at === undefined ? "–" : utc(at), at === undefined ? "–" : duration(declared, at)]),
  );
}

/** When the signature that completed the first executed proposal came in. */
export function quorumAt(incident: Incident): string | undefined {
  const pause = incident.pauses.find(({ requested }) => requested !== undefined) ?? incident.pauses[0];
  if (pause === undefined) return undefined;
  const valid = pause.confirmations.filter(({ owner }) => includesAddress(pause.safe.owners, owner));
  return valid.length < pause.safe.threshold ? undefined : valid[pause.safe.threshold - 1]?.at;
}

const decisive = new Set<StoredEvent["event"]["kind"]>([
  "incident.declared",
  "severity.changed",
  "status.changed",
  "pause.proposed",
  "pause.declined",
  "pause.withdrawn",
  "pause.execution_requested",
  "playbook.step_skipped",
  "playbook.step_answered",
  "incident.resolved",
  "incident.reopened",
  "incident.closed",
]);

function decisions(printed: Printed): string {
  const made = printed.events.filter(({ event }) => decisive.has(event.kind));
  return made.map((stored) => `- ${utc(stored.at)} ${md(sayFact(stored, printed.names))}`).join("\n");
}

/** An approval has no bytes: where it stands on the chain is said instead. */
function sayConfirmation({ form, signature, transactionHash }: Pause["confirmations"][number]): string {
  if (form !== "approved") return `\`${signature}\``;
  return transactionHash === undefined ? "approved on the chain" : `approved on the chain in \`${transactionHash}\``;
}

function pauseSection(pause: Pause, { names }: Printed): string {
  const { facts } = pause;
  const rows = pause.facts.safe.owners.map((owner) => {
    const acknowledged = pause.acknowledgements.find((entry) => sameAddress(entry.owner, owner));
    const declined = pause.declines.find((entry) => sameAddress(entry.owner, owner));
    const confirmed = pause.confirmations.find((entry) => sameAddress(entry.owner, owner));
    return [
      `\`${owner}\``,
      acknowledged
        ? `${utc(acknowledged.at)} ${md(names[acknowledged.by] ?? acknowledged.by)}`
        : declined
          ? `declined: ${md(declined.reason)}`
          : "–",
      confirmed ? `${utc(confirmed.at)} ${sayConfirmation(confirmed)}` : "–",
    ];
  });
  const lines = [
    `### ${pause.id}: ${md(facts.title)} (${statusOf(pause)})`,
    `\`${facts.call.signature}\` on ${md(facts.target.label)} \`${facts.target.address}\`, by ${md(facts.safe.label)} \`${facts.safe.address}\`, chain ${facts.chain.id}, nonce ${facts.safeTx.nonce}.`,
    ...(facts.call.arguments ?? []).map(
      ({ name, type, value, meaning }) =>
        `- \`${name}\` (${type}): \`${value}\`${meaning === undefined ? "" : `, ${md(meaning)}`}`,
    ),
    `- safeTxHash \`${facts.safeTxHash}\`\n- response plan \`${facts.planHash}\``,
    table(["Owner", "Acknowledged", "Signed"], rows),
  ];
  if (pause.included !== undefined) {
    lines.push(
      `- transactionHash \`${pause.included.transactionHash}\`\n- block ${pause.included.blockNumber} \`${pause.included.blockHash}\``,
    );
  }
  const checks = pause.verified?.checks ?? pause.failed?.checks ?? [];
  if (checks.length > 0) lines.push(checks.map(({ ok, detail }) => `- ${ok ? "✓" : "✗"} ${md(detail)}`).join("\n"));
  if (pause.failed !== undefined) lines.push(`Failed: ${md(pause.failed.why)}`);
  return lines.join("\n\n");
}

function playbooks({ incident, names }: Printed): string {
  if (incident.runs.length === 0) return "None was walked.";
  return incident.runs
    .map((run) => {
      const rows = run.steps.map((one) => [
        md(one.step.do),
        one.state,
        one.at === undefined ? "–" : utc(one.at),
        one.by === undefined ? "–" : md(names[one.by] ?? one.by),
        md(remarkOf(one, names)),
      ]);
      return `### ${run.id}: ${md(run.text.title)}\n\nText \`${run.hash}\`\n\n${table(["Step", "State", "When (UTC)", "Who", "Remark"], rows)}`;
    })
    .join("\n\n");
}

function actions({ incident, names }: Printed): string {
  const skipped = incident.runs.flatMap(({ steps }) => steps.filter(({ state }) => state === "skipped"));
  const lines = [
    ...incident.actions.map(({ text, by, byName }) => `- [ ] ${md(text)} (${md(names[by] ?? byName ?? by)})`),
    ...skipped.map(({ step, remark }) => `- [ ] Skipped: ${md(step.do)} (${md(remark ?? "")})`),
  ];
  return lines.join("\n") || "None were noted. Put one on with `/incident note`, marked as an action item.";
}

/** Chat and chain in the order in which things happened; what was recorded later than it happened says so. */
function timeline(printed: Printed): string {
  const ordered = [...printed.events].sort((a, b) => (a.at === b.at ? a.seq - b.seq : a.at < b.at ? -1 : 1));
  return table(
    ["#", "When (UTC)", "What"],
    ordered.map((stored) => [
      String(stored.seq),
      stored.at === stored.recordedAt ? utc(stored.at) : `${utc(stored.at)}, recorded ${utc(stored.recordedAt)}`,
      md(sayFact(stored, printed.names)),
    ]),
  );
}
