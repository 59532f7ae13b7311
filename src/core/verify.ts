import { z } from "zod";
import { messageOf } from "./errors.ts";
import { TimelineFile } from "./export.ts";
import { foldIncident, type Incident } from "./incident.ts";
import { recoverLink } from "./link-challenge.ts";
import { sameAddress } from "./pause-state.ts";
import { canonicalSignature, hashSafeTx, recoverOwner } from "./safe-tx.ts";
import { type EventOf, GENESIS_HASH, hashEvent, type StoredEvent } from "./timeline.ts";

export type Verdict =
  | { ok: true; incident: string; events: number; signatures: number; links: number; head: string }
  /** `seq` is the first event that does not hold; absent when the file itself can't be read. */
  | { ok: false; seq?: number; kind?: string; why: string };

/**
 * Recomputes an exported timeline: every hash, every safeTxHash and every signature, offline. Names the first event that
 * was changed, removed or reordered.
 */
export async function verifyTimeline(content: string): Promise<Verdict> {
  const parsed = parse(content);
  if ("why" in parsed) return { ok: false, ...parsed };
  const { file } = parsed;
  let previousHash = GENESIS_HASH;
  let incident: Incident | undefined;
  const proposals = new Map<string, EventOf<"pause.proposed">>();
  let signatures = 0;
  for (const [index, raw] of file.events.entries()) {
    const stored = raw as StoredEvent;
    const bad = (why: string): Verdict => ({ ok: false, seq: index + 1, kind: stored.event.kind, why });
    const broken = brokenLink(stored, index + 1, previousHash, file.incident);
    if (broken !== undefined) return bad(broken);
    previousHash = stored.hash;
    try {
      incident = foldIncident(incident, stored);
      signatures += await checkEvent(stored, proposals);
    } catch (error) {
      return bad(messageOf(error));
    }
  }
  const cut = cutShort(file);
  if (cut !== undefined) return { ok: false, seq: file.events.length + 1, why: cut };
  for (const link of file.links) {
    if (link.kind !== "signer.linked") continue;
    const owner = await recoverLink(link.challenge, link.signature);
    if (!sameAddress(owner, link.owner))
      return { ok: false, why: `The link of ${link.user} to ${link.owner} is not signed by it.` };
  }
  const links = file.links.filter(({ kind }) => kind === "signer.linked").length;
  return { ok: true, incident: file.incident, events: file.events.length, signatures, links, head: previousHash };
}

function parse(content: string): { file: TimelineFile } | { why: string; seq?: number; kind?: string } {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    return { why: `This is not JSON: ${messageOf(error)}` };
  }
  const parsed = TimelineFile.safeParse(json);
  if (parsed.success) return { file: parsed.data };
  const [issue] = parsed.error.issues;
  const [head, index] = issue?.path ?? [];
  const seq = head === "events" && typeof index === "number" ? index + 1 : undefined;
  return { seq, why: `This is not a timeline of Allstop: ${z.prettifyError(parsed.error).split("\n")[0]}` };
}

function brokenLink(stored: StoredEvent, seq: number, previousHash: string, incident: string): string | undefined {
  if (stored.stream !== `incident/${incident}`) return `It belongs to ${stored.stream}, not to incident/${incident}.`;
  if (stored.seq !== seq) {
    return stored.seq > seq
      ? `Event ${seq} is missing: event ${stored.seq} stands in its place.`
      : "It is out of order.";
  }
  if (stored.previousHash !== previousHash) return "It does not follow from the event before it.";
  if (hashEvent(previousHash, stored) !== stored.hash) return "It was changed: its hash does not match its content.";
  return undefined;
}

/** Returns how many signatures were checked. */
async function checkEvent({ event }: StoredEvent, proposals: Map<string, EventOf<"pause.proposed">>): Promise<number> {
  if (event.kind === "pause.proposed") {
    const hashes = hashSafeTx(event.chain.id, event.safe.address, event.safeTx);
    for (const name of ["domainHash", "messageHash", "safeTxHash"] as const) {
      if (hashes[name] !== event[name]) throw new Error(`Its ${name} is not that of its transaction.`);
    }
    proposals.set(event.proposal, event);
    return 0;
  }
  if (event.kind !== "pause.confirmed") return 0;
  const proposal = proposals.get(event.proposal);
  if (proposal === undefined) throw new Error(`There is no ${event.proposal} before it.`);
  const owner = await recoverOwner(proposal.safeTxHash, canonicalSignature(event.signature));
  if (!sameAddress(owner, event.owner)) throw new Error(`Its signature is ${owner}'s, not ${event.owner}'s.`);
  return 1;
}

function cutShort({ head, events }: TimelineFile): string | undefined {
  const last = events.at(-1);
  if (last === undefined) return "It has no events.";
  if (last.seq === head.seq && last.hash === head.hash) return undefined;
  return `The file ends at event ${last.seq}, and should end at event ${head.seq}.`;
}
