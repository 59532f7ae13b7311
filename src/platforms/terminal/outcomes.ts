import type { ToConsole } from "./protocol.ts";

const REMEMBERED_MAX = 1_000;

/** What came of one act so far, and where it is shown. */
export interface Outcome {
  /** Tells the console that waits, and keeps it for one that asks again after a lost connection. */
  tell(frame: ToConsole): void;
}

/** Acts of this life by their id: one that comes again is not done again, and gets the same answers. */
export function createOutcomes() {
  const known = new Map<string, { told: ToConsole[]; show: (frame: ToConsole) => void }>();
  return {
    /** True when the act is known: what was told is told to `show`, and what follows goes there too. */
    repeat(id: string, show: (frame: ToConsole) => void): boolean {
      const entry = known.get(id);
      if (entry === undefined) return false;
      entry.show = show;
      for (const frame of entry.told) show(frame);
      return true;
    },
    begin(id: string, show: (frame: ToConsole) => void): Outcome {
      const entry = { told: [] as ToConsole[], show };
      known.set(id, entry);
      const [oldest] = known.keys();
      if (known.size > REMEMBERED_MAX && oldest !== undefined) known.delete(oldest);
      return {
        tell(frame) {
          entry.told.push(frame);
          entry.show(frame);
        },
      };
    },
    /** It could not be taken in: the same may come again. */
    forget: (id: string) => void known.delete(id),
  };
}
