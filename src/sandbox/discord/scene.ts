import type { Interactions } from "./interactions.ts";
import type { World } from "./world.ts";

/** What every route works on. */
export interface Scene {
  world: World;
  interactions: Interactions;
  origin(): string;
  /** Commands created today: Discord allows two hundred a day and server. */
  created: { count: number };
  /** What every answer takes longer, in ms. */
  delayMs: number;
}
