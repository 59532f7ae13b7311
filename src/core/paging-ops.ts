import { UserError } from "./errors.ts";
import type { IncidentId, UserRef } from "./ids.ts";
import { type Incident, isOver } from "./incident.ts";
import { callLevel, shown } from "./paging.ts";
import { highestLevel, isCalling, type Page, waitsForAnswer } from "./paging-state.ts";
import { aliasesOf, type LoadedPlan } from "./plan.ts";
import type { App, Cause, Decision } from "./ports.ts";
import { nothing, notWhileResolved, recordIncident } from "./record-incident.ts";
import { isSamePerson } from "./roles.ts";
import { ruleFor } from "./severity-rule.ts";
import type { TimelineEvent } from "./timeline.ts";

/**
 * "I'm on it." The first one has it, and nobody is called any more. Whoever comes later finds that somebody is on it, and
 * takes over only in so many words: `from` says from whom, so that an old button takes nothing away from a third person.
 */
export async function answerPage(
  app: App,
  cause: Cause,
  { incident, page: number, from }: { incident: IncidentId; page?: number; from?: UserRef },
): Promise<Incident> {
  return recordIncident(app, cause, incident, (state) => {
    const plan = app.plan();
    const page = findPage(state, number);
    if (isOver(state)) throw notWhileResolved(state);
    if (page.ended !== undefined) throw pageIsOver(incident);
    const holder = page.answered?.by;
    if (holder === undefined) return answered(state, plan, { by: cause.by, first: true, page });
    if (isSamePerson(plan, holder, cause.by)) return nothing; // A second press is not news.
    // Held by another: whoever pressed is asked first whether they want to take over.
    if (from === undefined || !isSamePerson(plan, holder, from)) return nothing;
    return answered(state, plan, { by: cause.by, first: false, page });
  });
}

function answered(
  state: Incident,
  plan: LoadedPlan,
  { by, first, page }: { by: UserRef; first: boolean; page: Page },
): Decision {
  const { id: incident } = state;
  // Earlier calls to which nobody came are answered by the same press: nobody is to wonder about them.
  const answering = first ? state.pages.filter(waitsForAnswer) : [page];
  const users = aliasesOf(plan, by).filter((user) => user.includes(":") && !state.invited.includes(user));
  return {
    events: answering.map(
      (one): TimelineEvent => ({
        kind: "oncall.answered",
        page: one.page,
        ...(one.answered !== undefined && { previous: one.answered.by }),
      }),
    ),
    effects: [
      ...answering.flatMap((one) => shown(state, one.page)),
      ...(first
        ? answering.map((one) => ({
            kind: "page_out" as const,
            incident,
            page: one.page,
            level: highestLevel(one),
            action: "acknowledge" as const,
          }))
        : []),
      ...(users.length === 0 ? [] : [{ kind: "invite" as const, incident, users }]),
    ],
  };
}

/**
 * Somebody is wanted, whatever the severity calls for: one level and those after it. Without a level, the next one of a
 * call that runs, else the first.
 */
export async function pageByHand(
  app: App,
  cause: Cause,
  { incident, level, reason }: { incident: IncidentId; level?: number; reason?: string },
): Promise<Incident> {
  return recordIncident(app, cause, incident, (state) => {
    const plan = app.plan();
    if (isOver(state)) throw notWhileResolved(state);
    const levels = plan.escalation.length;
    if (levels === 0) throw noEscalation(plan);
    if (level !== undefined && level > levels) throw noSuchLevel(level, levels);
    const { page: rule } = ruleFor(plan, state.severity);
    const running = state.pages.findLast(isCalling);
    const from = level ?? (running === undefined ? Math.min(rule?.from ?? 1, levels) : highestLevel(running) + 1);
    if (running?.levels.some((known) => known.level === from)) throw calledAlready(running, from);
    if (from > levels) throw nobodyLeft(incident, levels);
    const lastLevel = Math.max(from, Math.min(rule?.upTo ?? levels, levels));
    const call = { from, lastLevel, why: "asked" as const, now: app.clock.now(), ...(reason && { reason }) };
    // What nobody answered is called anew, as a call of its own: it rings everybody once more.
    return callLevel(running === undefined ? { ...state, pages: state.pages.map(closed) } : state, plan, call);
  });
}

/** As far as a new call is concerned, an earlier one is over. */
function closed(page: Page): Page {
  return waitsForAnswer(page) ? { ...page, ended: page.unanswered ?? "" } : page;
}

export function findPage({ id, pages }: Pick<Incident, "id" | "pages">, number: number | undefined): Page {
  const page = number === undefined ? pages.at(-1) : pages.find((one) => one.page === number);
  if (page !== undefined) return page;
  throw new UserError(
    "nobody_called",
    number === undefined ? `Nobody has been called to ${id}.` : `There is no call ${number} in ${id}.`,
    `Call somebody with \`/oncall page ${id}\`. To lead it yourself, take the role of incident commander.`,
    { incident: id },
  );
}

function pageIsOver(incident: IncidentId): UserError {
  return new UserError(
    "page_over",
    `This call ended when ${incident} was resolved; it has been reopened since.`,
    `If somebody is needed now, run \`/oncall page ${incident}\`.`,
    { incident },
  );
}

function noEscalation({ organisation }: LoadedPlan): UserError {
  return new UserError(
    "no_escalation",
    `${organisation}'s response plan names nobody to call.`,
    "Write people under `escalation` in the plan. Until then, mention people in the room.",
  );
}

function noSuchLevel(level: number, levels: number): UserError {
  const named = levels === 1 ? "the plan has one level" : `the plan has levels 1 to ${levels}`;
  return new UserError("unknown_level", `There is no level ${level}: ${named}.`, "Choose one of those.", { level });
}

function calledAlready(page: Page, level: number): UserError {
  const next = highestLevel(page) + 1;
  return new UserError(
    "called_already",
    `Level ${level} is being called already, and time is running.`,
    `The next level is called by itself; to call it now: \`/oncall page ${next}\`.`,
    { level },
  );
}

function nobodyLeft(incident: IncidentId, levels: number): UserError {
  return new UserError(
    "nobody_left",
    `Everybody up to level ${levels} is being called already.`,
    "Phone them. When the last level's time is up and nobody answered, everybody can be called once more.",
    { incident },
  );
}
