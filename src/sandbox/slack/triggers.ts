import { randomBytes } from "node:crypto";
import { SlackError } from "./errors.ts";
import type { Workspace } from "./workspace.ts";

/** What a human act entitles the bot to: one modal, within three seconds. */
export interface Triggers {
  /** `viewId` when the act happened inside a modal. */
  issue(user: string, viewId?: string): string;
  /** Throws `invalid_trigger_id`, `expired_trigger_id`, `exchanged_trigger_id`. */
  spend(triggerId: string): { user: string; viewId?: string };
}

export const TRIGGER_LIFE_MS = 3000;
/** Long after a trigger's life its error need not tell "expired" from "unknown". */
const FORGOTTEN_AFTER_MS = 3_600_000;

export function createTriggers(workspace: Workspace): Triggers {
  const issued = new Map<string, { user: string; viewId?: string; at: number; spent: boolean }>();
  return {
    issue(user, viewId) {
      const now = workspace.clock.now();
      for (const [id, trigger] of issued) {
        if (now - trigger.at <= FORGOTTEN_AFTER_MS) break;
        issued.delete(id);
      }
      const id = `${workspace.nextTs()}.${randomBytes(16).toString("hex")}`;
      issued.set(id, { user, at: now, spent: false, ...(viewId !== undefined && { viewId }) });
      return id;
    },
    spend(triggerId) {
      const trigger = issued.get(triggerId);
      if (!trigger) throw new SlackError("invalid_trigger_id");
      if (trigger.spent) throw new SlackError("exchanged_trigger_id");
      if (workspace.clock.now() - trigger.at > TRIGGER_LIFE_MS) throw new SlackError("expired_trigger_id");
      trigger.spent = true;
      return trigger;
    },
  };
}
