import { z } from "zod";
import { type Method, method } from "./method.ts";

export const authMethods: Record<string, Method> = {
  "auth.test": method({
    tier: "special",
    token: "any",
    args: z.object({}),
    run: ({ workspace }) => ({
      url: `${workspace.permalinkBase}/`,
      team: workspace.team.name,
      user: workspace.app.name.toLowerCase(),
      team_id: workspace.team.id,
      user_id: workspace.app.userId,
      bot_id: workspace.app.botId,
      is_enterprise_install: false,
    }),
  }),

  "api.test": method({
    tier: "special",
    token: "any",
    args: z.looseObject({}),
    run: (_call, args) => ({ args }),
  }),

  "team.info": method({
    tier: "tier3",
    scopes: ["team:read"],
    args: z.object({}),
    run: ({ workspace: { team } }) => ({
      team: {
        id: team.id,
        name: team.name,
        url: `https://${team.domain}.slack.com/`,
        domain: team.domain,
        email_domain: "",
        icon: {},
        avatar_base_url: "",
        is_verified: false,
      },
    }),
  }),

  "apps.connections.open": method({
    tier: "tier3",
    token: "app",
    args: z.object({}),
    run: ({ sockets }) => ({ url: sockets.open() }),
  }),
};
