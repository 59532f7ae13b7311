import { platformOf, type UserRef } from "../chat/platform.ts";
import { exportIncident } from "../core/export.ts";
import { presenceOn } from "../core/incident.ts";
import { getIncident, recordIncident } from "../core/record-incident.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { optionally, platformFor, platformHere } from "./deps.ts";

/** Puts the postmortem and the machine-readable timeline into the room. */
export async function deliverExport(deps: ChatDeps, { incident: id }: { incident: string }): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  const platform = platformHere(deps);
  const nameOf = async (user: UserRef) => (await platformFor(deps, user).describeUser(user)).name;
  const files = await exportIncident(app, id, nameOf);
  const at = presenceOn(incident, deps.chat).room ?? incident.origin;
  if (at === undefined || platformOf(at) !== deps.chat) return; // Opening the room owes it, where it is resolved.
  const uploaded = await optionally(deps, id, "Uploading the timeline", async () => {
    const { markdown, json } = files;
    const options = deps.again ? { againSince: deps.owed.owedAt } : {};
    await platform.upload(at, { ...markdown, title: `${id} postmortem` }, options);
    await platform.upload(at, { ...json, title: `${id} timeline` }, options);
  });
  if (!uploaded) return;
  const { events, head } = files;
  await recordIncident(app, { by: "allstop" }, id, () => ({
    events: [{ kind: "timeline.exported", events, head, files: [files.markdown.name, files.json.name] }],
    effects: [],
  }));
}
