/**
 * Three kinds of failure. A `UserError` answers the person; a `RetryableError` waits in the outbox; everything else is
 * our bug and is loud.
 */

/** Answered in chat: what is wrong, then what to do. The facts are in fields too, for tests and logs. */
export class UserError extends Error {
  /** Stable name of the fault, such as `unknown_proposal`. */
  readonly code: string;
  /** One sentence: what the person can do now. */
  readonly remedy: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;

  constructor(
    code: string,
    message: string,
    remedy: string,
    facts: Record<string, string | number | boolean> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "UserError";
    this.code = code;
    this.remedy = remedy;
    this.facts = facts;
  }
}

/** The world refused for now: the outbox tries again, no sooner than `retryAfterMs`. */
export class RetryableError extends Error {
  readonly retryAfterMs: number | undefined;
  /** It is simply not time yet: nothing failed, and no log has to hear of it. */
  readonly expected: boolean;

  constructor(message: string, options: { retryAfterMs?: number; expected?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "RetryableError";
    this.retryAfterMs = options.retryAfterMs;
    this.expected = options.expected ?? false;
  }
}

/** A platform said no and will go on saying no: missing scope, tier, permission. The room is told, nothing is retried. */
export class RefusedError extends Error {
  /** The platform's own code, such as `missing_scope`. */
  readonly code: string;
  /** What an operator does about it. */
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RefusedError";
    this.code = code;
    this.remedy = remedy;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
