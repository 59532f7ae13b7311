import type { Fields } from "./json.ts";

/** One request that the bot made. `token` is as it came; `result` is the answer's body. */
export interface JournalEntry {
  method: string;
  args: Fields;
  token: string;
  status: number | "broken" | "hanging";
  result: Fields;
  /** Milliseconds since 1970, on the workspace's clock. */
  at: number;
}

/** A payload that Slack would not have taken. In a healthy bot there is none. */
export interface Problem {
  method: string;
  error: string;
  messages: string[];
  args: Fields;
}

/** What the workspace sent to the bot, and what came of it. */
export interface Delivery {
  type: "events_api" | "slash_commands" | "interactive";
  payload: Fields;
  /** Set once the bot has answered, or failed to. */
  outcome?: Outcome;
  /** 0 for the first. */
  attempt: number;
  at: number;
}

export type Outcome =
  /** `payload` is the body of the acknowledgement: undefined when it was empty. */
  | { kind: "acked"; payload: unknown }
  | { kind: "timeout" }
  /** Nobody there to deliver to, or the connection broke before an answer. */
  | { kind: "unreachable" }
  | { kind: "http_error"; status: number };

/** Longest memory of requests and deliveries; older ones are dropped so that a long run does not grow. */
export const TRAFFIC_LENGTH_MAX = 4000;

export function remember<T>(list: T[], entry: T): void {
  list.push(entry);
  if (list.length > TRAFFIC_LENGTH_MAX) list.splice(0, TRAFFIC_LENGTH_MAX / 2);
}
