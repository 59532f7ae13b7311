import type { Interactions } from "./interactions.ts";
import type { World } from "./world.ts";

/** What every route works on. */
export interface Scene {
  world: World;
  interactions: Interactions;
  /** When commands were created, in ms: Discord allows two hundred a day and server. */
  created: number[];
  /** What every answer takes longer, in ms. */
  delayMs: number;
}
