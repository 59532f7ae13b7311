/** What the page knows, and how each pushed event changes it. Pure: no network, no DOM. */
import type { ClientEvent, ClientState, Message } from "../../../slack/client-api.ts";
import type { PageInfo } from "./api.ts";
import type { Route } from "./route.ts";

export interface AppState {
  as: string;
  info?: PageInfo;
  /** The acting person's workspace; undefined until it has come. */
  workspace?: ClientState;
  connection: "connecting" | "open" | "lost";
  route: Route;
  /** Messages by place: a channel's id, or `channel/root ts` for a thread. Undefined until loaded. */
  messages: Record<string, Message[]>;
  /** Ephemeral messages by person: they live in the page only, as in Slack. */
  ephemerals: Record<string, Message[]>;
  /** Slack's words under the composer, by `person/channel`. */
  notices: Record<string, string>;
  /** People for whom something came while somebody else was acting. */
  nudges: Record<string, number>;
  /** Number of the newest event seen, by person. */
  cursors: Record<string, number>;
  drafts: Record<string, string>;
}

export function threadKey(channel: string, threadTs: string): string {
  return `${channel}/${threadTs}`;
}

/** The state after an event for the acting person. */
export function withEvent(state: AppState, event: ClientEvent): AppState {
  switch (event.type) {
    case "message":
    case "message_changed":
      return withMessage(state, event.message);
    case "message_deleted":
      return { ...state, messages: mapValues(state.messages, (list) => without(list, event.ts)) };
    case "ephemeral":
      return withEphemerals(state, (list) => inOrder([...without(list, event.message.ts), event.message]));
    case "ephemeral_deleted":
      return withEphemerals(state, (list) => without(list, event.ts));
    case "notice":
      return { ...state, notices: { ...state.notices, [`${state.as}/${event.channel}`]: event.text } };
    case "channel":
      return withWorkspace(state, ({ channels, me }) => {
        const rest = channels.filter((channel) => channel.id !== event.channel.id);
        const isGone = event.channel.kind !== "public" && !event.channel.members.includes(me.id);
        return { channels: isGone ? rest : [...rest, event.channel] };
      });
    case "views":
      return withWorkspace(state, () => ({ views: event.views }));
    case "home":
      return withWorkspace(state, () => ({ home: event.home }));
    case "presence":
      return withWorkspace(state, () => ({ appOnline: event.appOnline }));
    default:
      event satisfies never;
      return state;
  }
}

/** What a person sees in a place: the messages, with the ephemeral ones among them by time. */
export function visibleMessages(state: AppState, channel: string, threadTs?: string): Message[] | undefined {
  const loaded = state.messages[threadTs ? threadKey(channel, threadTs) : channel];
  if (!loaded) return undefined;
  const own = (state.ephemerals[state.as] ?? []).filter(
    (message) => message.channel === channel && message.threadTs === threadTs,
  );
  return own.length === 0 ? loaded : inOrder([...loaded, ...own]);
}

export function isReply(message: Message): boolean {
  return message.threadTs !== undefined && message.threadTs !== message.ts;
}

function withMessage(state: AppState, message: Message): AppState {
  const keys = isReply(message)
    ? [threadKey(message.channel, message.threadTs!)]
    : [message.channel, threadKey(message.channel, message.ts)];
  const messages = { ...state.messages };
  for (const key of keys) {
    const list = messages[key];
    // A place that is not loaded yet will bring the message when it is.
    if (list) messages[key] = inOrder([...without(list, message.ts), message]);
  }
  return { ...state, messages };
}

function withEphemerals(state: AppState, change: (list: Message[]) => Message[]): AppState {
  return { ...state, ephemerals: { ...state.ephemerals, [state.as]: change(state.ephemerals[state.as] ?? []) } };
}

function withWorkspace(state: AppState, change: (workspace: ClientState) => Partial<ClientState>): AppState {
  if (!state.workspace) return state;
  return { ...state, workspace: { ...state.workspace, ...change(state.workspace) } };
}

function without(list: Message[], ts: string): Message[] {
  return list.filter((message) => message.ts !== ts);
}

function inOrder(list: Message[]): Message[] {
  return list.toSorted((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0));
}

function mapValues<T>(record: Record<string, T>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
