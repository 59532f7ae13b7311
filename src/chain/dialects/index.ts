import type { Address, Hex } from "../../core/ids.ts";
import type { Intervention } from "../../core/plan.ts";
import type { Provider } from "../rpc.ts";
import { openzeppelinPausable } from "./openzeppelin-pausable.ts";

/** One way in which contracts are paused. Chosen by the plan, never guessed from a selector. */
export interface Dialect {
  /** The call that pauses: what the card shows, and what the Safe sends. */
  call: { signature: string; selector: Hex; data: Hex };
  isPaused(provider: Provider, target: Address, blockNumber?: bigint): Promise<boolean>;
  /** How the state reads on a card: `paused() = true`. */
  stateWords(paused: boolean): string;
  /** Error selectors with which a guarded function may refuse once paused. */
  pausedErrors: { selector: Hex; name: string }[];
}

export const dialects: Record<Intervention["dialect"], Dialect> = {
  "openzeppelin-pausable": openzeppelinPausable,
};
