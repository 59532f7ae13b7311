import type { Place } from "./core/ids.ts";
import { linkTo } from "./platforms/discord/place.ts";
import { readPlace } from "./platforms/slack/place.ts";

/** The address at which a browser opens a room, for those who are called from outside the chat. */
export function roomLink(room: Place): string | undefined {
  if (room.startsWith("discord:")) return linkTo(room);
  if (!room.startsWith("slack:")) return undefined;
  const { team, channel } = readPlace(room);
  return `https://app.slack.com/client/${team}/${channel}`;
}
