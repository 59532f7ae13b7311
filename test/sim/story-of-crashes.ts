import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredEvent } from "../../src/core/timeline.ts";
import { type Bot, startBot } from "./bot.ts";
import { whatIsWrong } from "./invariants.ts";
import { signAhead } from "./ladder.ts";
import { beginLife, copyAsOnDisk, type Faults, type Life, removeDatabase } from "./life.ts";
import { modelChain } from "./model-chain.ts";
import { modelChat } from "./model-chat.ts";
import { modelPager } from "./paging.ts";
import { createPeople } from "./people.ts";
import { type Random, seeded } from "./random.ts";
import { type VirtualTime, virtualTime } from "./virtual-time.ts";
import { type Moment, type WallClock, wallClock } from "./wall-clock.ts";
import { interventions, worldPlan } from "./world-plan.ts";

export interface Outcome {
  crashes: number;
  /** Where it was killed, and how often. */
  killedAt: Map<string, number>;
  events: number;
  executions: number;
  /** Everything that must hold and does not. */
  wrong: string[];
}

const STORMY: Faults = { fail: 0.06, lose: 0.05, slow: 0.05, limit: 0.02 };
const CALM: Faults = { fail: 0, lose: 0, slow: 0, limit: 0 };
const START = Date.parse("2026-11-21T03:00:00.000Z");
/** A file in memory where there is one: a killed process loses no page of either, and nobody waits for a disk here. */
const FOLDER = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
/** In virtual time: what is still owed after this is owed for ever. */
const DRAIN_MS = 45 * 60_000;

/**
 * One seeded story: people, chats and a chain in a storm of faults, the program killed again and again, and then calm,
 * until nothing is owed any more. Resolves with what was seen, and with all that is wrong.
 */
