import { exportIncident } from "../core/export.ts";
import { getIncident, recordIncident } from "../core/incident-ops.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { homeOf, optionally } from "./deps.ts";

/** Puts the postmortem and the machine-readable timeline into the room. */
export async function deliverExport(deps: ChatDeps, { incident: id }: { incident: string }): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  const platform = homeOf(deps, incident);
  const files = await exportIncident(app, id, async (user) => (await platform.describeUser(user)).name);
  const at = incident.room ?? incident.origin;
  if (at === undefined) return;
  const uploaded = await optionally(deps, id, "Uploading the timeline", async () => {
    await platform.upload(at, {
      name: files.markdown.name,
      title: `${id} postmortem`,
      content: files.markdown.content,
    });
    await platform.upload(at, { name: files.json.name, title: `${id} timeline`, content: files.json.content });
  });
  if (!uploaded) return;
  const { events, head } = files;
  await recordIncident(app, { by: "allstop" }, id, () => ({
    events: [{ kind: "timeline.exported", events, head, files: [files.markdown.name, files.json.name] }],
    effects: [],
  }));
}
