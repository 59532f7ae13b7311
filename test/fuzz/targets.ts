import type { Random } from "../sim/random.ts";
import { knockAtDoor } from "./door.ts";
import { damageFiles, damageSignatures, tamperTimelines } from "./files.ts";
import { mutatePlans } from "./plans.ts";
import { misreadSlack, twistDiscord, twistSlack } from "./platforms.ts";
import { mutatePlaybooks } from "./playbooks.ts";

export interface Target {
  what: string;
  /** Gives `times` inputs, and returns what went wrong as sentences. */
  give: (random: Random, times: number) => Promise<string[]> | string[];
  /** Inputs of one life, and how many lives a soak has: a million inputs in all targets together. */
  times: number;
  soakLives: number;
}

export const targets: Target[] = [
  { what: "what anybody says at the door, and how it is shown", give: knockAtDoor, times: 500, soakLives: 1_000 },
  { what: "damaged plans and playbooks", give: damageFiles, times: 150, soakLives: 200 },
  { what: "plans that say something else", give: mutatePlans, times: 60, soakLives: 300 },
  { what: "playbooks that say something else", give: mutatePlaybooks, times: 60, soakLives: 300 },
  { what: "exported timelines that were tampered with", give: tamperTimelines, times: 150, soakLives: 200 },
  { what: "damaged signatures", give: damageSignatures, times: 300, soakLives: 700 },
  { what: "payloads of Slack that are not as they should be", give: misreadSlack, times: 2_000, soakLives: 105 },
  { what: "the same over signed HTTP", give: twistSlack, times: 60, soakLives: 20 },
  { what: "dispatches of Discord that are not as they should be", give: twistDiscord, times: 400, soakLives: 50 },
];
