import { readinessBoard } from "../../src/chat/cards/readiness-card.ts";
import { localise } from "../../src/chat/localise.ts";
import { RetryableError } from "../../src/core/errors.ts";
import type { ChainProof, Verdict } from "../../src/core/readiness.ts";
import { foldReadiness, type Readiness } from "../../src/core/readiness-state.ts";
import { canonicalJson, type StoredEvent } from "../../src/core/timeline.ts";
import type { Bot } from "./bot.ts";
import type { Life } from "./life.ts";
import type { ModelChat } from "./model-chat.ts";
import { CHAIN, interventions, ownerAddresses, THRESHOLD } from "./world-plan.ts";

/** In these stories the right to pause comes and goes, of one contract after the other, and stays in the end. */
const ROUND_MS = 20_000;

/** The proof as one life is given it: what fails on the way is a verdict, as it is of the real one. */
export async function proveInModel(life: Life, now: () => number, calm: () => boolean): Promise<ChainProof> {
  const round = Math.floor(now() / ROUND_MS) % (interventions.length + 1);
  const right = (index: number): Verdict =>
    index === round && !calm()
      ? { rung: "role", colour: "red", code: "role_missing", says: "The right is gone.", remedy: "Ask for it." }
      : { rung: "role", colour: "green", code: "role", says: "It can." };
  try {
    return await life.call("chain.proveReadiness", () => ({
      blocks: [],
      safes: Object.fromEntries(interventions.map(({ safeKey, safe }) => [safeKey, safeOf(safe)])),
      lines: interventions.map(({ key }, index) => ({ intervention: key, verdicts: [right(index)] })),
    }));
  } catch (error) {
    if (!(error instanceof RetryableError)) throw error;
    const down: Verdict = { rung: "rpc", colour: "red", code: "rpc_down", says: "Nobody answers.", remedy: "Mend it." };
    return { blocks: [], safes: {}, lines: interventions.map(({ key }) => ({ intervention: key, verdicts: [down] })) };
  }
}

function safeOf(address: `0x${string}`): ChainProof["safes"][string] {
  return { chainId: CHAIN, address, owners: ownerAddresses, threshold: THRESHOLD, nonce: 1_000_000n };
}

/** What must hold of the board at the end of a story, and does not. */
export async function readinessWrong(bot: Bot, chats: ModelChat[]): Promise<string[]> {
  const events = await bot.journal.events("readiness");
  const state = await bot.journal.state("readiness");
  if (state === undefined) return [];
  const replayed = events.reduce<Readiness | undefined>(foldReadiness, undefined);
  const wrong = canonicalJson(replayed) === canonicalJson(state) ? [] : ["Readiness is not what its timeline folds to"];
  const days = events.flatMap(({ event, at }) =>
    event.kind === "readiness.checked" && event.cause === "daily" ? at.slice(0, 10) : [],
  );
  if (new Set(days).size !== days.length) wrong.push(`The day's look was recorded twice: ${days.join(", ")}`);
  for (const chat of chats) wrong.push(...shownWrongly(bot, chat, state), ...toldWrongly(chat, events));
  return wrong;
}

function shownWrongly(bot: Bot, chat: ModelChat, state: Readiness): string[] {
  const boards = [...chat.messages.values()].filter(({ key }) => key.startsWith("readiness/") && key.includes(":"));
  if (boards.length !== 1) return [`There are ${boards.length} boards on ${chat.name}`];
  const wanted = JSON.stringify(localise(readinessBoard(state), bot.app.plan(), chat.name));
  return JSON.stringify(boards[0]?.view) === wanted ? [] : [`The board on ${chat.name} is out of date`];
}

/** Each turn to red, and each back, once in each chat; nothing else. */
function toldWrongly(chat: ModelChat, events: StoredEvent[]): string[] {
  return events.flatMap(({ seq, event }) => {
    if (event.kind !== "readiness.checked") return [];
    const aloud = event.turned.some(({ from, to }) => from === "red" || to === "red");
    const times = [...chat.messages.values()].filter(({ key }) => key === `readiness/${seq}`).length;
    return times === (aloud ? 1 : 0) ? [] : [`Readiness ${seq} was told ${times} times on ${chat.name}`];
  });
}
