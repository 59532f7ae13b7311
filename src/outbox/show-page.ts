import { calledCard, levelCard, type PageView, unansweredCard } from "../chat/cards/page-card.ts";
import { channelOf, platformOf } from "../chat/platform.ts";
import type { View } from "../chat/view.ts";
import type { Effect } from "../core/effects.ts";
import { RefusedError } from "../core/errors.ts";
import type { Place, UserRef } from "../core/ids.ts";
import { type Incident, isOver, presenceOn } from "../core/incident.ts";
import { usersOf } from "../core/paging.ts";
import { highestLevel, type Page, type PagedLevel, waitsForAnswer } from "../core/paging-state.ts";
import { getIncident, recordIncident } from "../core/record-incident.ts";
import type { EventOf } from "../core/timeline.ts";
import { alertsPlace } from "./announce.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { optionally, platformFor, postOnce } from "./deps.ts";

const BOT = { by: "allstop" } as const;
const ALERTS_STEP = "Calling people in #security-alerts";
const ROOM_STEP = "Calling people in the room";

type Target = Pick<Extract<Effect, { kind: "show_page" }>, "incident" | "page">;

/**
 * Calls the people of one page in one chat: each level once in the alerts, each person once directly. What stands there
 * already is brought up to date. Every message is a step of its own: what one person's inbox or a channel refuses never
 * keeps the others from being rung.
 */
export async function showPage(deps: ChatDeps, effect: Target): Promise<void> {
  const { page } = await look(deps, effect);
  // The newest level first: whoever is to be woken does not wait until older messages are edited.
  const steps = page.levels.toReversed().flatMap((called) => [
    () => showLevel(deps, effect, called),
    ...called.people
      .flatMap(({ users }) => users)
      .filter((user) => platformOf(user) === deps.chat)
      .map((user) => () => showPerson(deps, effect, called, user)),
  ]);
  const failures: unknown[] = [];
  const unanswered = () => showUnanswered(deps, effect);
  for (const step of page.unanswered === undefined ? [...steps, unanswered] : [unanswered, ...steps]) {
    await step().catch((error: unknown) => failures.push(error));
  }
  // What failed for now is owed still; what was delivered is on the timeline, and is not delivered again.
  if (failures.length > 0) throw failures[0];
}

/** The page as it stands now: somebody may have pressed since the last step. */
async function look({ app, chat }: ChatDeps, { incident: id, page: number }: Target): Promise<PageView> {
  const incident = await getIncident(app, id);
  const page = incident.pages.find((one) => one.page === number);
  if (page === undefined) throw new Error(`${id} has no page ${number}.`);
  return { plan: app.plan(), incident, page, chat };
}

/** Nobody is rung for what is settled. */
function stillRings({ incident, page }: PageView): boolean {
  return waitsForAnswer(page) && !isOver(incident);
}

async function showLevel(deps: ChatDeps, effect: Target, called: PagedLevel): Promise<void> {
  const given = await look(deps, effect);
  const posted = given.page.posted.find(
    (post) => !post.unanswered && post.level === called.level && platformOf(post.message) === deps.chat,
  );
  const view = levelCard(given, called);
  if (posted !== undefined) return update(deps, effect, posted.message, view);
  // Where nobody stands there is nobody to ring: the next level's call says so.
  if (usersOf(called).length === 0) return;
  const at = alertsPlace(deps) ?? presenceOn(given.incident, deps.chat).room;
  if (at === undefined) return; // Opening the room owes it again.
  const key = `call/${effect.incident}/${effect.page}/${called.level}`;
  const wanted = stillRings(given);
  await post(deps, effect, { to: at, view, key, wanted, ping: usersHere(deps, [called]), level: called.level });
}

async function showUnanswered(deps: ChatDeps, effect: Target): Promise<void> {
  const given = await look(deps, effect);
  const { incident, page } = given;
  const view = unansweredCard(given);
  const level = highestLevel(page);
  for (const { message } of page.posted.filter((one) => one.unanswered && platformOf(one.message) === deps.chat)) {
    await update(deps, effect, message, view);
  }
  // Somebody may be called again since: then it is only looked for.
  if (page.unanswered === undefined && !deps.again) return;
  const wanted = page.unanswered !== undefined && stillRings(given);
  const alerts = alertsPlace(deps);
  const { room } = presenceOn(incident, deps.chat);
  for (const at of [alerts, room]) {
    const isThere = ({ unanswered, level: known, message }: Page["posted"][number]) =>
      unanswered === true && known === level && channelOf(message) === at;
    if (at === undefined || page.posted.some(isThere)) continue;
    const key = `unanswered/${effect.incident}/${effect.page}/${level}/${at === room ? "room" : "alerts"}`;
    const ping = usersHere(deps, page.levels);
    await post(deps, effect, { to: at, view, key, wanted, ping, level, unanswered: true });
  }
}

