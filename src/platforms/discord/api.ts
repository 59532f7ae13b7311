import { REST, type RESTOptions, type RouteLike } from "discord.js";
import type { z } from "zod";
import { RefusedError } from "../../chat/platform.ts";
import { isFatal, mapError } from "./errors.ts";

const TIMEOUT_MS = 8_000;
/** A wait that is longer is the outbox's: it tells, and does other things meanwhile. */
const OWN_WAIT_MS_MAX = 2_000;

export interface Call {
  method: "get" | "post" | "put" | "patch" | "delete";
  route: string;
  body?: unknown;
  query?: URLSearchParams;
  files?: { name: string; data: Buffer }[];
  urgent?: boolean;
  /** Doing it twice would make two of it: after an answer that never came, whoever asked looks first. */
  once?: boolean;
}

export interface Api {
  /** Asks Discord, and reads the answer by a schema. `what` names it in errors: `the card`. Throws the port's failures. */
  call<S extends z.ZodType>(what: string, call: Call, answer: S): Promise<z.output<S>>;
  rest: REST;
}

/** Options of every REST client of ours. Without `rejectOnRateLimit` a long wait would be silent. */
export function restOptions(apiUrl: string): Partial<RESTOptions> {
  return {
    api: apiUrl,
    version: "10",
    retries: 2,
    timeout: TIMEOUT_MS,
    invalidRequestWarningInterval: 500,
    // Without a time there is nothing to wait for: the library would ask again at once, and for ever.
    rejectOnRateLimit: ({ timeToReset, retryAfter }) => timeToReset > OWN_WAIT_MS_MAX || retryAfter <= 0,
  };
}

/**
 * Clients with queues of their own: what is urgent never waits behind chatter. Several of Discord's limits are per route
 * and channel; those it shares. The library asks again by itself after a silence or a 5xx, by when the first request may
 * have been done: the third client does not.
 */
export function createApi({
  token,
  apiUrl,
  onFatal,
}: {
  token: string;
  apiUrl: string;
  onFatal: (why: Error) => void;
}): Api {
  const normal = new REST(restOptions(apiUrl)).setToken(token);
  const urgent = new REST(restOptions(apiUrl)).setToken(token);
  const single = new REST({ ...restOptions(apiUrl), retries: 0 }).setToken(token);
  return {
    rest: normal,
    async call(what, { method, route, body, query, files, urgent: hurry, once }, answer) {
      const rest = once === true ? single : hurry === true ? urgent : normal;
      try {
        const sent = files === undefined ? { ...(body !== undefined && { body }) } : await packed(body, files);
        return answer.parse(await rest[method](route as RouteLike, { ...sent, ...(query && { query }) }));
      } catch (thrown) {
        const error = mapError(what, thrown);
        if (isFatal(error)) {
          onFatal(
            new RefusedError("401", "Discord does not take the bot's token.", "Make a new one and set DISCORD_TOKEN."),
          );
        }
        throw error;
      }
    },
  };
}

/**
 * A body with files. It is packed here, as the library hands its form to whichever HTTP agent was loaded first in the
 * process, and another version of that does not take it.
 */
async function packed(body: unknown, files: { name: string; data: Buffer }[]) {
  const form = new FormData();
  form.set("payload_json", JSON.stringify(body));
  for (const [index, { name, data }] of files.entries())
    form.set(`files[${index}]`, new Blob([new Uint8Array(data)]), name);
  const response = new Response(form);
  const type = response.headers.get("content-type") ?? "multipart/form-data";
  return { body: Buffer.from(await response.arrayBuffer()), passThroughBody: true, headers: { "content-type": type } };
}
