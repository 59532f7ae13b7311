import { lineView } from "../chat/cards/line.ts";
import { platformOf } from "../chat/platform.ts";
import type { View } from "../chat/view.ts";
import type { Effect } from "../core/effects.ts";
import { RefusedError } from "../core/errors.ts";
import { isOver, roomOn } from "../core/incident.ts";
import { getIncident, streamOf } from "../core/record-incident.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { platformFor } from "./deps.ts";

/** Tells one person directly what waits for them. The line in the room has rung them as well. */
export async function page(
  deps: ChatDeps,
  { incident: id, seq, user }: Extract<Effect, { kind: "page" }>,
): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  const stored = (await app.journal.events(streamOf(id)))[seq - 1];
  const line = stored && lineView(stored);
  if (line === undefined || isOver(incident)) return;
  const room = roomOn(incident, platformOf(user));
  const where: View["body"] = room === undefined ? [] : [{ kind: "text", text: ["Room: ", room] }];
  const view = { ...line, tone: "danger" as const, body: [...line.body, ...where] };
  const options = { key: `page/${id}/${seq}/${user}`.slice(0, 64), urgent: true, again: deps.again };
  try {
    await platformFor(deps, user).directMessage(user, view, options);
  } catch (error) {
    // A closed inbox is no loss: the room's line names and rings them.
    if (!(error instanceof RefusedError)) throw error;
  }
}