async function post(
  deps: ChatDeps,
  { incident: id, page }: Target,
  {
    level,
    unanswered,
    ...call
  }: { to: Place; view: View; key: string; wanted: boolean; ping: UserRef[]; level: number; unanswered?: true },
): Promise<void> {
  await optionally(deps, id, stepAt(deps, call.to), async () => {
    const message = await postOnce(deps, { ...call, urgent: true });
    if (message === undefined) return;
    deps.shown.set(message, JSON.stringify(call.view));
    const event: EventOf<"oncall.page_posted"> = { kind: "oncall.page_posted", page, level, message };
    await recordIncident(deps.app, BOT, id, () => ({
      events: [unanswered ? { ...event, unanswered } : event],
      effects: [],
    }));
  });
}

/** One person directly. A closed inbox is recorded, and stands on the card: the mention in the alerts rings them still. */
async function showPerson(deps: ChatDeps, effect: Target, called: PagedLevel, user: UserRef): Promise<void> {
  const { incident: id, page: number } = effect;
  const given = await look(deps, effect);
  const { level } = called;
  const told = given.page.reached.find((one) => one.level === level && one.user === user);
  const view = calledCard(given, called, user);
  if (told?.message !== undefined) return updateDirect(deps, told.message, view);
  if (told !== undefined) return;
  const reached: EventOf<"oncall.reached"> = { kind: "oncall.reached", page: number, level, user };
  try {
    const key = `called/${id}/${number}/${level}/${user}`.slice(0, 64);
    const message = await postOnce(deps, { to: user, view, key, wanted: stillRings(given), urgent: true });
    if (message === undefined) return;
    deps.shown.set(message, JSON.stringify(view));
    await recordIncident(deps.app, BOT, id, () => ({ events: [{ ...reached, message }], effects: [] }));
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    if (!stillRings(given)) return;
    const why = `${error.message.replace(/\.$/, "")}, ${error.code}`;
    await recordIncident(deps.app, BOT, id, () => ({
      events: [{ ...reached, why }],
      effects: [{ kind: "refresh_card", incident: id }],
    }));
  }
}

async function update(deps: ChatDeps, { incident }: Target, message: Place, view: View): Promise<void> {
  if (deps.shown.get(message) === JSON.stringify(view)) return;
  await optionally(deps, incident, stepAt(deps, message), async () => {
    try {
      await platformFor(deps, message).edit(message, view, { urgent: true });
    } catch (error) {
      // Somebody deleted it: the others say the same.
      if (!(error instanceof RefusedError) || error.code !== "gone") throw error;
    }
    deps.shown.set(message, JSON.stringify(view));
  });
}

async function updateDirect(deps: ChatDeps, message: Place, view: View): Promise<void> {
  if (deps.shown.get(message) === JSON.stringify(view)) return;
  try {
    await platformFor(deps, message).edit(message, view, { urgent: true });
    deps.shown.set(message, JSON.stringify(view));
  } catch (error) {
    // They may have closed the conversation since: they were rung, and the alerts say how it stands.
    if (!(error instanceof RefusedError)) throw error;
  }
}

/** What refuses is named by where it was: one place that works says nothing of the other. */
function stepAt(deps: ChatDeps, place: Place): string {
  return channelOf(place) === alertsPlace(deps) ? ALERTS_STEP : ROOM_STEP;
}

function usersHere({ chat }: ChatDeps, levels: PagedLevel[]): UserRef[] {
  const users = levels.flatMap(({ people }) => people.flatMap((person) => person.users));
  return [...new Set(users)].filter((user) => platformOf(user) === chat);
}

/** What opening a room owes: calls that lead to it, and what could be said nowhere else. */
export function pagesToShow({ id, pages }: Incident, on: string): Effect[] {
  return pages
    .filter(({ ended }) => ended === undefined)
    .map(({ page }) => ({ kind: "show_page", incident: id, page, on }));
}
