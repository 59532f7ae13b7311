import type { Fields } from "./json.ts";

/**
 * Something that goes wrong on purpose.
 *
 * - `429`, `500`, `error` (`ok: false` with `error`): answered instead of doing it
 * - `hang`: no answer, until `release` or the end of the server
 * - `reset`: the connection breaks before anything is done
 * - `reply_lost`: it is done, and then the connection breaks
 */
export interface Fault {
  /** A Web API method, `*` for any, or `response_url`, `upload`, `download`. */
  method: string;
  kind: "429" | "500" | "error" | "hang" | "reset" | "reply_lost";
  /** How often; once unless said otherwise. */
  times?: number;
  /** Code of an `error`; `internal_error` unless said otherwise. */
  error?: string;
  /** Seconds, of a `429`. */
  retryAfter?: number;
  /** Only requests whose arguments satisfy this. */
  match?: (args: Fields) => boolean;
}

export interface Faults {
  /** Returns what takes the fault back. */
  add(fault: Fault): () => void;
  clear(): void;
  /** Ends all hanging requests by breaking their connections. */
  release(): void;
}

/** The server's side: takes the next fault for a request, and keeps what hangs. */
export interface FaultBook extends Faults {
  take(method: string, args: Fields): Fault | undefined;
  hold(breakOff: () => void): void;
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
    clear() {
      planned.clear();
    },
    release() {
      for (const breakOff of hanging) breakOff();
      hanging.clear();
    },
    take(method, args) {
      const entry = [...planned].find(
        ({ fault, left }) =>
          left > 0 && (fault.method === method || fault.method === "*") && (fault.match?.(args) ?? true),
      );
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left === 0) planned.delete(entry);
      return entry.fault;
    },
    hold(breakOff) {
      hanging.add(breakOff);
    },
  };
}
