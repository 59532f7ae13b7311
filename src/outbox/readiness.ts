import { readinessBoard, readinessTurn } from "../chat/cards/readiness-card.ts";
import { channelOf } from "../chat/platform.ts";
import type { View } from "../chat/view.ts";
import type { Effect } from "../core/effects.ts";
import { RefusedError } from "../core/errors.ts";
import { platformOf, type UserRef } from "../core/ids.ts";
import { onCallAt } from "../core/on-call.ts";
import { alertsPlace } from "./announce.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { platformFor, platformHere, showCard } from "./deps.ts";

const BOT = { by: "allstop" } as const;

/** The board in the alerts channel: one message, for as long as it is there, in the channel that the plan names now. */
export async function refreshReadiness(deps: ChatDeps): Promise<void> {
  const { app } = deps;
  const state = await app.journal.state("readiness");
  const at = alertsPlace(deps);
  if (state === undefined || at === undefined) return;
  const known = state.cards[deps.chat];
  await showCard(deps, {
    at,
    message: known !== undefined && channelOf(known) === at ? known : undefined,
    view: readinessBoard(state),
    key: `readiness/${at}`.slice(0, 64),
    posted: async (message) => {
      await app.journal.record("readiness", BOT, () => ({
        events: [{ kind: "readiness.card_posted", message }],
        effects: [],
      }));
    },
  });
}

/** A turn to red, or away from it, said once. Where the alerts channel refuses it, those on call hear of it directly. */
export async function tellReadiness(
  deps: ChatDeps,
  { seq }: Extract<Effect, { kind: "tell_readiness" }>,
): Promise<void> {
  const stored = (await deps.app.journal.events("readiness"))[seq - 1];
  if (stored?.event.kind !== "readiness.checked") return;
  const view = readinessTurn(stored.event);
  const at = alertsPlace(deps);
  if (at === undefined) return tellOnCall(deps, view, seq);
  try {
    await platformFor(deps, at).post(at, view, { key: `readiness/${seq}`, urgent: true, again: deps.again });
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    await tellOnCall(deps, view, seq);
    throw error;
  }
}

async function tellOnCall(deps: ChatDeps, view: View, seq: number): Promise<void> {
  for (const user of onCallHere(deps)) {
    try {
      await platformHere(deps).directMessage(user, view, {
        key: `readiness/${seq}/${user}`.slice(0, 64),
        again: deps.again,
      });
    } catch (error) {
      // Their inbox is closed: the next one on call may be open, and the board shows it anyhow.
      if (!(error instanceof RefusedError)) throw error;
    }
  }
}

function onCallHere({ app, chat }: ChatDeps): UserRef[] {
  return onCallAt(app.plan(), app.clock.now()).filter((account) => platformOf(account) === chat);
}
