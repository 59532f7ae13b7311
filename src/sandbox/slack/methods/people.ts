import { z } from "zod";
import { SlackError } from "../errors.ts";
import type { Usergroup } from "../model.ts";
import { userShape } from "../shapes.ts";
import { personOf } from "../workspace.ts";
import { count, flag, type Method, method, page } from "./method.ts";

const PAGE_LENGTH_MAX = 1000;

export const peopleMethods: Record<string, Method> = {
  "users.info": method({
    tier: "tier4",
    scopes: ["users:read"],
    args: z.object({ user: z.string(), include_locale: flag.optional() }),
    run: (call, { user }) => ({
      user: userShape(call.workspace, personOf(call.workspace, user), call.granted("users:read.email")),
    }),
  }),

  "users.list": method({
    tier: "tier2",
    scopes: ["users:read"],
    args: z.object({ cursor: z.string().optional(), limit: count.default(PAGE_LENGTH_MAX) }),
    run(call, { cursor, limit }) {
      const { items, next } = page([...call.workspace.people.values()], cursor, Math.min(limit, PAGE_LENGTH_MAX));
      const withEmail = call.granted("users:read.email");
      return {
        members: items.map((person) => userShape(call.workspace, person, withEmail)),
        response_metadata: { next_cursor: next },
      };
    },
  }),

  "users.lookupByEmail": method({
    tier: "tier3",
    scopes: ["users:read.email"],
    args: z.object({ email: z.string() }),
    run(call, { email }) {
      const person = [...call.workspace.people.values()].find((each) => each.email === email && !each.deactivated);
      if (!person) throw new SlackError("users_not_found");
      return { user: userShape(call.workspace, person, true) };
    },
  }),

  "usergroups.list": method({
    tier: "tier2",
    scopes: ["usergroups:read"],
    args: z.object({ include_users: flag.default(false) }),
    run: ({ workspace }, { include_users }) => ({
      usergroups: [...workspace.usergroups.values()].map((group) => ({
        ...groupShape(workspace.team.id, group),
        ...(include_users && { users: group.users }),
      })),
    }),
  }),

  "usergroups.users.list": method({
    tier: "tier2",
    scopes: ["usergroups:read"],
    args: z.object({ usergroup: z.string() }),
    run({ workspace }, { usergroup }) {
      const group = workspace.usergroups.get(usergroup);
      if (!group) throw new SlackError("no_such_subteam");
      return { users: group.users };
    },
  }),
};

function groupShape(team: string, group: Usergroup): Record<string, unknown> {
  return {
    id: group.id,
    team_id: team,
    is_usergroup: true,
    name: group.name,
    description: "",
    handle: group.handle,
    is_external: false,
    date_create: 0,
    date_update: 0,
    date_delete: 0,
    user_count: group.users.length,
  };
}
