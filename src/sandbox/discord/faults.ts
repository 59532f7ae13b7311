import { limitHeaders } from "./rest.ts";

/**
 * Something that goes wrong on purpose.
 *
 * - `429`, `500`, `error` (`status` and `code`): answered instead of doing it
 * - `hang`: no answer, until `release` or the end of the server
 * - `reset`: the connection breaks before anything is done
 * - `reply_lost`: it is done, and then the connection breaks
 */
export interface Fault {
  /** A route's template, such as `POST /channels/:channel/messages`, or `*` for any. */
  route: string;
  kind: "429" | "500" | "error" | "hang" | "reset" | "reply_lost";
  /** How often; once unless said otherwise. */
  times?: number;
  status?: number;
  code?: number;
  message?: string;
  /** Seconds, of a `429`. */
  retryAfter?: number;
  /** Only requests whose JSON satisfies this. */
  match?: (body: unknown) => boolean;
}

export interface Faults {
  /** Returns what takes the fault back. */
  add(fault: Fault): () => void;
  clear(): void;
  /** Ends all hanging requests by breaking their connections. */
  release(): void;
}

export interface FaultBook extends Faults {
  take(route: string, body: unknown): Fault | undefined;
  hold(breakOff: () => void): void;
  answerOf(fault: Fault): { status: number; body: unknown; headers?: Record<string, string> };
}

export function createFaults(): FaultBook {
  const planned = new Set<{ fault: Fault; left: number }>();
  const hanging = new Set<() => void>();
  return {
    add(fault) {
      const entry = { fault, left: fault.times ?? 1 };
      planned.add(entry);
      return () => void planned.delete(entry);
    },
    clear: () => planned.clear(),
    release() {
      for (const breakOff of hanging) breakOff();
      hanging.clear();
    },
    take(route, body) {
      const entry = [...planned].find(
        ({ fault, left }) =>
          left > 0 && (fault.route === route || fault.route === "*") && (fault.match?.(body) ?? true),
      );
      if (entry === undefined) return undefined;
      entry.left -= 1;
      if (entry.left === 0) planned.delete(entry);
      return entry.fault;
    },
    hold: (breakOff) => void hanging.add(breakOff),
    answerOf({ kind, status, code = 0, message = "Something went wrong on purpose.", retryAfter = 1 }) {
      if (kind === "429") {
        const body = { message: "You are being rate limited.", retry_after: retryAfter, global: false };
        return { status: 429, body, headers: limitHeaders(retryAfter * 1000) };
      }
      return { status: status ?? (kind === "500" ? 500 : 403), body: { message, code } };
    },
  };
}
