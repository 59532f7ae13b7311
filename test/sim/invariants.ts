import { incidentCard } from "../../src/chat/cards/incident-card.ts";
import { lineView } from "../../src/chat/cards/line.ts";
import { localise } from "../../src/chat/localise.ts";
import { exportIncident } from "../../src/core/export.ts";
import { platformOf } from "../../src/core/ids.ts";
import type { Incident } from "../../src/core/incident.ts";
import { foldIncident } from "../../src/core/incident-fold.ts";
import { isOpen, type Pause, statusOf } from "../../src/core/pause-state.ts";
import { canonicalJson, type StoredEvent } from "../../src/core/timeline.ts";
import { verifyTimeline } from "../../src/core/verify.ts";
import { closedWrongly, movedWrongly, offersShownWrongly, risksWrong } from "./agreeing.ts";
import type { Bot } from "./bot.ts";
import { ladderWrong } from "./ladder.ts";
import type { ModelChain } from "./model-chain.ts";
import type { ModelChat } from "./model-chat.ts";
import { calledWrongly, type ModelPager, pagedWrongly } from "./paging.ts";
import { readinessWrong } from "./readiness.ts";
import { remindedWrongly, remindersShownWrongly } from "./reminding.ts";
import { runsShownWrongly, walkedWrongly } from "./walking.ts";
import type { Moment, WallClock } from "./wall-clock.ts";

/** All that must hold at the end of a story and does not, each as a sentence. */
export async function whatIsWrong(world: {
  bot: Bot;
  chats: ModelChat[];
  chain: ModelChain;
  pager: ModelPager;
  /** Every event, as it was on disk at some moment. */
  ledger: StoredEvent[];
  notes: Set<string>;
  risks: Set<string>;
  crashes: number;
  wall: WallClock;
  /** When it was first on disk. */
  momentOf: (stored: StoredEvent) => Moment;
}): Promise<string[]> {
  const { bot, chats, chain, ledger, notes, wall, momentOf } = world;
  const given = { plan: bot.app.plan(), momentOf, now: wall.moment(), lastBack: wall.lastBack() };
  const incidents = await bot.journal.incidents();
  const events = (await Promise.all(incidents.map(({ id }) => bot.journal.events(`incident/${id}`)))).flat();
  const wrong = [
    ...lost(ledger, [...events, ...(await otherStreams(bot))]),
    ...(await ladderWrong(bot, events)),
    ...(await readinessWrong(bot, chats)),
    ...owedForEver(bot, chats),
    ...notesOf(notes, events),
    ...(await risksWrong(bot, events, world.risks)),
  ];
  for (const incident of incidents) {
    const told = events.filter(({ stream }) => stream === `incident/${incident.id}`);
    wrong.push(...differsFromReplay(incident, told), ...(await doesNotVerify(bot, incident)));
    wrong.push(...pagedWrongly(told, given), ...calledWrongly(bot, incident, { chats, pager: world.pager }));
    wrong.push(...remindedWrongly(told, given), ...remindersShownWrongly(bot, incident, chats));
    wrong.push(...walkedWrongly(told, given), ...runsShownWrongly(bot, incident, chats));
    wrong.push(...movedWrongly(told), ...offersShownWrongly(bot, incident, told, chats), ...closedWrongly(told));
    for (const pause of incident.pauses) wrong.push(...executedWrongly(pause, chain));
    for (const chat of chats) wrong.push(...shownWrongly(bot, chat, incident, told));
  }
  const known = new Set(events.flatMap(({ event }) => ("message" in event && event.message ? [event.message] : [])));
  for (const chat of chats) {
    wrong.push(...saidTwice(chat), ...asksInVain(chat, known), ...uploadedTooOften(chat, events, world.crashes));
  }
  return wrong;
}

async function otherStreams({ journal }: Bot): Promise<StoredEvent[]> {
  const streams = ["roster", "ladder", "readiness", "risk-register"] as const;
  return (await Promise.all(streams.map((stream) => journal.events(stream)))).flat();
}

