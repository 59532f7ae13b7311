import { alertCard } from "../chat/cards/incident-card.ts";
import type { Place } from "../core/ids.ts";
import { getIncident, recordIncident } from "../core/incident-ops.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { homeOf, optionally, showCard } from "./deps.ts";

/** Tells `#security-alerts`: one message, edited as things change, and a line in its thread at each turning point. */
export async function announce(deps: ChatDeps, { incident: id }: { incident: string }): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  const at = alertsPlace(deps, homeOf(deps, incident).name, incident.room ?? incident.origin);
  if (at === undefined) return;
  await optionally(deps, id, "Telling #security-alerts", () =>
    showCard(deps, {
      at,
      message: incident.alert,
      view: alertCard(incident),
      key: `alert/${id}`,
      urgent: true,
      posted: async (message) => {
        await recordIncident(app, { by: "allstop" }, id, () => ({
          events: [{ kind: "alert.posted", message }],
          effects: [],
        }));
      },
    }),
  );
}

/** `slack:T1/C0ALERTS`: the team comes from a place that we know, the channel from the plan. */
function alertsPlace({ app, platforms }: ChatDeps, platform: string, known: Place | undefined): Place | undefined {
  const { alerts } = app.plan().channels;
  const channel = platform === "slack" ? alerts.slack : platform === "discord" ? alerts.discord : undefined;
  if (channel === undefined) return undefined;
  const team = known?.slice(0, known.indexOf("/")) ?? platforms.get(platform)?.home;
  return team === undefined ? undefined : `${team}/${channel}`;
}
