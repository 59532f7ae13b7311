import type { Effect } from "./effects.ts";
import type { Ladder, Rung, RungSet } from "./ladder-state.ts";
import type { App, Cause, Decision } from "./ports.ts";
import type { TimelineEvent } from "./timeline.ts";

/** Facts about the ladder that `#security-alerts` hears of. */
const toldInAlerts = new Set<TimelineEvent["kind"]>([
  "ladder.laid",
  "ladder.dropped",
  "ladder.invalid",
  "ladder.valid",
  "ladder.burned",
]);

/** Records on the ladder's own timeline. What people who guard should hear of is owed to `#security-alerts`. */
export async function recordLadder(
  app: Pick<App, "journal">,
  cause: Cause,
  decide: (ladder: Ladder | undefined) => Decision,
): Promise<Ladder | undefined> {
  const before = await app.journal.state("ladder");
  // A stream begins with its first fact: to say nothing about what is not there yet is no fact.
  if (before === undefined && decide(undefined).events.length === 0) return undefined;
  return app.journal.record("ladder", cause, (ladder) => {
    const decision = decide(ladder);
    const told = decision.events.flatMap((entry, index): Effect[] => {
      const event = "event" in entry ? entry.event : entry;
      const seq = (ladder?.head.seq ?? 0) + 1 + index;
      return isTold(event) ? [{ kind: "tell_alerts", stream: "ladder", seq }] : [];
    });
    return { events: decision.events, effects: [...decision.effects, ...told] };
  });
}

/** A nonce that moves is everyday life; an owner that goes or a threshold that rises is not. */
function isTold(event: TimelineEvent): boolean {
  if (event.kind === "ladder.burned" && event.signatures === 0) return false;
  if (event.kind !== "ladder.safe_changed") return toldInAlerts.has(event.kind);
  return event.removed.length > 0 || event.threshold !== event.thresholdBefore;
}

/** All rungs of a set, or those named, as one fact. */
export function burned(
  { intervention, rungs }: RungSet,
  cause: "by_hand" | "plan_changed" | "nonce_passed",
  reason?: string,
): Extract<TimelineEvent, { kind: "ladder.burned" }>[] {
  if (rungs.length === 0) return [];
  const nonces = rungs.map(({ nonce }) => nonce);
  const signatures = countSignatures(rungs);
  return [{ kind: "ladder.burned", intervention, nonces, signatures, cause, ...(reason !== undefined && { reason }) }];
}

export function countSignatures(rungs: Rung[]): number {
  return rungs.reduce((sum, { signatures }) => sum + signatures.length, 0);
}
