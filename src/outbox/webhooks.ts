import { z } from "zod";
import type { WebhookEffect } from "../core/effects.ts";
import { RetryableError } from "../core/errors.ts";
import type { Place } from "../core/ids.ts";
import type { Page } from "../core/paging-state.ts";
import type { App } from "../core/ports.ts";
import { getIncident, nothing, recordIncident } from "../core/record-incident.ts";
import type { Deliver } from "./pump.ts";
import { pagerEvent } from "./webhook-event.ts";

/** A pager outside. Left out, nothing is told to anybody. */
export interface Pager {
  url: string;
  routingKey: { reveal(): string };
  /** The address at which a browser opens a room. */
  roomLink?: (room: Place) => string | undefined;
  timeoutMs?: number;
  /** By what it is asked; the runtime's own if left out. */
  fetch?: (url: string, request: RequestInit) => Promise<Pick<Response, "status" | "headers" | "text">>;
}

const TIMEOUT_MS = 10_000;
const DETAIL_LENGTH_MAX = 300;
/** From this attempt on people are told that the pager can't be reached; it is tried on. */
const TOLD_AT_ATTEMPT = 3;
const BOT = { by: "allstop" } as const;

/**
 * Tells a pager outside what its own people have to know. At least once: the pager itself takes two events with one
 * `dedup_key` for one alert.
 */
export function createWebhookDelivery(app: App, pager?: Pager): Deliver {
  return async ({ effect, attempts }, stop) => {
    if (effect.kind !== "page_out") throw new Error(`${effect.kind} is not told to a pager.`);
    if (pager === undefined) return;
    const incident = await getIncident(app, effect.incident);
    const page = incident.pages.find((one) => one.page === effect.page);
    if (page === undefined) throw new Error(`${effect.incident} has no page ${effect.page}.`);
    // It may have got out without our hearing of it: a lost answer, or a crash before it was written.
    const again = attempts > 0;
    const action = actionFor(effect, page, again);
    if (action === undefined) return;
    const told = { ...effect, action };
    const event = pagerEvent(app.plan(), incident, { ...told, page, roomLink: pager.roomLink });
    try {
      await note(app, told, await send(pager, event, stop));
    } catch (error) {
      if (error instanceof RetryableError && attempts === TOLD_AT_ATTEMPT) {
        await note(app, told, { ok: false, detail: `${error.message} It is tried again.` });
      }
      throw error;
    }
  };
}

/**
 * What the pager still has to hear. A call that was answered before it got out rings nobody; one of which that is not
 * certain is acknowledged or resolved, which a pager that never heard of it leaves alone.
 */
function actionFor({ action, level }: WebhookEffect, page: Page, again: boolean): WebhookEffect["action"] | undefined {
  const taken = page.out.filter(({ ok }) => ok);
  const last = taken.at(-1)?.action;
  const due = standing(page);
  switch (action) {
    case "trigger":
      if (due === "trigger") {
        return taken.some((known) => known.action === action && known.level === level) ? undefined : action;
      }
      return again && last !== due ? due : undefined;
    case "acknowledge":
      return due === action && last === "trigger" ? action : undefined;
    case "resolve":
      return due === action && last !== undefined && last !== action ? action : undefined;
    default:
      return action satisfies never;
  }
}

/** What the pager has to know of a page as it stands. */
function standing(page: Page): WebhookEffect["action"] {
  if (page.ended !== undefined) return "resolve";
  return page.answered === undefined ? "trigger" : "acknowledge";
}

/** Puts on the timeline what the pager made of it. What became of the page meanwhile is owed to the pager as well. */
async function note(
  app: App,
  { incident: id, page: number, level, action }: WebhookEffect,
  { ok, detail }: { ok: boolean; detail: string },
): Promise<void> {
  await recordIncident(app, BOT, id, (state) => {
    const page = state.pages.find((one) => one.page === number);
    if (page === undefined) return nothing;
    const same = page.out.some((known) => known.level === level && known.action === action && known.ok === ok);
    if (same && page.out.at(-1)?.action === action) return nothing;
    const tell = (next: WebhookEffect["action"]) =>
      ({ kind: "page_out", incident: id, page: number, level, action: next }) as const;
    const due = standing(page);
    return {
      events: [{ kind: "oncall.paged_out", page: number, level, action, ok, detail }],
      effects: [
        { kind: "refresh_card", incident: id },
        // It was answered while this was on its way: the acknowledgement found nothing to acknowledge then.
        ...(ok && action !== due && due !== "trigger" ? [tell(due)] : []),
      ],
    };
  });
}

const Reply = z.looseObject({ message: z.string().optional(), errors: z.array(z.string()).optional() });

/** Sends one event. Resolves with what is to be on the timeline; throws `RetryableError` for what may pass. */
async function send(pager: Pager, event: object, stop: AbortSignal): Promise<{ ok: boolean; detail: string }> {
  const key = pager.routingKey.reveal();
  const timeoutMs = pager.timeoutMs ?? TIMEOUT_MS;
  let response: Pick<Response, "status" | "headers" | "text">;
  let text: string;
  try {
    response = await (pager.fetch ?? fetch)(pager.url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ routing_key: key, ...event }),
      // What is sent holds the key: it goes nowhere but to the address that was configured.
      redirect: "manual",
      signal: AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]),
    });
    text = await response.text();
  } catch (cause) {
    const isLate = cause instanceof Error && cause.name === "TimeoutError";
    const why = isLate ? `did not answer within ${timeoutMs / 1000} s` : "can't be reached";
    // The library's own message may hold the whole address.
    throw new RetryableError(`The pager ${why}.`, { cause });
  }
  const { status } = response;
  if (status === 202 || status === 200) return { ok: true, detail: "accepted" };
  if (status === 429 || status >= 500) {
    throw new RetryableError(`The pager answered HTTP ${status}.`, { retryAfterMs: waitOf(response) });
  }
  return { ok: false, detail: `HTTP ${status}${wordsOf(text, key)}` };
}

/** What a refusal says of itself, without the key that it may repeat. */
function wordsOf(text: string, key: string): string {
  const parsed = Reply.safeParse(jsonOf(text));
  if (!parsed.success) return "";
  const { message, errors = [] } = parsed.data;
  const said = [message, ...errors].filter((one) => one !== undefined).join("; ");
  return said === "" ? "" : `: ${said.replaceAll(key, "…").slice(0, DETAIL_LENGTH_MAX)}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A refusal without JSON says no more than its status.
  }
}

const RETRY_AFTER_S_MAX = 300;

/** `Retry-After` in ms: seconds, as both PagerDuty and its likes write it. */
function waitOf({ headers }: Pick<Response, "headers">): number | undefined {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, RETRY_AFTER_S_MAX) * 1000 : undefined;
}
