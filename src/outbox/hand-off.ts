import type { Effect } from "../core/effects.ts";
import { handOff } from "../core/handoff.ts";
import { findPause, presenceOn } from "../core/incident.ts";
import { isOpen } from "../core/pause-state.ts";
import { getIncident } from "../core/record-incident.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { optionally, platformHere } from "./deps.ts";

/** Puts into the room all that is needed to send a proposal without Allstop. What has run by then needs nobody's hand. */
export async function deliverHandOff(
  deps: ChatDeps,
  { incident: id, proposal }: Extract<Effect, { kind: "hand_off" }>,
): Promise<void> {
  const incident = await getIncident(deps.app, id);
  const pause = findPause(incident, proposal);
  const { room } = presenceOn(incident, deps.chat);
  if (room === undefined || !isOpen(pause) || pause.included !== undefined) return;
  const options = deps.again ? { againSince: deps.owed.owedAt } : {};
  await optionally(deps, id, `Handing over ${proposal}`, () =>
    platformHere(deps).upload(room, handOff(pause), options),
  );
}
