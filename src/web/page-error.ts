import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import { messageOf, RetryableError, UserError } from "../core/errors.ts";
import { messagePage } from "./layout.ts";

/** A refusal that HTTP has a number for. Shown as a page to people and as JSON to the page's script. */
export class PageError extends UserError {
  readonly status: ContentfulStatusCode;
  /** Seconds after which to come again. */
  readonly retryAfter: number | undefined;

  constructor(status: ContentfulStatusCode, code: string, message: string, remedy: string, retryAfter?: number) {
    super(code, message, remedy);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export interface WebLog {
  info(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** Every failure gets an answer: what is wrong, then what to do. Only our own bugs are logged. */
export function answerError(error: unknown, c: Context, { root, log }: { root: string; log: WebLog }): Response {
  const answer = asPageError(error);
  // The route, not the address: that would put working links into the log.
  if (answer.status >= 500) log.error({ err: error, method: c.req.method, route: c.req.routePath }, messageOf(error));
  if (answer.retryAfter !== undefined) c.header("retry-after", String(answer.retryAfter));
  const { code, message, remedy, facts } = answer;
  const isForPeople = !c.req.path.includes("/api/") && c.req.header("accept")?.includes("application/json") !== true;
  if (!isForPeople) return c.json({ error: { code, message, remedy, facts } }, answer.status);
  return c.html(messagePage({ root, title: titleFor(answer.status), what: message, remedy }), answer.status);
}

function asPageError(error: unknown): PageError | (UserError & { status: ContentfulStatusCode; retryAfter?: number }) {
  if (error instanceof PageError) return error;
  if (error instanceof UserError) return Object.assign(error, { status: 422 as const });
  if (error instanceof z.ZodError) {
    const what = error.issues[0]?.message ?? "This is not what the page sends.";
    return new PageError(400, "malformed_input", what, "Correct it and hand it in again.");
  }
  if (error instanceof RetryableError) {
    const seconds = Math.ceil((error.retryAfterMs ?? 2000) / 1000);
    return new PageError(
      503,
      "try_again",
      "The chain does not answer right now.",
      "Hand it in again in a moment.",
      seconds,
    );
  }
  return new PageError(
    500,
    "our_fault",
    "Something went wrong on our side.",
    "Nothing is lost: hand it in again, or paste the signature in chat. The bot's log says what happened.",
  );
}

function titleFor(status: number): string {
  const titles: Record<number, string> = {
    404: "Nothing here",
    410: "This link has expired",
    429: "Too many requests",
  };
  return titles[status] ?? (status >= 500 ? "That did not work" : "Not accepted");
}
