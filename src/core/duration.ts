import { z } from "zod";

/**
 * A length of time as people write it: `90s`, `30m`, `4h`, `2d`. It stays a text wherever it is kept, since files and
 * facts are hashed; `msOf` reads it.
 */
export const Duration = z
  .string()
  .regex(/^[1-9]\d{0,4}[smhd]$/, "Write a number and s, m, h or d, such as 30m.")
  .describe("A length of time, such as 30m, 4h or 2d");
export type Duration = z.output<typeof Duration>;

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export function msOf(duration: Duration): number {
  return Number(duration.slice(0, -1)) * (UNIT_MS[duration.slice(-1)] ?? 0);
}

/** `45 s`, `5 min`, `2 h`, `1 h 30 min`, `3 days`: for people. */
export function sayMs(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  if (minutes < 48 * 60) {
    const rest = minutes % 60;
    return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
  }
  return `${Math.round(minutes / (24 * 60))} days`;
}