export async function tellStory(
  seed: number,
  { crashes: wanted, onEvent }: { crashes: number; onEvent?: (event: StoredEvent) => void },
): Promise<Outcome> {
  const folder = mkdtempSync(join(FOLDER, "allstop-sim-"));
  const time = virtualTime(START);
  try {
    return await story({ seed, wanted, folder, time, onEvent });
  } finally {
    time.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function story(given: {
  seed: number;
  wanted: number;
  folder: string;
  time: VirtualTime;
  onEvent?: (event: StoredEvent) => void;
}): Promise<Outcome> {
  const { seed, wanted, folder, time, onEvent } = given;
  const random = seeded(seed);
  const wall = wallClock(time);
  const faults = { ...CALM };
  const refusals = { rate: 0 };
  const duds = new Set(interventions.filter(() => random.chance(0.1)).map(({ target }) => target));
  const safes = [...new Set(interventions.map(({ safe }) => safe))];
  const chain = modelChain({ time, random, safes, duds });
  const wrong: string[] = [];
  const names = random.chance(0.5) ? ["slack"] : ["slack", "discord"];
  const ledger: StoredEvent[] = [];
  const moments = new Map<string, Moment>();
  const plan = worldPlan(random.pick(["by-press", "when-ready"]));
  const proposals = new Map<string, { safeTxHash: `0x${string}`; target: `0x${string}` }>();
  const chats = names.map((name) =>
    modelChat({ name, time, random, refusals, onShown: (view) => void wrong.push(...lies(view.title)) }),
  );
  const pager = modelPager();
  const people = createPeople({ random, chats, chain });

  /** “PAUSED” may be said of what was paused in some block, “(final)” of what stays so. */
  function lies(title: string): string[] {
    const proposal = proposals.get(/^(P-\d+)/.exec(title)?.[1] ?? "");
    if (!/\bPAUSED\b/.test(title) || /not paused/i.test(title)) return [];
    if (proposal === undefined) return [`“${title}” is about no proposal`];
    if (!chain.hasPaused(proposal.safeTxHash)) return [`“${title}” was said, and it never was`];
    return /final/i.test(title) && !chain.isPausedForGood(proposal.target) ? [`“${title}” is not final`] : [];
  }
  function onCommitted(events: StoredEvent[]): void {
    ledger.push(...events);
    for (const stored of events) {
      moments.set(stored.hash, wall.moment());
      onEvent?.(stored);
      const { event } = stored;
      if (event.kind !== "pause.proposed") continue;
      proposals.set(event.proposal, { safeTxHash: event.safeTxHash, target: event.target.address });
    }
  }

  const killedAt = new Map<string, number>();
  let path = join(folder, "0.db");
  let crashes = 0;
  function live(fuse: number): Bot {
    const next = join(folder, `${crashes + 1}.db`);
    const life: Life = beginLife({ fuse, time, random, faults, onKilled: () => copyAsOnDisk(path, next) });
    const bot = startBot({
      path,
      life,
      time,
      wall,
      random,
      plan,
      chain,
      chats,
      pager,
      onCommitted,
      calm: () => faults.fail === 0,
      // The process manager starts it anew.
      onFatal: () => life.kill("every chat refused it"),
    });
    bot.begun.catch((error: unknown) => {
      if (!life.dead) wrong.push(`It did not start: ${error instanceof Error ? error.stack : String(error)}`);
    });
    return bot;
  }
  function bury(bot: Bot): void {
    wrong.push(...bot.life.surprises.map((line) => `A surprise in the log: ${line}`));
    time.forgetProgram();
    bot.close();
    removeDatabase(path);
    crashes += 1;
    path = join(folder, `${crashes}.db`);
    const where = bot.life.killedAt ?? "";
    killedAt.set(where, (killedAt.get(where) ?? 0) + 1);
  }

  let bot = live(Number.POSITIVE_INFINITY);
  let linked = false;
  void bot.begun.then(bot.link).then(() => {
    linked = true;
  });
  while (!linked) await time.step();

  let stop = false;
  const somebody = async () => {
    if (stop) return;
    time.stir();
    if (!bot.life.dead) await people.doSomething(await bot.journal.incidents());
    if (!bot.life.dead && random.chance(0.2)) await signAhead(bot, random);
    time.after(random.between(50, 1_500), () => void somebody());
  };
  time.after(1_000, () => void somebody());

  Object.assign(faults, STORMY);
  refusals.rate = 0.03;
  while (crashes < wanted) {
    // Some die at once, again and again; some live long enough to see a pause through.
    const fuse = random.between(1, random.pick([5, 30, 150, 600]));
    if (crashes > 0) bot = live(fuse);
    else bot.life.kill("after the wallets were linked");
    while (!bot.life.dead) {
      await time.step();
      if (random.chance(0.002)) setClock(wall, random);
      if (chats.length > 1 && random.chance(0.005)) random.pick(chats).lose();
    }
    bury(bot);
    if (random.chance(0.05)) setClock(wall, random);
    // Now and then nobody starts it for so long that everything is overdue.
    const awayUntil = time.now() + (random.chance(0.1) ? random.between(60_000, 600_000) : random.between(500, 20_000));
    while (time.now() < awayUntil) await time.step();
    time.forgetProgram();
    if (wrong.length > 0) break;
  }

  stop = true;
  Object.assign(faults, CALM);
  refusals.rate = 0;
  chain.calm();
  if (wrong.length === 0) {
    bot = live(Number.POSITIVE_INFINITY);
    const last = bot;
    const until = time.now() + DRAIN_MS;
    const settled = () =>
      last.owed().length === 0 &&
      last.inbox.unfinished().length === 0 &&
      chats.every(({ acts }) => acts.every(({ acknowledged }) => acknowledged));
    // Ten minutes more at least: nothing may come of it after all.
    const atLeast = time.now() + 10 * 60_000;
    const setAt = random.chance(0.3) ? random.between(1, 400) : undefined;
    for (let steps = 0; time.now() < until; steps += 1) {
      await time.step();
      if (steps === setAt) setClock(wall, random);
      if (time.now() > atLeast && steps % 20 === 0 && settled()) break;
    }
    wrong.push(...last.life.surprises.map((line) => `A surprise in the log: ${line}`));
    const momentOf = ({ hash }: StoredEvent) => moments.get(hash) ?? wall.moment();
    const { notes, risks } = people;
    const seen = { bot: last, chats, chain, pager, ledger, notes, risks, crashes, wall, momentOf };
    wrong.push(...(await whatIsWrong(seen)));
    bot.close();
  }
  const executions = ledger.filter(({ event }) => event.kind === "pause.final").length;
  return { crashes, killedAt, events: ledger.length, executions, wrong };
}

/** Seconds, as when it is corrected; hours, as when it was never set, or a machine was put to sleep. */
function setClock(wall: WallClock, random: Random): void {
  wall.jump(random.pick([-1, 1]) * random.pick([random.between(100, 60_000), random.between(60_000, 3 * 3_600_000)]));
}
