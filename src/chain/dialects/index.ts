import type { Hex } from "../../core/ids.ts";
import type { dialects as names } from "../../core/plan.ts";
import { openzeppelinPausable } from "./openzeppelin-pausable.ts";

/**
 * How one family of contracts is paused and how it says that it is. A dialect comes from the plan, never from a
 * selector: the same selector means different things to different families.
 */
export interface Dialect {
  /** The call that pauses, as the Safe makes it. */
  pause: { signature: string; selector: Hex; data: Hex };
  /** The read that says whether it is paused. `read` throws when the data cannot be its answer. */
  state: { label: string; data: Hex; read(data: Hex): boolean };
  /** How a guarded function reverts while paused: custom errors by selector, old ones by reason string. */
  pausedReverts: { label: string; selector?: Hex; reason?: string }[];
  /** Whether this revert says that the target was paused before. */
  alreadyPaused(revert: Hex): boolean;
}

/** A further dialect is a further file and a further line here. */
export const dialects: Record<(typeof names)[number], Dialect> = {
  "openzeppelin-pausable": openzeppelinPausable,
};
