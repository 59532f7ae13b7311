import { type Logger, LogLevel } from "@slack/bolt";
import type { Log } from "../../chat/log.ts";

/**
 * Our log as Slack's libraries want theirs. Their debugging output holds whole messages, and their news are ours to
 * tell: only warnings and errors pass.
 */
export function boltLogger(log: Log): Logger {
  return {
    debug() {},
    info() {},
    warn: (...parts) => log.warn({ from: "slack" }, sentence(parts)),
    error: (...parts) => log.error({ from: "slack" }, sentence(parts)),
    // Two levels are all there are: nobody sets another.
    setLevel() {},
    getLevel: () => LogLevel.WARN,
    setName() {},
  };
}

function sentence(parts: unknown[]): string {
  return parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" ");
}
