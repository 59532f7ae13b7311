import { z } from "zod";
import type { Api } from "./api.ts";

/** Who we are, and where. */
export interface Workspace {
  team: string;
  /** Begins every link into the workspace, and ends in a slash. */
  teamUrl: string;
  botUserId: string;
  botId?: string;
}

const Identity = z.object({
  url: z.string(),
  team_id: z.string(),
  user_id: z.string(),
  bot_id: z.string().optional(),
});

/** Asks Slack whose token this is: the one call before the bot is connected. */
export async function readWorkspace(api: Api): Promise<Workspace> {
  const { url, team_id, user_id, bot_id } = await api.call("auth.test", {}, Identity);
  return {
    team: team_id,
    teamUrl: url.endsWith("/") ? url : `${url}/`,
    botUserId: user_id,
    ...(bot_id !== undefined && { botId: bot_id }),
  };
}
