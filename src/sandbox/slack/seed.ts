import type { Clock } from "./clock.ts";
import type { Settings } from "./options.ts";
import { createRoom } from "./rooms.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

/** A workspace with its people and channels in it, as it is before the bot comes. */
export function seedWorkspace(settings: Settings, clock: Required<Clock>): Workspace {
  const { teamName, appName, botUserId, commands, shortcuts, people, channels, usergroups } = settings;
  const workspace = createWorkspace({ clock, teamName, appName, botUserId, commands, shortcuts });
  if (settings.permalinkBase) workspace.permalinkBase = settings.permalinkBase.replace(/\/$/, "");
  for (const person of people) {
    const handle = person.id.replace(/^U0?/, "").toLowerCase();
    workspace.people.set(person.id, {
      email: `${handle}@${workspace.team.domain}.example`,
      guest: false,
      deactivated: false,
      isBot: false,
      ...person,
    });
  }
  const email = `${appName.toLowerCase()}@${workspace.team.domain}.example`;
  const bot = { id: botUserId, name: appName, title: "app", email, isBot: true, guest: false, deactivated: false };
  workspace.people.set(botUserId, bot);
  for (const { id, name, private: isPrivate, members, bot: withBot } of channels) {
    createRoom(workspace, {
      ...(id !== undefined && { id }),
      name,
      kind: isPrivate ? "private" : "public",
      creator: members[0] ?? botUserId,
      members: withBot ? [...members, botUserId] : members,
    });
  }
  for (const group of usergroups) workspace.usergroups.set(group.id, group);
  return workspace;
}
