import { setTimeout as sleep } from "node:timers/promises";
import { RetryableError } from "../core/errors.ts";
import type { Place, UserRef } from "../core/ids.ts";
import type { Incident } from "../core/incident.ts";
import { captureMessage, retractMessage } from "../core/incident-ops.ts";
import type { App } from "../core/ports.ts";
import { identify, refuse } from "./access.ts";
import { errorCard } from "./cards/error.ts";
import type { Log } from "./log.ts";
import type { ChatMessage, Platform } from "./platform.ts";

/** A 📌 goes onto the timeline with the message's own words and time; taking it away is a fact of its own. */
export async function pinned(
  { app, platform, log }: { app: App; platform: Platform; log: Log },
  incident: Incident,
  act: { id: string; user: UserRef; userName: string; message: Place; on: boolean },
): Promise<void> {
  const cause = { by: act.user, byName: act.userName, invocation: act.id };
  const refusal = refuse(app, pinAccess, await identify(app, act), incident);
  if (refusal !== undefined) {
    await platform.whisper(act.user, act.message, errorCard(refusal));
    return;
  }
  if (!act.on) {
    await retractMessage(app, cause, { incident: incident.id, message: act.message });
    return;
  }
  const captured = await readPatiently(platform, act.message).catch((error: unknown) => {
    // The text may be out of our reach; that the message was pinned is a fact all the same.
    log.warn({ err: error, message: act.message }, "A pinned message could not be read");
    return { message: act.message, at: app.clock.now().toISOString() };
  });
  await captureMessage(app, cause, { incident: incident.id, captured, via: "reaction" });
}

const READ_AGAIN_MS = [500, 2_000, 8_000];

/** A chat that fails for a moment must not cost us a message's words. */
async function readPatiently(platform: Platform, message: Place): Promise<ChatMessage> {
  for (const pauseMs of READ_AGAIN_MS) {
    try {
      return await platform.read(message);
    } catch (error) {
      if (!(error instanceof RetryableError)) throw error;
      await sleep(Math.max(pauseMs, error.retryAfterMs ?? 0));
    }
  }
  return platform.read(message);
}

const pinAccess = { name: "message capture", access: "responder" } as const;
