import { z } from "zod";
import { brokenLink, cutShort } from "./chain-file.ts";
import { messageOf, UserError } from "./errors.ts";
import { TimelineFile } from "./export.ts";
import { findPause, type Incident } from "./incident.ts";
import { foldIncident } from "./incident-fold.ts";
import { recoverLink } from "./link-challenge.ts";
import { includesAddress, sameAddress } from "./pause-state.ts";
import { hashSafeTx } from "./safe-tx.ts";
import { type VerifiedSignature, verifyConfirmation, verifyPart } from "./signature-verify.ts";
import { type EventOf, GENESIS_HASH, type StoredEvent } from "./timeline.ts";

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
      /** What no file can prove, and each reader can look up on the chain. */
      onChain: { seq: number; rests: string }[];
    }
  /** `seq` is the first event that does not hold; absent when the file itself can't be read. */
  | { ok: false; seq?: number; kind?: string; why: string };

/**
 * Recomputes an exported timeline: every hash, every safeTxHash and every signature of a key, offline. Names the first
 * event that was changed, removed or reordered, and what rests on the chain's word.
 */
export async function verifyTimeline(content: string): Promise<Verdict> {
  const parsed = parse(content);
  if ("why" in parsed) return { ok: false, ...parsed };
  const { file, raw: given } = parsed;
  let previousHash = GENESIS_HASH;
  let incident: Incident | undefined;
  const onChain: { seq: number; rests: string }[] = [];
  const posted: EventOf<"head.posted">[] = [];
  let signatures = 0;
  for (const [index, raw] of file.events.entries()) {
    const stored = raw as StoredEvent;
    const bad = (why: string): Verdict => ({ ok: false, seq: index + 1, kind: stored.event.kind, why });
    const broken = brokenLink(stored, given[index], {
      seq: index + 1,
      previousHash,
      stream: `incident/${file.incident}`,
    });
    if (broken !== undefined) return bad(broken);
    previousHash = stored.hash;
    try {
      incident = foldIncident(incident, stored);
      mustBeOpened(stored.event, file.events.slice(0, index));
      const { recovered, rests } = await checkEvent(stored, incident);
      signatures += recovered;
      if (rests !== undefined) onChain.push({ seq: stored.seq, rests });
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
  return { ok: true, incident: file.incident, events, signatures, links, head: previousHash, posted, onChain };
}

/** What was signed ahead of time is opened before it is counted: a timeline that leaves the opening out does not hold. */
function mustBeOpened(event: StoredEvent["event"], before: readonly Pick<StoredEvent, "event">[]): void {
  if (event.kind !== "pause.confirmed" || event.via !== "ladder" || event.reusedFrom !== undefined) return;
  const { proposal, owner } = event;
  const isOpened = before.some(
    (one) =>
      one.event.kind === "ladder.opened" && one.event.proposal === proposal && includesAddress(one.event.owners, owner),
  );
  if (!isOpened) throw new Error(`${owner} signed it ahead of time, and no opening of the ladder is told before it.`);
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

/** Checks what an event claims of hashes and signatures. Throws with what does not hold. */
async function checkEvent({ event }: StoredEvent, incident: Incident): Promise<VerifiedSignature> {
  switch (event.kind) {
    case "pause.proposed": {
      const hashes = hashSafeTx(event.chain.id, event.safe.address, event.safeTx);
      for (const name of ["domainHash", "messageHash", "safeTxHash"] as const) {
        if (hashes[name] !== event[name]) throw new Error(`Its ${name} is not that of its transaction.`);
      }
      return { recovered: 0 };
    }
    case "pause.confirmed":
      return verifyConfirmation(findPause(incident, event.proposal), event);
    case "pause.part_signed":
      return verifyPart(findPause(incident, event.proposal), event);
    default:
      return { recovered: 0 };
  }
}
