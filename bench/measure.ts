import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";

/** One figure, held against a floor measured in the same run. `ratio` is value / floor; `met` says whether the aim holds. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  floor: number | null;
  ratio: number | null;
  /** In words. Null for what is only watched. */
  aim: string | null;
  met: boolean | null;
}

/** How much is measured: all of it, or just enough to see that it runs. */
export type Size = "full" | "tiny";

export interface Bench {
  name: string;
  /** The names of the figures that `run` comes back with, in their order. They are stable: figures are compared over time. */
  figures: string[];
  run: (size: Size) => Promise<Figure[]>;
}

export function quantile(samples: number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export const median = (samples: number[]) => quantile(samples, 0.5);

interface Measured {
  value: number;
  floor: number;
  unit: string;
}

export function atMost(name: string, { value, floor, unit }: Measured, aim: number): Figure {
  const ratio = value / floor;
  return { name, value, unit, floor, ratio, aim: `≤ ${aim} × floor`, met: ratio <= aim };
}

export function atLeast(name: string, { value, floor, unit }: Measured, aim: number): Figure {
  const ratio = value / floor;
  return { name, value, unit, floor, ratio, aim: `≥ ${aim} × floor`, met: ratio >= aim };
}

/** A figure that nobody aims at; with the floor beside it where there is one. */
export function watched(name: string, value: number, unit: string, floor: number | null = null): Figure {
  return { name, value, unit, floor, ratio: floor === null ? null : value / floor, aim: null, met: null };
}

export function plain(name: string, value: number, unit: string, limit: number): Figure {
  return { name, value, unit, floor: null, ratio: null, aim: `≤ ${limit}`, met: value <= limit };
}

/** The machine's monotonic clock: the same in every thread and process. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** On this disk, not in a temporary folder: that may be memory, where a durable commit costs nothing. */
export function benchFolder(): string {
  const parent = join(".allstop", "bench");
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, "run-"));
}
