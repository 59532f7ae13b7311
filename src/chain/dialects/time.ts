/** The last second that a Date can hold; contracts use larger numbers for "never". */
const LAST_SECOND = 8_640_000_000_000n;

/** A block's kind of time, in seconds; undefined when it is so far away that it means "never". */
export function dateOf(seconds: bigint): Date | undefined {
  return seconds > LAST_SECOND ? undefined : new Date(Number(seconds) * 1000);
}

/** `7 days`, `2 days 3 h`, `90 s`: whole units only, nothing is rounded away. */
export function sayDuration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), "day"],
    [Math.floor((seconds % 86_400) / 3_600), "h"],
    [Math.floor((seconds % 3_600) / 60), "min"],
    [seconds % 60, "s"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit === "day" && count > 1 ? "days" : unit}`)
    .join(" ");
}
