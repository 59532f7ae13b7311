import type { Place, UserRef } from "../../chat/platform.ts";

/** A place on Slack, in Slack's ids. */
export interface SlackPlace {
  team: string;
  channel: string;
  /** A message. Opaque: never a number. */
  ts?: string;
}

export function placeOf({ team, channel, ts }: SlackPlace): Place {
  return `slack:${team}/${channel}${ts === undefined ? "" : `/${ts}`}`;
}

/** Throws when the place is not on Slack. */
export function readPlace(place: Place): SlackPlace {
  const match = /^slack:([^/\s]+)\/([^/\s]+)(?:\/([^/\s]+))?$/.exec(place);
  const [, team, channel, ts] = match ?? [];
  if (team === undefined || channel === undefined) throw new Error(`${place} is not a place on Slack.`);
  return { team, channel, ...(ts !== undefined && { ts }) };
}

/** Throws when it is not a message on Slack. */
export function readMessagePlace(place: Place): { team: string; channel: string; ts: string } {
  const { team, channel, ts } = readPlace(place);
  if (ts === undefined) throw new Error(`${place} is a channel, and a message is wanted.`);
  return { team, channel, ts };
}

export function userRefOf(id: string): UserRef {
  return `slack:${id}`;
}

/** Slack's own id of a person, or undefined when the person is on another platform. */
export function slackIdOf(user: UserRef): string | undefined {
  return user.startsWith("slack:") ? user.slice("slack:".length) : undefined;
}

/** The same, where it can only be somebody on Slack. */
export function slackId(user: UserRef): string {
  const id = slackIdOf(user);
  if (id === undefined) throw new Error(`${user} is not somebody on Slack.`);
  return id;
}

/** When a message was written, from its ts: ISO 8601, to the millisecond. */
export function timeOfTs(ts: string): string {
  const [seconds = "", fraction = ""] = ts.split(".");
  return new Date(Number(seconds) * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0"))).toISOString();
}

/** Slack's address of a channel or a message; `teamUrl` ends in a slash, as `auth.test` gives it. */
export function linkTo(
  teamUrl: string,
  { channel, ts }: Pick<SlackPlace, "channel" | "ts">,
  threadTs?: string,
): string {
  const base = `${teamUrl}archives/${channel}`;
  if (ts === undefined) return base;
  const link = `${base}/p${ts.replace(".", "")}`;
  return threadTs === undefined || threadTs === ts ? link : `${link}?thread_ts=${threadTs}&cid=${channel}`;
}
