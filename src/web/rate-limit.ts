/** How often one link may be used: `burst` at once, then `perSecond`. */
export interface RateLimit {
  /** 0 when the act may go on, else after how many whole seconds to come again. */
  wait(key: string): number;
}

const KEYS_MAX = 10_000;

/** A token bucket per key, in memory: a restart forgives. Keys are links that we made, so their number is ours. */
export function createRateLimit({
  burst,
  perSecond,
  now,
}: {
  burst: number;
  perSecond: number;
  now: () => Date;
}): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();

  function forgetFull(at: number): void {
    for (const [key, bucket] of buckets) {
      if (bucket.left + ((at - bucket.at) / 1000) * perSecond >= burst) buckets.delete(key);
    }
  }

  return {
    wait(key) {
      const at = now().getTime();
      if (buckets.size >= KEYS_MAX) forgetFull(at);
      const bucket = buckets.get(key) ?? { left: burst, at };
      // A clock set back gives nothing and takes nothing.
      const gained = (Math.max(0, at - bucket.at) / 1000) * perSecond;
      const left = Math.min(burst, bucket.left + gained);
      const allowed = left >= 1;
      buckets.set(key, { left: allowed ? left - 1 : left, at });
      return allowed ? 0 : Math.max(1, Math.ceil((1 - left) / perSecond));
    },
  };
}
