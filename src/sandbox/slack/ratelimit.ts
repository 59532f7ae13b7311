import type { Clock } from "./clock.ts";
import { type Fields, textOf } from "./json.ts";
import type { Tier } from "./methods/method.ts";

/** Requests a minute, and how many may come at once. Slack allows bursts and names no figure: this is a full minute. */
const PER_MINUTE: Record<Exclude<Tier, "posting" | "special">, number> = { tier1: 1, tier2: 20, tier3: 50, tier4: 100 };
/** About one message a second and channel, with short bursts let through. */
const POSTS_PER_MINUTE = 60;
const POSTS_BURST = 20;

/** Says how many seconds a request has to wait: undefined when it may pass. */
export type RateLimit = (method: string, tier: Tier, args: Fields) => number | undefined;

export function createRateLimit(clock: Clock): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (method, tier, args) => {
    if (tier === "special") return undefined;
    const posting = tier === "posting";
    const key = posting ? `${method} ${textOf(args.channel) ?? ""}` : method;
    const perMinute = posting ? POSTS_PER_MINUTE : PER_MINUTE[tier];
    const burst = posting ? POSTS_BURST : perMinute;
    const now = clock.now();
    const bucket = buckets.get(key) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * perMinute) / 60_000);
    bucket.at = now;
    buckets.set(key, bucket);
    if (bucket.tokens < 1) return Math.max(1, Math.ceil(((1 - bucket.tokens) * 60) / perMinute));
    bucket.tokens -= 1;
    return undefined;
  };
}
