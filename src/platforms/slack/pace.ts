import { RetryableError } from "../../chat/platform.ts";

/** Slack: about one message a second per channel, with short bursts. */
const PER_SECOND = 1;
const BURST = 4;
/** Longer than this nobody stands in line: the outbox has other things to do, and comes back. */
const WAIT_MS_MAX = 3_000;
const CHANNELS_MAX = 1_000;

/** Spaces out messages, channel by channel, so that Slack has no reason to refuse. */
export interface Pace {
  /** Resolves when it is this message's turn. Throws `RetryableError` when that is too far off. */
  turn(channel: string): Promise<void>;
  /** Slack said how long to wait here: until then no turn comes. */
  hold(channel: string, ms: number): void;
}

export function createPace(now: () => number = Date.now): Pace {
  /** When the channel's next message is due, if all were sent evenly. */
  const due = new Map<string, number>();
  return {
    async turn(channel) {
      const at = now();
      const next = Math.max(due.get(channel) ?? 0, at - (BURST - 1) * (1000 / PER_SECOND));
      const waitMs = next - at;
      if (waitMs > WAIT_MS_MAX) {
        throw new RetryableError(`The channel ${channel} takes no more messages now.`, { retryAfterMs: waitMs });
      }
      due.delete(channel);
      due.set(channel, next + 1000 / PER_SECOND);
      forgetOldest(due);
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    },
    hold(channel, ms) {
      due.set(channel, Math.max(due.get(channel) ?? 0, now() + ms));
    },
  };
}

function forgetOldest(due: Map<string, number>): void {
  if (due.size <= CHANNELS_MAX) return;
  const [oldest] = due.keys();
  if (oldest !== undefined) due.delete(oldest);
}
