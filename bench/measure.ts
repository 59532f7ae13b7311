import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";

/** One figure, held against a floor measured in the same run. `ratio` is value / floor; `met` says whether the aim holds. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  floor: number | null;
  ratio: number | null;
  aim: string;
  met: boolean | null;
}

export interface Bench {
  name: string;
  run: () => Promise<Figure[]>;
}

export function quantile(samples: number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export const median = (samples: number[]) => quantile(samples, 0.5);

export function atMost(name: string, value: number, unit: string, floor: number, aim: number): Figure {
  const ratio = value / floor;
  return { name, value, unit, floor, ratio, aim: `≤ ${aim} × floor`, met: ratio <= aim };
}

export function atLeast(name: string, value: number, unit: string, floor: number, aim: number): Figure {
  const ratio = value / floor;
  return { name, value, unit, floor, ratio, aim: `≥ ${aim} × floor`, met: ratio >= aim };
}

export function plain(name: string, value: number, unit: string, limit?: number): Figure {
  return {
    name,
    value,
    unit,
    floor: null,
    ratio: null,
    aim: limit === undefined ? "watched" : `≤ ${limit}`,
    met: limit === undefined ? null : value <= limit,
  };
}

/** On this disk, not in a temporary folder: that may be memory, where a durable commit costs nothing. */
export function benchFolder(): string {
  const parent = join(".allstop", "bench");
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, "run-"));
}
