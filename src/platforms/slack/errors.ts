import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";
import { RefusedError, RetryableError } from "../../chat/platform.ts";
import { METHOD_SCOPES, type Method } from "./methods.ts";

const RATE_LIMIT_MS_DEFAULT = 1000;

/** A failed call in the port's words: what passes by itself, what is refused for good, and what is our own mistake. */
export function mapError(method: Method, error: unknown): unknown {
  if (error instanceof WebAPIRateLimitedError) return rateLimited(method, error.retryAfter * 1000, error);
  if (error instanceof WebAPIRequestError) {
    return new RetryableError(`Slack did not answer ${method}: ${error.original.message}`, { cause: error });
  }
  if (error instanceof WebAPIHTTPError) {
    if (error.statusCode >= 500) {
      return new RetryableError(`Slack answered ${method} with HTTP ${error.statusCode}.`, { cause: error });
    }
    return refused(method, `http_${error.statusCode}`, error);
  }
  if (error instanceof WebAPIPlatformError) return mapCode(method, error);
  // A 429 without a usable Retry-After comes as a plain error.
  if (error instanceof Error && error.message.startsWith("Retry header")) {
    return rateLimited(method, RATE_LIMIT_MS_DEFAULT, error);
  }
  return error;
}

/** True when Slack may have done it, though we heard nothing of it, or nothing good. */
export function isUncertain(error: unknown): boolean {
  if (!(error instanceof RetryableError)) return false;
  return error.retryAfterMs === undefined;
}

/** Slack's own word for a refusal: `name_taken`. Undefined when it was no refusal. */
export function slackCode(error: unknown): string | undefined {
  const original = error instanceof RefusedError ? error.cause : error;
  return original instanceof WebAPIPlatformError ? original.data.error : undefined;
}

/** The token does not work any more, and will not by itself. */
export function isFatal(error: unknown): boolean {
  return FATAL.has(slackCode(error) ?? "");
}

const FATAL = new Set([
  "not_authed",
  "invalid_auth",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "user_removed_from_team",
  "team_disabled",
]);
const PASSING = new Set(["internal_error", "fatal_error", "service_unavailable", "request_timeout", "accesslimited"]);
/** We sent something malformed. Nobody in the room can help it: it must be loud. */
const OUR_MISTAKES = new Set([
  "invalid_blocks",
  "invalid_blocks_format",
  "invalid_arguments",
  "invalid_arg_name",
  "invalid_array_arg",
  "invalid_form_data",
  "msg_blocks_too_long",
  "msg_too_long",
  "metadata_too_large",
  "no_text",
  "view_too_large",
]);

function mapCode(method: Method, error: WebAPIPlatformError): unknown {
  const code = error.data.error;
  if (code === "ratelimited" || code === "rate_limited") return rateLimited(method, RATE_LIMIT_MS_DEFAULT, error);
  if (PASSING.has(code)) return new RetryableError(`Slack could not do ${method}: ${code}`, { cause: error });
  if (OUR_MISTAKES.has(code)) {
    const messages = error.data.response_metadata?.messages ?? [];
    return new Error(`Slack found ${method} malformed: ${code} ${messages.join("; ")}`.trim(), { cause: error });
  }
  return refused(method, code, error);
}

function rateLimited(method: Method, retryAfterMs: number, cause: unknown): RetryableError {
  return new RetryableError(`Slack asks to wait ${Math.ceil(retryAfterMs / 1000)} s with ${method}.`, {
    retryAfterMs,
    cause,
  });
}

function refused(method: Method, code: string, cause: unknown): RefusedError {
  const named = GONE.has(code) ? "gone" : code;
  return new RefusedError(named, `Slack refused ${method}: ${code}`, remedyFor(method, code), { cause });
}

/** It can't be edited or answered any more, whatever the reason: what it said is said in a new one. */
const GONE = new Set(["message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"]);

function remedyFor(method: Method, code: string): string {
  if (code === "missing_scope") {
    const needed = METHOD_SCOPES[method].join(" or ");
    return `Reinstall the app from the manifest: it needs ${needed === "" ? "another scope" : needed}.`;
  }
  return REMEDIES[code] ?? "Run `allstop doctor` to see what the app lacks.";
}

const NEW_TOKEN = "The bot's token no longer works. Reinstall the app and set SLACK_BOT_TOKEN anew.";
const REMEDIES: Record<string, string> = {
  not_authed: NEW_TOKEN,
  invalid_auth: NEW_TOKEN,
  token_revoked: NEW_TOKEN,
  token_expired: NEW_TOKEN,
  account_inactive: NEW_TOKEN,
  user_removed_from_team: NEW_TOKEN,
  team_disabled: "The workspace is disabled. Ask its owner.",
  channel_not_found: "Check the channel's id in the response plan, and invite the app into the channel.",
  not_in_channel: "Invite the app into the channel with /invite.",
  is_archived: "Unarchive the channel.",
  message_not_found: "The message was deleted; a new one is posted.",
  thread_not_found: "The thread's first message was deleted; a new one is posted.",
  cant_update_message: "The message is not the app's own; a new one is posted.",
  edit_window_closed: "The workspace forbids late edits; a new one is posted. Ask an admin to let apps edit theirs.",
  restricted_action: "A workspace setting forbids it. Ask a workspace admin to allow it for apps.",
  restricted_action_read_only_channel: "Only some may write in this channel. Ask an admin to let the app.",
  restricted_action_thread_only_channel: "This channel takes only replies in threads. Choose another one.",
  name_taken: "Rename or delete old channels of this name.",
  too_many_pins: "Unpin some messages of the channel.",
  not_pinnable: "Pin the card by hand.",
  too_many_bookmarks: "Remove some of the channel's bookmarks.",
  invalid_link: "Check the link in the response plan.",
  file_uploads_disabled:
    "Uploads are disabled in this workspace. Ask an admin, or fetch the file with `allstop export`.",
  file_uploads_except_images_disabled: "Uploads are disabled in this workspace. Fetch the file with `allstop export`.",
  storage_limit_reached: "The workspace has no room for files. Fetch the file with `allstop export`.",
  user_not_found: "Check the person's id in the response plan.",
  user_disabled: "The account is deactivated. Take the person out of the response plan.",
  cannot_dm_bot: "A bot can't be written to. Put a person's id in the response plan.",
  user_not_in_channel: "The person is not in the channel.",
  unknown_method: "This server does not offer it; nothing else depends on it.",
  plan_upgrade_required: "The workspace's plan does not include it.",
  ekm_access_denied: "The workspace's encryption keys are suspended. Ask an admin.",
};
