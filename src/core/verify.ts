import { z } from "zod";
import { messageOf, UserError } from "./errors.ts";
import { TimelineFile } from "./export.ts";
import { findPause, foldIncident, type Incident } from "./incident.ts";
import { recoverLink } from "./link-challenge.ts";
import { includesAddress, sameAddress } from "./pause-state.ts";
import { canonicalSignature, hashSafeTx, recoverOwner } from "./safe-tx.ts";
import { canonicalJson, type EventOf, GENESIS_HASH, hashEvent, type StoredEvent } from "./timeline.ts";

export type Verdict =
  | {
      ok: true;
      incident: string;
      events: number;
      signatures: number;
      links: number;
      head: string;
      /** The heads that were posted in chat while the incident ran, and where each stands. */
      posted: Pick<EventOf<"head.posted">, "seq" | "hash" | "message">[];
    }
  /** `seq` is the first event that does not hold; absent when the file itself can't be read. */
  | { ok: false; seq?: number; kind?: string; why: string };

/**
 * Recomputes an exported timeline: every hash, every safeTxHash and every signature, offline. Names the first event that
 * was changed, removed or reordered.
 */
export async function verifyTimeline(content: string): Promise<Verdict> {
  const parsed = parse(content);
  if ("why" in parsed) return { ok: false, ...parsed };
  const { file, raw: given } = parsed;
  let previousHash = GENESIS_HASH;
  let incident: Incident | undefined;
  const proposals = new Map<string, EventOf<"pause.proposed">>();
  const posted: EventOf<"head.posted">[] = [];
  let signatures = 0;
  for (const [index, raw] of file.events.entries()) {
    const stored = raw as StoredEvent;
    const bad = (why: string): Verdict => ({ ok: false, seq: index + 1, kind: stored.event.kind, why });
    const broken = brokenLink(stored, given[index], { seq: index + 1, previousHash, incident: file.incident });
    if (broken !== undefined) return bad(broken);
    previousHash = stored.hash;
    try {
      incident = foldIncident(incident, stored);
      signatures += await checkEvent(stored, incident, proposals);
    } catch (error) {
      return bad(messageOf(error));
    }
    if (stored.event.kind !== "head.posted") continue;
    const { seq, hash } = stored.event;
    if (file.events[seq - 1]?.hash !== hash) return bad(`Event ${seq} is not the one whose hash was posted.`);
    posted.push(stored.event);
  }
  const cut = cutShort(file);
  if (cut !== undefined) return { ok: false, seq: file.events.length + 1, why: cut };
  for (const link of file.links) {
    if (link.kind !== "signer.linked") continue;
    if (!(await isLinkSigned(link)))
      return { ok: false, why: `The link of ${link.user} to ${link.owner} is not signed by it.` };
  }
  const links = file.links.filter(({ kind }) => kind === "signer.linked").length;
  const events = file.events.length;
  return { ok: true, incident: file.incident, events, signatures, links, head: previousHash, posted };
}

async function isLinkSigned({ user, owner, challenge, signature }: EventOf<"signer.linked">): Promise<boolean> {
  if (challenge.user !== user) return false;
  try {
    return sameAddress(await recoverLink(challenge, signature), owner);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** `raw` are the events as they stand in the file: a field that we don't know would not be hashed if it were left out. */
function parse(content: string): { file: TimelineFile; raw: unknown[] } | { why: string; seq?: number; kind?: string } {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    return { why: `This is not JSON: ${messageOf(error)}` };
  }
  const parsed = TimelineFile.safeParse(json);
  if (parsed.success) return { file: parsed.data, raw: z.object({ events: z.array(z.unknown()) }).parse(json).events };
  const [issue] = parsed.error.issues;
  const [head, index] = issue?.path ?? [];
  const seq = head === "events" && typeof index === "number" ? index + 1 : undefined;
  return { seq, why: `This is not a timeline of Allstop: ${z.prettifyError(parsed.error).split("\n")[0]}` };
}

function brokenLink(
  stored: StoredEvent,
  raw: unknown,
  { seq, previousHash, incident }: { seq: number; previousHash: string; incident: string },
): string | undefined {
  if (stored.stream !== `incident/${incident}`) return `It belongs to ${stored.stream}, not to incident/${incident}.`;
  if (stored.seq !== seq) {
    return stored.seq > seq
      ? `Event ${seq} is missing: event ${stored.seq} stands in its place.`
      : "It is out of order.";
  }
  if (stored.previousHash !== previousHash) return "It does not follow from the event before it.";
  const { event } = z.object({ event: z.unknown() }).parse(raw);
  if (hashEvent(previousHash, stored, canonicalJson(event)) !== stored.hash)
    return "It was changed: its hash does not match its content.";
  return undefined;
}

/** Returns how many signatures were checked. */
async function checkEvent(
  { event }: StoredEvent,
  incident: Incident,
  proposals: Map<string, EventOf<"pause.proposed">>,
): Promise<number> {
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
  const { safe } = findPause(incident, event.proposal);
  if (!includesAddress(safe.owners, owner)) throw new Error(`${owner} was no owner of the Safe then.`);
  return 1;
}

function cutShort({ head, events }: TimelineFile): string | undefined {
  const last = events.at(-1);
  if (last === undefined) return "It has no events.";
  if (last.seq === head.seq && last.hash === head.hash) return undefined;
  return `The file ends at event ${last.seq}, and should end at event ${head.seq}.`;
}
