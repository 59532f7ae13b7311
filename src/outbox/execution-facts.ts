import type { Effect } from "../core/effects.ts";
import type { UserError } from "../core/errors.ts";
import { findPause } from "../core/incident.ts";
import { refreshPause } from "../core/on-pause.ts";
import { isOpen, type Pause } from "../core/pause-state.ts";
import type { App, Inclusion } from "../core/ports.ts";
import { getIncident, recordIncident } from "../core/record-incident.ts";
import type { TimelineEvent } from "../core/timeline.ts";

type Target = Extract<Effect, { kind: "execute" }>;

/**
 * Records one fact about an execution, once: `what` is unique among those at the same state of the timeline, and `still`
 * looks again, in the transaction, whether it is news. Resolves with the pause as it then stands.
 */
export async function note(
  app: App,
  { incident, proposal }: Target,
  what: string,
  event: TimelineEvent,
  options: { still: (pause: Pause) => boolean; at?: string; more?: Effect[]; quiet?: boolean; by?: `chain:${number}` },
): Promise<Pause> {
  const { still, at, more = [], quiet = false, by = "allstop" } = options;
  // An attempt has one number for ever; all else may come again after a reorg, and then is news again.
  const { head } = await getIncident(app, incident);
  const invocation = `execute/${proposal}/${what}${what.startsWith("signed/") ? "" : `/${head.seq}`}`;
  const after = await recordIncident(app, { by, invocation }, incident, (state) => {
    if (!still(findPause(state, proposal))) return { events: [], effects: [] };
    return {
      events: [at === undefined ? event : { at, event }],
      // Between signing and sending nothing is owed to the chat: the next fact comes at once.
      effects: quiet ? [] : [...refreshPause(incident, proposal), ...more],
    };
  });
  return findPause(after, proposal);
}

/** It can't be carried on: whatever is found or signed now is no news. */
export function isOver(pause: Pause): boolean {
  return !isOpen(pause) || pause.included !== undefined;
}

/** Looks for our hashes and records what became of them. True when the state moved on. */
export async function noteFound(app: App, target: Target, pause: Pause): Promise<boolean> {
  const found = await app.chain.lookUp(pause);
  const event = eventOf(pause, found);
  if (event === undefined) return false;
  const by = `chain:${pause.facts.chain.id}` as const;
  const at = found.state === "included" ? found.blockTime.toISOString() : undefined;
  await note(app, target, found.state, event, { still: (now) => !isOver(now), at, by });
  return true;
}

function eventOf({ id: proposal, facts }: Pause, found: Inclusion): TimelineEvent | undefined {
  switch (found.state) {
    case "pending":
      return undefined;
    case "superseded":
      return {
        kind: "pause.failed",
        proposal,
        code: "superseded",
        why: `Nonce ${facts.safeTx.nonce} of ${facts.safe.label} was used by another transaction${
          found.by === undefined ? "" : `, ${found.by}`
        }; the Safe now stands at ${found.nonce}.`,
        remedy: `Propose again: \`/pause propose ${facts.intervention}\`.`,
      };
    case "included":
      return inclusionOf(proposal, facts.intervention, found);
    default:
      return found satisfies never;
  }
}

function inclusionOf(
  proposal: string,
  intervention: string,
  found: Extract<Inclusion, { state: "included" }>,
): TimelineEvent {
  const { transactionHash, blockNumber, blockHash, blockTime, gasUsed, executed, why } = found;
  if (!executed) {
    return {
      kind: "pause.failed",
      proposal,
      code: "inner_failed",
      why: `It is in block ${blockNumber}, but the pause did NOT happen. ${why ?? ""}`.trim(),
      remedy: `Read the Safe's state, then propose again: \`/pause propose ${intervention}\`.`,
      transactionHash,
    };
  }
  return {
    kind: "pause.included",
    proposal,
    transactionHash,
    blockNumber: blockNumber.toString(),
    blockHash,
    blockTime: blockTime.toISOString(),
    gasUsed: gasUsed.toString(),
  };
}

/** Owners left and took their signatures along: nothing more can be collected, so it is over. All else can be mended. */
export async function noteUnsignable(app: App, target: Target, error: UserError): Promise<void> {
  const { code, message: why, remedy } = error;
  const { proposal } = target;
  if (code === "signatures_missing") {
    const event = { kind: "pause.failed" as const, proposal, code, why, remedy };
    await note(app, target, code, event, { still: (now) => !isOver(now) });
    return;
  }
  // The Safe's nonce is gone, and what took it will show in the next block.
  if (code === "nonce_used") return;
  await noteBlocked(app, target, { code, why, remedy });
}

/** No provider takes it. A person is told what to do; it goes on by itself when that is done. */
export async function block(app: App, target: Target, why: string): Promise<void> {
  const noMoney = /insufficient funds/i.test(why);
  await noteBlocked(app, target, {
    code: noMoney ? "no_gas_money" : "refused",
    why: `No RPC takes the transaction. ${why}.`,
    remedy: noMoney
      ? "Send ether to the executor; it goes on by itself."
      : "It is tried again. In the meantime anybody can send the raw transaction on the timeline.",
  });
}

async function noteBlocked(
  app: App,
  target: Target,
  blocked: { code: string; why: string; remedy: string },
): Promise<void> {
  const event = { kind: "pause.blocked" as const, proposal: target.proposal, ...blocked };
  const isNews = (now: Pause) => !isOver(now) && now.blocked?.why !== blocked.why;
  await note(app, target, `blocked/${blocked.code}`, event, { still: isNews });
}
