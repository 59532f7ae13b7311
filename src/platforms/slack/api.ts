import { setTimeout as sleep } from "node:timers/promises";
import { WebClient } from "@slack/web-api";
import type { z } from "zod";
import type { Log } from "../../chat/log.ts";
import { RefusedError, RetryableError } from "../../chat/platform.ts";
import { boltLogger } from "./bolt-log.ts";
import { isFatal, mapError } from "./errors.ts";
import { isRepeatable, type Method } from "./methods.ts";
import { createPace } from "./pace.ts";

const TIMEOUT_MS = 8_000;
const UPLOAD_TIMEOUT_MS = 20_000;
const RETRY_MS = [150, 600];

/** Slack's Web API. Throws `RetryableError`, `RefusedError`, or, where we sent something malformed, a plain error. */
export interface Api {
  call<T>(method: Method, args: object, answer: z.ZodType<T>, options?: { urgent?: boolean }): Promise<T>;
  /** Puts bytes where `files.getUploadURLExternal` said. */
  put(url: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/**
 * Two lanes with a client and a pace each: what is urgent never waits behind chatter, nor behind the rate limit that
 * chatter ran into. The clients neither retry nor queue by themselves: a blind retry could post twice.
 */
export function createApi({
  token,
  apiUrl,
  log,
  onFatal,
}: {
  token: string;
  apiUrl: string;
  log: Log;
  onFatal: (why: Error) => void;
}): Api {
  const lane = () => ({
    pace: createPace(),
    client: new WebClient(token, {
      slackApiUrl: apiUrl,
      timeout: TIMEOUT_MS,
      rejectRateLimitedCalls: true,
      retryConfig: { retries: 0 },
      logger: boltLogger(log),
    }),
  });
  const lanes = { normal: lane(), urgent: lane() };

  return {
    async call(method, args, answer, { urgent = false } = {}) {
      const { client, pace } = urgent ? lanes.urgent : lanes.normal;
      const channel = pacedChannel(method, args);
      for (const pauseMs of isRepeatable(method) ? [...RETRY_MS, undefined] : [undefined]) {
        if (channel !== undefined) await pace.turn(channel);
        try {
          return answer.parse(await client.apiCall(method, { ...args }));
        } catch (thrown) {
          const error = mapError(method, thrown);
          if (isFatal(error)) onFatal(new Error(`Slack does not take the bot's token: ${describe(error)}`));
          if (!(error instanceof RetryableError)) throw error;
          if (error.retryAfterMs !== undefined) {
            if (channel !== undefined) pace.hold(channel, error.retryAfterMs);
            throw error;
          }
          if (pauseMs === undefined) throw error;
          await sleep(pauseMs);
        }
      }
      throw new Error(`${method} ended without an answer.`);
    },
    async put(url, bytes) {
      const response = await fetch(url, {
        method: "POST",
        body: bytes,
        signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
      }).catch((cause: unknown) => {
        throw new RetryableError("A file could not be uploaded.", { cause });
      });
      if (response.ok) return;
      if (response.status >= 500 || response.status === 429) {
        throw new RetryableError(`A file could not be uploaded: HTTP ${response.status}.`);
      }
      throw new RefusedError(
        `http_${response.status}`,
        `Slack refused a file: HTTP ${response.status}`,
        "Fetch the file with `allstop export`.",
      );
    },
  };
}

/** Only messages are paced per channel; other methods have limits that we stay far below. */
function pacedChannel(method: Method, args: object): string | undefined {
  if (method !== "chat.postMessage") return undefined;
  return "channel" in args && typeof args.channel === "string" ? args.channel : undefined;
}

function describe(error: unknown): string {
  return error instanceof RefusedError ? `${error.code}. ${error.remedy}` : String(error);
}
