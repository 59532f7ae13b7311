import type { WebhookEffect } from "../core/effects.ts";
import type { Place } from "../core/ids.ts";
import type { Incident } from "../core/incident.ts";
import type { Page } from "../core/paging-state.ts";
import type { LoadedPlan } from "../core/plan.ts";
import type { Severity } from "../core/severity.ts";

/** https://developer.pagerduty.com/docs/events-api-v2/trigger-events/: four words for how bad it is. */
const pagerSeverity: Record<Severity, "critical" | "error" | "warning" | "info"> = {
  critical: "critical",
  high: "error",
  medium: "warning",
  low: "info",
};

/** PagerDuty's `payload.summary` may have 1,024 characters. */
const SUMMARY_LENGTH_MAX = 1_024;

/**
 * One event of the Events API v2, all but the routing key. It says which incident, how bad, whose, and what to do; never
 * what happened: neither the title nor the description, which people type and which may be the vulnerability itself.
 */
export function pagerEvent(
  plan: LoadedPlan,
  incident: Incident,
  {
    page,
    level,
    action,
    roomLink = () => undefined,
  }: {
    page: Page;
    level: number;
    action: WebhookEffect["action"];
    roomLink?: ((room: Place) => string | undefined) | undefined;
  },
): object {
  // The moment of the declaration tells two installations, and two databases, apart. 255 characters are allowed.
  const dedupKey = `allstop/${incident.id}/${page.page}/${incident.declaredAt}`;
  const base = { event_action: action, dedup_key: dedupKey };
  if (action !== "trigger") return base;
  const links = Object.values(incident.chats).flatMap(({ room }) => {
    const href = room === undefined ? undefined : roomLink(room);
    return href === undefined ? [] : [{ href, text: `The room of ${incident.id}` }];
  });
  const called = page.levels.find((one) => one.level === level);
  const head = `${incident.drill ? "DRILL " : ""}${incident.id} ${incident.severity.toUpperCase()}`;
  const summary = `${head} at ${plan.organisation}: somebody is needed, and nobody is on it yet (level ${level})`;
  return {
    ...base,
    payload: {
      summary: summary.slice(0, SUMMARY_LENGTH_MAX),
      source: plan.organisation,
      // A drill rings as quietly as the pager's own rules let it.
      severity: incident.drill ? "info" : pagerSeverity[incident.severity],
      timestamp: called?.at ?? incident.declaredAt,
      component: "Allstop",
      group: plan.organisation,
      class: incident.drill ? "drill" : "security incident",
      custom_details: {
        incident: incident.id,
        severity: incident.severity,
        call: page.page,
        level,
        declared: incident.declaredAt,
        "what to do":
          "Open the direct message or the alerts channel in the chat, press I'm on it, then go to the room.",
        "what happened": "Only the incident's room says that.",
      },
    },
    client: "Allstop",
    ...(links[0] && { client_url: links[0].href, links }),
  };
}
