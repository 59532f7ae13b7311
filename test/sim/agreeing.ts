import { offerCard, offerRoomCard, outcomeOf } from "../../src/chat/cards/offer-card.ts";
import { localise } from "../../src/chat/localise.ts";
import { platformOf } from "../../src/core/ids.ts";
import { type Incident, presenceOn, roomOn } from "../../src/core/incident.ts";
import { foldIncident } from "../../src/core/incident-fold.ts";
import { currentStep } from "../../src/core/playbook-state.ts";
import { foldRisks, type RiskRegister } from "../../src/core/risk-state.ts";
import { canonicalJson, type StoredEvent } from "../../src/core/timeline.ts";
import type { Bot } from "./bot.ts";
import type { ModelChat } from "./model-chat.ts";
import { GIVER } from "./responders.ts";
import { personAt, userOn } from "./world-plan.ts";

/** A role moves by its taker's own word, or by the one who gives roles away at once; an offer by itself moves none. */
export function movedWrongly(events: StoredEvent[]): string[] {
  const wrong: string[] = [];
  let incident: Incident | undefined;
  for (const stored of events) {
    const before = incident;
    const { event, by } = stored;
    incident = foldIncident(before, stored);
    const say = (what: string) => wrong.push(`Event ${stored.seq} of ${stored.stream}, ${event.kind}: ${what}`);
    if (before === undefined) continue;
    const moved = canonicalJson(before.roles) !== canonicalJson(incident.roles);
    if (event.kind !== "role.assigned") {
      if (moved) say("it moved a role");
      continue;
    }
    const { role, user } = event;
    if (before.status === "closed") say(`${role} moved after it was closed`);
    // The plan's own roles come with the incident.
    const atBirth = stored.recordedAt === before.declaredAt;
    if (atBirth || personAt(by) === GIVER) continue;
    const offered = before.offers.some((one) => one.role === role && personAt(one.user) === personAt(user));
    if (personAt(by) !== personAt(user)) say(`${by} gave ${role} to ${user}, who accepted nothing`);
    else if (before.roles[role] !== undefined && !offered) say(`${user} took ${role}, which nobody offered to them`);
  }
  return wrong;
}

/** Whoever was asked sees what came of it, wherever they were asked; and what waits is shown in every room, once. */
export function offersShownWrongly(bot: Bot, incident: Incident, told: StoredEvent[], chats: ModelChat[]): string[] {
  const plan = bot.app.plan();
  return told.flatMap((by): string[] => {
    const { seq, event: offer } = by;
    if (offer.kind !== "role.offered") return [];
    const view = { plan, incident, offer, by, outcome: outcomeOf(plan, incident, told, seq) };
    return chats.flatMap((chat): string[] => {
      const { room } = presenceOn(incident, chat.name);
      const name = `Offer ${seq} of ${incident.id} on ${chat.name}`;
      const posted = told.flatMap(({ event }) =>
        event.kind === "role.offer_posted" && event.offer === seq && platformOf(event.message) === chat.name
          ? [event.message]
          : [],
      );
      const here = posted.filter((place) => room !== undefined && place.startsWith(`${room}/`));
      const asked = personAt(offer.user) ?? "";
      const user = userOn(chat.name, asked);
      const wrong = posted.flatMap((place) => {
        const card = here.includes(place)
          ? offerRoomCard(view, { user })
          : offerCard(view, { room: roomOn(incident, chat.name), user });
        const should = JSON.stringify(localise(card, plan, chat.name));
        const there = JSON.stringify(chat.messages.get(place)?.view);
        return there === should ? [] : [`${name} shows ${there} instead of ${should}`];
      });
      if (view.outcome.kind === "waiting" && here.length !== 1)
        wrong.push(`${name} is in the room ${here.length} times`);
      return wrong;
    });
  });
}

/** Closed only when it was resolved, the checklist walked to its end, and said what it taught. */
export function closedWrongly(events: StoredEvent[]): string[] {
  const wrong: string[] = [];
  let incident: Incident | undefined;
  for (const stored of events) {
    const before = incident;
    incident = foldIncident(before, stored);
    const { event } = stored;
    if (event.kind !== "incident.closed" || before === undefined) continue;
    const say = (what: string) => wrong.push(`Event ${stored.seq} of ${stored.stream}: closed, and ${what}`);
    if (before.status !== "resolved") say(`it was ${before.status}`);
    const walked = before.runs.some((run) => run.playbook === "afterwards" && currentStep(run) === undefined);
    if (!walked) say("the checklist is not done");
    if (before.risks.length === 0 && event.noNewRisk === undefined) say("nobody said what it taught");
  }
  return wrong;
}

/** Every risk is in the register once, and on the timeline of each incident that it belongs to once. */
export async function risksWrong(bot: Bot, events: StoredEvent[], titles: Set<string>): Promise<string[]> {
  const register = await bot.journal.events("risk-register");
  const replayed = register.reduce<RiskRegister | undefined>(foldRisks, undefined);
  const state = await bot.journal.state("risk-register");
  const wrong =
    canonicalJson(replayed) === canonicalJson(state) ? [] : ["The register is not what its timeline folds to"];
  const seeds = Object.values(bot.app.plan().risks).map(({ title }) => title);
  for (const title of [...titles, ...seeds]) {
    const times = register.filter(({ event }) => event.kind === "risk.added" && event.title === title).length;
    if (times !== 1) wrong.push(`“${title}” is in the register ${times} times`);
  }
  const pairs = new Set(
    register.flatMap(({ event }) =>
      (event.kind === "risk.added" || event.kind === "risk.updated") && event.incident !== undefined
        ? [`${event.risk} of incident/${event.incident}`]
        : [],
    ),
  );
  const linked = events.flatMap(({ stream, event }) =>
    event.kind === "risk.linked" ? [`${event.risk} of ${stream}`] : [],
  );
  for (const pair of new Set([...pairs, ...linked])) {
    const times = linked.filter((one) => one === pair).length;
    if (times !== 1 || !pairs.has(pair)) wrong.push(`${pair} is linked ${times} times`);
  }
  return wrong;
}
