import { askSignerCard } from "../chat/cards/ask-signer-card.ts";
import { pauseCard } from "../chat/cards/pause-card.ts";
import { playbookCard } from "../chat/cards/playbook-card.ts";
import { platformOf, type UserRef } from "../chat/platform.ts";
import type { View } from "../chat/view.ts";
import type { Effect } from "../core/effects.ts";
import { RefusedError } from "../core/errors.ts";
import { findPause, findRun, type Incident, presenceOn, roomOn } from "../core/incident.ts";
import { isCollecting, type Pause } from "../core/pause-state.ts";
import { aliasesOf } from "../core/plan.ts";
import { refreshRun, stepsThatHold } from "../core/playbook.ts";
import { getIncident, recordIncident } from "../core/record-incident.ts";
import { ownerOf } from "../core/roster.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { platformFor, postOnce, showCard } from "./deps.ts";

const BOT = { by: "allstop" } as const;

export async function refreshPlaybook(
  deps: ChatDeps,
  { incident: id, run: runId }: Extract<Effect, { kind: "refresh_playbook" }>,
): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  const { room } = presenceOn(incident, deps.chat);
  if (room === undefined) return; // Opening the room owes it again.
  const run = findRun(incident, runId);
  await showCard(deps, {
    at: room,
    message: run.cards[deps.chat],
    view: playbookCard(app, incident, run),
    key: `run/${runId}`,
    posted: async (message) => {
      await recordIncident(app, BOT, id, () => ({
        events: [{ kind: "playbook.card_posted", run: runId, message }],
        effects: [],
      }));
    },
  });
}

export async function refreshPause(
  deps: ChatDeps,
  { incident: id, proposal }: Extract<Effect, { kind: "refresh_pause" }>,
): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  const pause = findPause(incident, proposal);
  if (pause.verified !== undefined) await answerSteps(deps, id);
  const { room } = presenceOn(incident, deps.chat);
  if (room === undefined) return;
  const roster = await app.journal.state("roster");
  await showCard(deps, {
    at: room,
    message: pause.cards[deps.chat],
    view: pauseCard(pause, { links: app.links, roster }),
    key: `pause/${proposal}`,
    urgent: true,
    posted: async (message) => {
      await recordIncident(app, BOT, id, () => ({
        events: [{ kind: "pause.card_posted", proposal, message }],
        effects: [],
      }));
    },
  });
  await refreshAsks(deps, incident, pause);
}

/** A verified pause answers the playbook steps that ask for it. */
async function answerSteps({ app }: ChatDeps, id: string): Promise<void> {
  await recordIncident(app, BOT, id, (state) => {
    const answered = state.runs.map((run) => ({ run: run.id, events: stepsThatHold(state, run) }));
    const news = answered.filter(({ events }) => events.length > 0);
    return {
      events: news.flatMap(({ events }) => events),
      effects: news.flatMap(({ run }) => refreshRun(id, run)),
    };
  });
}

/** Direct messages that asked for a signature say what is still wanted of that one person: each is edited when that changes. */
async function refreshAsks(deps: ChatDeps, incident: Incident, pause: Pause): Promise<void> {
  for (const { message, user } of pause.asked) {
    if (message === undefined || platformOf(message) !== deps.chat) continue;
    const view = await askView(deps, incident, pause, user);
    if (deps.shown.get(message) === JSON.stringify(view)) continue;
    try {
      await platformFor(deps, message).edit(message, view);
      deps.shown.set(message, JSON.stringify(view));
    } catch (error) {
      // The person may have closed the conversation: the room's card is the one that counts.
      if (!(error instanceof RefusedError)) throw error;
    }
  }
}

/** Whoever takes no direct messages is asked under the proposal's card, and rung there. */
async function askInRoom(deps: ChatDeps, incident: Incident, pause: Pause, user: UserRef): Promise<void> {
  const chat = platformOf(user);
  const at = pause.cards[chat] ?? presenceOn(incident, chat).room;
  if (at === undefined || !deps.platforms.has(chat)) return;
  const view: View = {
    tone: "warning",
    title: `Your signature is needed: ${pause.facts.title}`,
    body: [
      {
        kind: "text",
        text: [{ person: user }, ", you take no direct messages from Allstop. Compare the card above, then sign."],
      },
    ],
    buttons: [{ label: "Sign", url: deps.app.links.sign(pause.id), style: "primary" }],
  };
  const key = `asked-here/${pause.id}/${user}`.slice(0, 64);
  await platformFor(deps, at).post(at, view, { key, urgent: true, again: deps.again, ping: [user] });
}

async function askView({ app }: ChatDeps, incident: Incident, pause: Pause, user: UserRef): Promise<View> {
  const owner = ownerOf(await app.journal.state("roster"), aliasesOf(app.plan(), user));
  const room = roomOn(incident, platformOf(user));
  return askSignerCard(pause, { links: app.links, ...(room && { room }), ...(owner && { owner }) });
}

/** Asks one signer directly. A closed inbox is recorded: the room sees who was not reached. */
export async function askSigner(
  deps: ChatDeps,
  { incident: id, proposal, user }: Extract<Effect, { kind: "ask_signer" }>,
): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  const pause = findPause(incident, proposal);
  if (pause.asked.some((ask) => ask.user === user)) return;
  const wanted = isCollecting(pause);
  const view = await askView(deps, incident, pause, user);
  const key = `ask/${proposal}/${user}`;
  let asked: { message?: string; why?: string };
  try {
    const message = await postOnce(deps, { to: user, view, key, wanted, urgent: true });
    if (message === undefined) return;
    deps.shown.set(message, JSON.stringify(view));
    asked = { message };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    if (!wanted) return;
    asked = { why: `${error.code}: ${error.message}` };
    await askInRoom(deps, incident, pause, user);
  }
  await recordIncident(app, BOT, id, () => ({
    events: [{ kind: "pause.signer_asked", proposal, user, ...asked }],
    effects: [],
  }));
}
