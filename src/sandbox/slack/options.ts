import { type Clock, realClock } from "./clock.ts";
import { DEFAULT_EVENTS } from "./events.ts";
import type { SlackCommand, SlackShortcut } from "./model.ts";
import { ALL_SCOPES } from "./scopes.ts";

export interface PersonSeed {
  id: string;
  name: string;
  title: string;
  address?: string;
  email?: string;
  /** Can't be invited: `user_is_restricted`. */
  guest?: boolean;
  deactivated?: boolean;
}

export interface ChannelSeed {
  id?: string;
  name: string;
  private?: boolean;
  /** People's ids. The bot is a member where its id is listed, or `bot` is set. */
  members: string[];
  bot?: boolean;
}

export interface SlackServerOptions {
  /** 0, which is the default, takes a free one. */
  port?: number;
  host?: string;
  botToken?: string;
  appToken?: string;
  signingSecret?: string;
  botUserId?: string;
  teamName?: string;
  appName?: string;
  /** Bot scopes that the workspace granted. All, unless said otherwise. */
  scopes?: readonly string[];
  people?: PersonSeed[];
  /** `#general` with everybody, unless said otherwise. */
  channels?: ChannelSeed[];
  commands?: SlackCommand[];
  shortcuts?: SlackShortcut[];
  usergroups?: { id: string; handle: string; name: string; users: string[] }[];
  /** Names as in the manifest: `reaction_added`, `message.channels`… */
  subscribedEvents?: readonly string[];
  /** HTTP mode: where signed events, commands and interactions are posted. `useHttp` sets it later, and checks it. */
  eventsUrl?: string;
  clock?: Clock;
  rateLimits?: boolean;
  pingIntervalMs?: number;
  /** Begins permalinks; `https://<team>.slack.com` unless said otherwise. */
  permalinkBase?: string;
}

export type Settings = Required<Omit<SlackServerOptions, "eventsUrl" | "permalinkBase">> &
  Pick<SlackServerOptions, "eventsUrl" | "permalinkBase">;

export function withDefaults(options: SlackServerOptions): Settings {
  const people = options.people ?? [
    { id: "U0ANA", name: "Ana Lima", title: "responder" },
    { id: "U0BEN", name: "Ben Okafor", title: "signer" },
  ];
  return {
    port: 0,
    host: "127.0.0.1",
    botToken: "xoxb-1000000000-2000000000-sandboxsandboxsandbox",
    appToken: "xapp-1-A0ALLSTOP-3000000000-sandboxsandboxsandboxsandbox",
    signingSecret: "5a5d0000c0ffee00c0ffee00c0ffee00",
    botUserId: "U0ALLSTOP",
    teamName: "Allstop Sandbox",
    appName: "Allstop",
    scopes: ALL_SCOPES,
    people,
    channels: [{ name: "general", members: people.map(({ id }) => id) }],
    commands: [],
    shortcuts: [],
    usergroups: [],
    subscribedEvents: DEFAULT_EVENTS,
    clock: realClock,
    rateLimits: true,
    pingIntervalMs: 10_000,
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  };
}
