import { alertCard } from "../chat/cards/incident-card.ts";
import { headLine } from "../chat/cards/line.ts";
import type { Effect } from "../core/effects.ts";
import { RetryableError } from "../core/errors.ts";
import type { Place } from "../core/ids.ts";
import { presenceOn } from "../core/incident.ts";
import { getIncident, recordIncident, streamOf } from "../core/record-incident.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { optionally, platformFor, platformHere, showCard } from "./deps.ts";

const BOT = { by: "allstop" } as const;

/** Tells `#security-alerts`: one message, edited as things change, and a line in its thread at each turning point. */
export async function announce(deps: ChatDeps, { incident: id }: { incident: string }): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  const at = alertsPlace(deps);
  if (at === undefined) return;
  await optionally(deps, id, "Telling #security-alerts", () =>
    showCard(deps, {
      at,
      message: presenceOn(incident, deps.chat).alert,
      view: alertCard(app.plan(), incident, deps.chat),
      key: `alert/${id}`,
      urgent: true,
      posted: async (message) => {
        await recordIncident(app, BOT, id, () => ({ events: [{ kind: "alert.posted", message }], effects: [] }));
      },
    }),
  );
}

/**
 * Puts the timeline's head under the alert, in each chat: whoever would rewrite the timeline later would have to
 * rewrite those messages too, on every platform.
 */
export async function postHead(
  deps: ChatDeps,
  { incident: id, seq }: Extract<Effect, { kind: "post_head" }>,
): Promise<void> {
  const { app } = deps;
  const { alert, room } = presenceOn(await getIncident(app, id), deps.chat);
  const at = alert ?? room;
  const stored = (await app.journal.events(streamOf(id)))[seq - 1];
  if (at === undefined || stored === undefined) return;
  await optionally(deps, id, "Posting the timeline's head", async () => {
    const { hash } = stored;
    const options = { key: `head/${id}/${seq}`, again: deps.again };
    const message = await platformFor(deps, at).post(at, headLine(id, seq, hash), options);
    await recordIncident(app, BOT, id, () => ({ events: [{ kind: "head.posted", message, seq, hash }], effects: [] }));
  });
}

/** `slack:T1/C0ALERTS`: the workspace is where we are connected, the channel is the plan's. */
export function alertsPlace(deps: ChatDeps): Place | undefined {
  const { alerts } = deps.app.plan().channels;
  const channel = deps.chat === "slack" ? alerts.slack : deps.chat === "discord" ? alerts.discord : undefined;
  if (channel === undefined) return undefined;
  const { home, name } = platformHere(deps);
  if (home === undefined) throw new RetryableError(`${name} is not connected yet.`);
  return `${home}/${channel}`;
}
