/** The page tells messages apart by Slack's timestamps: seconds, and six digits that make each one its own. */
export function stampsOf() {
  const known = new Map<string, string>();
  const used = new Set<string>();
  return {
    of(id: string): string {
      const stamp = known.get(id) ?? fresh(id);
      known.set(id, stamp);
      return stamp;
    },
  };
  function fresh(id: string): string {
    let micros = BigInt(Number((BigInt(id) >> 22n) + 1_420_070_400_000n)) * 1000n;
    const text = () => `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, "0")}`;
    while (used.has(text())) micros += 1n;
    used.add(text());
    return text();
  }
}
