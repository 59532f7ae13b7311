import { askLadderCard } from "../chat/cards/ladder-ask-card.ts";
import { lineView } from "../chat/cards/line.ts";
import { who } from "../chat/cards/words.ts";
import type { Effect } from "../core/effects.ts";
import { livingRungs } from "../core/ladder-state.ts";
import { alertsPlace } from "./announce.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { platformFor } from "./deps.ts";

/** One line in `#security-alerts` about one fact. It stands by itself: what guards are told must not hide in a thread. */
export async function tellAlerts(
  deps: ChatDeps,
  { stream, seq }: Extract<Effect, { kind: "tell_alerts" }>,
): Promise<void> {
  const at = alertsPlace(deps);
  const stored = (await deps.app.journal.events(stream))[seq - 1];
  const view = stored && lineView(stored);
  if (at === undefined || view === undefined) return;
  await platformFor(deps, at).post(at, view, { key: `alerts/${stream}/${seq}`, urgent: true, again: deps.again });
}

/** Asks one owner directly, in peace time: whoever takes no direct messages is not asked elsewhere. */
export async function askLadder(deps: ChatDeps, { seq, user }: Extract<Effect, { kind: "ask_ladder" }>): Promise<void> {
  const { app } = deps;
  const set = (await app.journal.state("ladder"))?.sets.find((one) => one.seq === seq);
  // Laid anew, burned or used up meanwhile: nothing is to be asked any more.
  if (set === undefined || livingRungs(set).length === 0) return;
  const view = askLadderCard(set, { links: app.links, by: who(set.laidBy) });
  await platformFor(deps, user).directMessage(user, view, {
    key: `ladder/${seq}/${user}`.slice(0, 64),
    again: deps.again,
  });
}
