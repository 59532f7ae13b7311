/** Discord's answer to a request that it does not do: an HTTP status, a JSON code, and for 50035 a tree of mistakes. */
export class DiscordError extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: object | undefined;
  /** Of a 429. */
  readonly retryAfterMs: number | undefined;
  /** The body itself is wrong, which a healthy bot never sends; and not only what it asks for. */
  readonly malformed: boolean;

  constructor(
    status: number,
    code: number,
    message: string,
    more: { errors?: object; retryAfterMs?: number; malformed?: boolean } = {},
  ) {
    super(message);
    this.name = "DiscordError";
    this.status = status;
    this.code = code;
    this.errors = more.errors;
    this.retryAfterMs = more.retryAfterMs;
    this.malformed = more.malformed ?? false;
  }

  body(): object {
    if (this.retryAfterMs !== undefined) {
      return { message: this.message, code: this.code, retry_after: this.retryAfterMs / 1000, global: false };
    }
    return { message: this.message, code: this.code, ...(this.errors && { errors: this.errors }) };
  }
}

export const fail = {
  unauthorized: () => new DiscordError(401, 0, "401: Unauthorized"),
  notFound: () => new DiscordError(404, 0, "404: Not Found"),
  unknownChannel: () => new DiscordError(404, 10003, "Unknown Channel"),
  unknownGuild: () => new DiscordError(404, 10004, "Unknown Guild"),
  unknownMember: () => new DiscordError(404, 10007, "Unknown Member"),
  unknownMessage: () => new DiscordError(404, 10008, "Unknown Message"),
  unknownUser: () => new DiscordError(404, 10013, "Unknown User"),
  unknownWebhook: () => new DiscordError(404, 10015, "Unknown Webhook"),
  unknownInteraction: () => new DiscordError(404, 10062, "Unknown interaction"),
  threadExists: () => new DiscordError(400, 160004, "A thread has already been created for this message"),
  tooManyChannels: () => new DiscordError(400, 30013, "Maximum number of guild channels reached (500)"),
  tooManyPins: () => new DiscordError(400, 30003, "Maximum number of pins reached (250)"),
  oldEdits: () =>
    new DiscordError(400, 30046, "Maximum number of edits to messages older than 1 hour reached. Try again later."),
  tooManyCommands: () =>
    new DiscordError(429, 30034, "Max number of daily application command creates has been reached (200)"),
  /** `ms` until it may be asked again. */
  rateLimited: (ms: number) => new DiscordError(429, 0, "You are being rate limited.", { retryAfterMs: ms }),
  answered: () => new DiscordError(400, 40060, "Interaction has already been acknowledged."),
  missingAccess: () => new DiscordError(403, 50001, "Missing Access"),
  notOurs: () => new DiscordError(403, 50005, "Cannot edit a message authored by another user"),
  emptyMessage: () => new DiscordError(400, 50006, "Cannot send an empty message", { malformed: true }),
  closedDms: () => new DiscordError(403, 50007, "Cannot send messages to this user"),
  missingPermissions: () => new DiscordError(403, 50013, "Missing Permissions"),
  expiredToken: () => new DiscordError(401, 50027, "Invalid Webhook Token"),
  archivedThread: () => new DiscordError(400, 50083, "Thread is archived"),
  lockedThread: () => new DiscordError(400, 160005, "Thread is locked"),
  tooManyThreads: () => new DiscordError(400, 160006, "Maximum number of active threads reached"),
  tooManyThreadMembers: () => new DiscordError(400, 30033, "Maximum number of thread participants reached (1000)"),
  tooManyReactions: () => new DiscordError(400, 30010, "Maximum number of reactions reached (20)"),
  wrongChannelType: () => new DiscordError(400, 50024, "Cannot execute action on this channel type"),
  unknownEmoji: () => new DiscordError(400, 10014, "Unknown Emoji"),
  unknownCommand: () => new DiscordError(404, 10063, "Unknown application command"),
  systemMessage: () => new DiscordError(403, 50021, "Cannot execute action on a system message"),
  notJson: () => new DiscordError(400, 50109, "The request body contains invalid JSON.", { malformed: true }),
  tooLarge: () => new DiscordError(413, 40005, "Request entity too large", { malformed: true }),
  /** What is wrong with the body, by path. */
  invalid: (errors: object) => new DiscordError(400, 50035, "Invalid Form Body", { errors, malformed: true }),
  /** The body is right, but the world is not as it would have to be. Discord answers it with the same code. */
  refused: (path: PropertyKey[], code: string, message: string) =>
    new DiscordError(400, 50035, "Invalid Form Body", { errors: errorTree([{ path, code, message }]) }),
};

/** The tree that 50035 bears: `{ data: { components: { 0: { _errors: [{ code, message }] } } } }`. */
export function errorTree(issues: { path: readonly PropertyKey[]; code: string; message: string }[]): object {
  const tree: Record<string, unknown> = {};
  for (const { path, code, message } of issues) {
    let node = tree;
    for (const key of path) {
      node[String(key)] ??= {};
      node = node[String(key)] as Record<string, unknown>;
    }
    const known = Array.isArray(node._errors) ? node._errors : [];
    node._errors = [...known, { code, message }];
  }
  return tree;
}
