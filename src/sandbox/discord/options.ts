import type { Clock } from "../slack/clock.ts";
import type { Overwrite } from "./model.ts";

export interface DiscordServerOptions {
  guildId?: string;
  guildName?: string;
  applicationId?: string;
  /** Must not begin with "bot": the client strips that. */
  token?: string;
  /** Roles of the server beside `@everyone` and the bot's own. */
  roles?: { id: string; name: string; permissions?: bigint }[];
  people?: { id: string; name: string; roles?: string[] }[];
  categories?: { id: string; name: string; overwrites?: Overwrite[] }[];
  /** Text channels; everybody sees them, unless overwrites say otherwise. */
  channels?: { id: string; name: string; parentId?: string; topic?: string; overwrites?: Overwrite[] }[];
  /** What the bot's own role allows; everything that it needs unless said otherwise. */
  botPermissions?: bigint;
  /** Privileged intents that are switched on for the application. None, unless said otherwise. */
  privilegedIntents?: readonly ("members" | "presences" | "content")[];
  heartbeatMs?: number;
  /** The time that the server lives in: limits of 3 s and 15 min, threads that fall asleep, edits of old messages. */
  clock?: Clock;
  /** Only the time, where waiting is real. */
  now?: () => number;
  /**
   * Requests per route, and fifty a second over all; counted in real time, since the client waits in real time. Headers
   * come in any case.
   */
  rateLimits?: boolean;
  port?: number;
}