function lost(ledger: StoredEvent[], stored: StoredEvent[]): string[] {
  const there = new Set(stored.map(({ hash }) => hash));
  const gone = ledger.filter(({ hash }) => !there.has(hash));
  const more = stored.length - ledger.length;
  return [
    ...gone.map(({ stream, seq, event }) => `Event ${seq} of ${stream}, ${event.kind}, was recorded and is gone`),
    ...(more > 0 ? [`${more} events were recorded that nobody saw`] : []),
  ];
}

function owedForEver(bot: Bot, chats: ModelChat[]): string[] {
  return [
    ...bot.owed().map(({ key, failure, attempts }) => `${key} is owed for ever (${attempts} attempts: ${failure})`),
    ...bot.inbox.unfinished().map(({ id }) => `${id} was taken in and never finished`),
    ...chats.flatMap(({ acts }) => acts.filter((act) => !act.acknowledged).map(({ id }) => `${id} was never taken in`)),
  ];
}

function notesOf(notes: Set<string>, events: StoredEvent[]): string[] {
  const found = events.flatMap(({ event }) => (event.kind === "note.added" ? [event.text] : []));
  return [...notes].flatMap((text) => {
    const times = found.filter((one) => one === text).length;
    return times === 1 ? [] : [`“${text}” stands on the timeline ${times} times`];
  });
}

function differsFromReplay(incident: Incident, events: StoredEvent[]): string[] {
  const replayed = events.reduce<Incident | undefined>((state, event) => foldIncident(state, event), undefined);
  const plain = (state: Incident | undefined) => canonicalJson(state && { ...state, captured: [...state.captured] });
  return plain(replayed) === plain(incident) ? [] : [`${incident.id} is not what its timeline folds to`];
}

async function doesNotVerify(bot: Bot, { id }: Incident): Promise<string[]> {
  const { json } = await exportIncident(bot.app, id, async (user) => user);
  const verdict = await verifyTimeline(json.content);
  return verdict.ok ? [] : [`The timeline of ${id} does not verify: ${verdict.why}`];
}

function executedWrongly(pause: Pause, chain: ModelChain): string[] {
  const { safeTxHash } = pause.facts;
  const wrong: string[] = [];
  const mined = chain.canonical().flatMap(({ txs }) => txs.filter(({ tx }) => tx.safeTxHash === safeTxHash));
  if (mined.filter(({ executed }) => executed).length > 1) wrong.push(`${pause.id} was executed twice`);
  // A reorg may open a gap below a nonce, and a replacement fills it; nothing else moves an execution to another nonce.
  for (const executor of new Set(pause.attempts.map((one) => one.executor))) {
    const nonces = pause.attempts.filter((one) => one.executor === executor).map(({ nonce }) => nonce);
    if (nonces.some((nonce, index) => nonce > Math.min(...nonces.slice(0, index))))
      wrong.push(`${pause.id} used the nonces ${nonces.join(", ")} of ${executor}`);
  }
  const places = new Set(pause.attempts.map(({ executor, nonce }) => `${executor}/${nonce}`));
  const paid = mined.filter(({ tx }) => pause.attempts.some(({ transactionHash }) => transactionHash === tx.hash));
  if (paid.length > places.size) wrong.push(`${pause.id} was mined ${paid.length} times for the executors`);
  if (pause.requested !== undefined && isOpen(pause)) wrong.push(`${pause.id} ended as ${statusOf(pause)}`);
  const { verified } = pause;
  if (verified !== undefined && !chain.pausedIn(safeTxHash, verified.blockHash)) {
    wrong.push(`${pause.id} was verified in block ${verified.blockHash}, which did not pause`);
  }
  return wrong;
}

