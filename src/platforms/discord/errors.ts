import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";
import { RefusedError, RetryableError } from "../../chat/platform.ts";

/** A failed request in the port's words: what passes by itself, what is refused for good, and what is our own mistake. */
export function mapError(what: string, error: unknown): unknown {
  if (error instanceof RateLimitError) return rateLimited(what, error.timeToReset || error.retryAfter, error);
  if (error instanceof DiscordAPIError) return mapCode(what, error);
  if (error instanceof HTTPError) {
    if (error.status >= 500)
      return new RetryableError(`Discord answered ${what} with HTTP ${error.status}.`, { cause: error });
    return new RefusedError(`http_${error.status}`, `Discord refused ${what}: HTTP ${error.status}.`, DOCTOR, {
      cause: error,
    });
  }
  if (error instanceof Error && isNetwork(error)) {
    return new RetryableError(`Discord did not answer ${what}: ${error.message}`, { cause: error });
  }
  return error;
}

/** Discord's JSON code, where it answered with one. */
export function discordCode(error: unknown): number | undefined {
  const original = error instanceof RefusedError || error instanceof RetryableError ? error.cause : error;
  return original instanceof DiscordAPIError && typeof original.code === "number" ? original.code : undefined;
}

/** The token does not work any more, and will not by itself. */
export function isFatal(error: unknown): boolean {
  const original = error instanceof RefusedError ? error.cause : error;
  return original instanceof DiscordAPIError && original.status === 401 && original.code !== CODES.expiredToken;
}

/** Close codes after which Discord takes no connection of ours: token, shard, version, intents. */
export const FATAL_CLOSES: ReadonlySet<number> = new Set([4004, 4010, 4011, 4012, 4013, 4014]);

export const CODES = {
  unknownChannel: 10003,
  unknownMessage: 10008,
  unknownWebhook: 10015,
  unknownInteraction: 10062,
  tooManyPins: 30003,
  oldEdits: 30046,
  answeredAlready: 40060,
  closedDms: 50007,
  expiredToken: 50027,
  archivedThread: 50083,
  invalidBody: 50035,
  threadExists: 160004,
  lockedThread: 160005,
  tooManyThreads: 160006,
} as const;

const DOCTOR = "Run `allstop doctor` to see what the bot lacks.";

function mapCode(what: string, error: DiscordAPIError): unknown {
  const code = Number(error.code);
  // More edits to an old message than Discord allows: a new message takes its place.
  if (code === CODES.oldEdits) {
    return new RefusedError("gone", `Discord refused ${what}: ${error.message}`, "A new one is posted.", {
      cause: error,
    });
  }
  if (error.status === 429) return rateLimited(what, 1_000, error);
  if (code === CODES.unknownMessage) {
    return new RefusedError("gone", `Discord refused ${what}: the message is gone.`, "A new one is posted.", {
      cause: error,
    });
  }
  // We sent something malformed. Nobody in the room can help it: it must be loud.
  if (code === CODES.invalidBody && !JSON.stringify(error.rawError).includes("CHANNEL_PARENT_")) {
    return new Error(`Discord found ${what} malformed: ${error.message}`, { cause: error });
  }
  if (error.status >= 500)
    return new RetryableError(`Discord could not do ${what}: ${error.message}`, { cause: error });
  return new RefusedError(String(code), `Discord refused ${what}: ${error.message}`, REMEDIES[code] ?? DOCTOR, {
    cause: error,
  });
}

function rateLimited(what: string, retryAfterMs: number, cause: unknown): RetryableError {
  const wait = Math.ceil(retryAfterMs);
  return new RetryableError(`Discord asks to wait ${Math.ceil(wait / 1000)} s with ${what}.`, {
    retryAfterMs: wait,
    cause,
  });
}

function isNetwork(error: Error): boolean {
  return (
    error.name === "AbortError" ||
    error.name === "TimeoutError" ||
    /fetch failed|other side closed|socket|ECONN|EPIPE|ETIMEDOUT|UND_ERR/i.test(
      `${error.message} ${"code" in error ? error.code : ""}`,
    )
  );
}

const REMEDIES: Record<number, string> = {
  0: "The bot's token no longer works. Make a new one and set DISCORD_TOKEN.",
  10003: "The channel was deleted, or the bot can't see it. Check the id in the response plan.",
  10007: "The person is not in this server. Invite them, or mend the response plan.",
  10013: "No such account. Mend the response plan.",
  30003: "Unpin some messages of the channel.",
  30013: "The server has 500 channels, which is all that Discord allows. Delete old ones.",
  50001: "The bot can't see this channel. Give its role View Channel there.",
  50005: "The message is not the bot's own; a new one is posted.",
  50007: "The person takes no direct messages from this server. Ask them in the room.",
  50013: "A permission is missing. Run `allstop doctor`: it names the permission and the link that mends it.",
  50027: "The answer came too late; the room shows what was done.",
  50083: "The thread is archived. Unarchive it.",
  160005: "The thread is locked. Unlock it.",
  160006: "The server has as many active threads as Discord allows. Archive some.",
};