/** What the room shows at last is what the timeline says, and is there once. */
function shownWrongly(bot: Bot, chat: ModelChat, incident: Incident, events: StoredEvent[]): string[] {
  const { id } = incident;
  const wrong: string[] = [];
  const rooms = [...chat.rooms].filter(([, room]) => room.incident === id);
  if (rooms.length !== 1) wrong.push(`${id} has ${rooms.length} rooms on ${chat.name}`);
  const all = [...chat.messages];
  const cards = all.filter(([, { key, at }]) => key.startsWith(`card/${id}`) && at === rooms[0]?.[0]);
  if (cards.length !== 1) wrong.push(`${id} has ${cards.length} cards on ${chat.name}`);
  const shown = localise(incidentCard(bot.app, incident), bot.app.plan(), chat.name);
  for (const [, { view }] of cards) {
    if (JSON.stringify(view) !== JSON.stringify(shown))
      wrong.push(
        `The card of ${id} on ${chat.name} is out of date: ${JSON.stringify(view)} instead of ${JSON.stringify(shown)}`,
      );
  }
  const uploaded = chat.uploads.filter(({ name }) => name.startsWith(id)).length;
  if (incident.status === "resolved" && uploaded < 2)
    wrong.push(`${id} is resolved, without an export on ${chat.name}`);
  for (const stored of events) {
    const { seq, event } = stored;
    // What the plan gives people at the start is on the card from its first moment.
    if (event.kind === "role.assigned" && stored.recordedAt === incident.declaredAt) continue;
    const elsewhere = "message" in event && event.message !== undefined && platformOf(event.message) === chat.name;
    if (!told.has(event.kind) || elsewhere || lineView(stored) === undefined) continue;
    const times = all.filter(([, { key }]) => key === `line/${id}/${seq}`).length;
    if (times !== 1) wrong.push(`Event ${seq} of ${id}, ${event.kind}, was told ${times} times on ${chat.name}`);
  }
  return wrong;
}

/** Facts of which the room hears in a line of their own. */
const told = new Set<string>([
  "severity.changed",
  "status.changed",
  "incident.resolved",
  "incident.reopened",
  "note.added",
  "update.posted",
  "pause.declined",
  "pause.withdrawn",
  "pause.safe_changed",
  "pause.execution_requested",
  "pause.verified",
  "pause.final",
  "pause.failed",
  "pause.blocked",
  "pause.reorged",
  "pause.attempt_lost",
  "ladder.opened",
  "ladder.locked",
  "oncall.answered",
  "role.assigned",
  "role.offer_declined",
  "risk.linked",
  "incident.closed",
  "bot.restarted",
]);

function saidTwice({ name, messages }: ModelChat): string[] {
  const times = new Map<string, number>();
  for (const { key, at } of messages.values()) times.set(`${key} in ${at}`, (times.get(`${key} in ${at}`) ?? 0) + 1);
  // A message may be taken off the timeline and put onto it again, and is told so each time.
  const twice = [...times].filter(([key, count]) => count > 1 && !key.startsWith("capture/"));
  return twice.map(([key, count]) => `${name}: ${key} was posted ${count} times`);
}

/** Who is asked for something in a message of their own is told once it is settled: where the timeline knows of the message. */
function asksInVain({ name, messages }: ModelChat, known: Set<string>): string[] {
  const asking = /^(ask|call|called|unanswered|offer|remind|run|pause|card|alert)\//;
  const strays = [...messages].filter(
    ([place, { key, view }]) => asking.test(key) && view.buttons.length > 0 && !known.has(place),
  );
  return strays.map(([, { key, view }]) => `${name}: “${view.title}” (${key}) asks, and nobody knows of it`);
}

/** An upload bears no key: it may come again for each time that its end was not seen. */
function uploadedTooOften({ name, uploads }: ModelChat, events: StoredEvent[], crashes: number): string[] {
  const puts = new Set<string>(["timeline.exported", "pause.blocked", "pause.handed_off"]);
  const recorded = events.filter(({ event }) => puts.has(event.kind)).length;
  return uploads.length > 2 * (recorded + crashes + 20)
    ? [`${name}: ${uploads.length} files for ${recorded} exports`]
    : [];
}
