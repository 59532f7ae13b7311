import { commands } from "../../commands/index.ts";
import { createDoor } from "../../src/chat/door.ts";
import type { Platform } from "../../src/chat/platform.ts";
import { keepChats, type MakeChat } from "../../src/chats.ts";
import type { LoadedPlan } from "../../src/core/plan.ts";
import type { App, Journal } from "../../src/core/ports.ts";
import { noteSafeChange } from "../../src/core/safe-change.ts";
import { linkSigner } from "../../src/core/signer.ts";
import type { StoredEvent } from "../../src/core/timeline.ts";
import { keepLadder } from "../../src/keep-ladder.ts";
import { keepReadiness } from "../../src/keep-readiness.ts";
import { keepRisks } from "../../src/keep-risks.ts";
import { keepTime } from "../../src/keep-time.ts";
import { createChainDelivery } from "../../src/outbox/chain-effects.ts";
import { createChatDelivery } from "../../src/outbox/chat-effects.ts";
import { createPump, type OwedStore } from "../../src/outbox/pump.ts";
import { createTimerDelivery } from "../../src/outbox/timers.ts";
import { createWebhookDelivery } from "../../src/outbox/webhooks.ts";
import { recover } from "../../src/recover.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { openInbox, openSettings } from "../../src/storage/inbox.ts";
import { openJournal } from "../../src/storage/journal.ts";
import { openLadderStore } from "../../src/storage/ladder.ts";
import { openOwed } from "../../src/storage/owed.ts";
import { chainPort } from "./chain-port.ts";
import { LADDER_KEY, mortalLadder } from "./ladder.ts";
import { type Life, never } from "./life.ts";
import type { ModelChain } from "./model-chain.ts";
import type { ModelChat } from "./model-chat.ts";
import { type ModelPager, pagerOf } from "./paging.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { WallClock } from "./wall-clock.ts";
import { linkOf, signers, userOn } from "./world-plan.ts";
import { worldPlaybooks } from "./world-playbooks.ts";

export type Bot = ReturnType<typeof startBot>;

/**
 * The program on one database file for one life, wired as `src/main.ts` wires it, with models for the chats and the
 * chain. Every commit and every call is a moment at which it may be killed.
 */
export function startBot(options: {
  path: string;
  life: Life;
  time: VirtualTime;
  /** What the machine says that it is o'clock. */
  wall: WallClock;
  random: Random;
  plan: LoadedPlan;
  chain: ModelChain;
  chats: ModelChat[];
  pager: ModelPager;
  /** What is on disk the moment it is. */
  onCommitted: (events: StoredEvent[]) => void;
  onFatal: () => void;
  /** Whether the storm is over. */
  calm: () => boolean;
}) {
  const { path, life, time, wall, plan, chats } = options;
  const { log } = life;
  const clock = { now: () => new Date(wall.now()) };
  const store = openDatabase(`file:${path}`);
  const settings = openSettings(store);
  const steady = keepTime({ store, settings: mortalSettings(settings, life) }, clock, () => time.now());
  const journal = openJournal(store, clock, { chats: () => chats.map(({ name }) => name), steady });
  journal.onRecorded(({ events }) => {
    if (life.dead) return;
    options.onCommitted(events);
    life.strikes("after a commit");
  });
  const inbox = openInbox(store, () => wall.now());
  const chain = chainPort({
    world: options.chain,
    now: () => time.now(),
    calm: options.calm,
    life,
    random: options.random,
    onSafeChanged: (proposal, { owners, threshold, nonce, block }) =>
      noteSafeChange(app, proposal, { owners, threshold, nonce, blockNumber: block.number }),
  });
  const app: App = {
    journal: mortal(journal, life),
    clock,
    chain,
    links: {
      sign: (proposal) => `https://bot/sign/${proposal}`,
      link: (user) => `https://bot/link/${user}`,
      phrase: () => "apple river stone",
      ladder: (seq) => `https://bot/ladder/${seq}`,
    },
    plan: () => plan,
    playbooks: () => worldPlaybooks,
    ladder: mortalLadder(
      openLadderStore(store, { key: LADDER_KEY }, () => wall.now()),
      life,
    ),
  };
  const platforms = new Map<string, Platform>();
  const door = createDoor({ app, commands, platforms, log });
  const pump = createPump({
    owed: mortalOwed(openOwed(store), life),
    clock: steady,
    deliver: {
      chain: createChainDelivery(app),
      timers: createTimerDelivery(app),
      checks: createTimerDelivery(app),
      webhooks: createWebhookDelivery(app, pagerOf(options.pager, life)),
      chat: createChatDelivery(app, platforms),
    },
    log,
  });
  const mortalInbox = {
    seen: (id: string, body: unknown) => (life.dead ? never<"new" | "repeated">() : inbox.seen(id, body)),
    done: (id: string) => (life.dead ? never<void>() : inbox.done(id)),
  };
  const make = Object.fromEntries(
    chats.map((chat): [string, MakeChat] => [chat.name, (lost) => chat.connect({ life, inbox: mortalInbox }, lost)]),
  );
  const keeper = keepChats({ app, make, door, platforms, inbox, pump, log, onFatal: options.onFatal });
  journal.onRecorded(({ events, effects, forChain }) => {
    if (life.dead) return;
    if (effects.length > 0) pump.wakeAll(forChain);
    for (const { event } of events) {
      if (event.kind === "pause.failed" || event.kind === "pause.withdrawn" || event.kind === "pause.final") {
        chain.disarm(event.proposal);
      }
    }
  });

  async function begin(): Promise<void> {
    await recover({ app, settings: mortalSettings(settings, life), log });
    keepLadder({ app, log, lookMs: 60_000 });
    keepRisks({ app, log });
    keepReadiness({ app, log, firstMs: 300, everyMs: 5_000, confirmMs: 400, yieldMs: 0 });
    pump.start("chain");
    pump.start("timers");
    pump.start("checks");
    pump.start("webhooks");
    await keeper.open();
  }

  return {
    life,
    store,
    /** Links every signer's wallet, in both chats' terms by the plan. */
    async link(): Promise<void> {
      for (const [index, who] of signers.entries()) await linkSigner(app, await linkOf(index, userOn("slack", who)));
    },
    /** The journal itself, which answers whoever looks at the world from outside. */
    journal,
    inbox,
    app,
    begun: begin(),
    /** Rows of the outbox that are still owed; not those that look again, or remind again, for as long as it is open. */
    owed: () =>
      store.sqlite
        .prepare(
          "SELECT key, failure, attempts FROM effects WHERE done_at IS NULL AND key NOT LIKE 'check_step/%' AND key NOT LIKE 'timer/%/remind/%'",
        )
        .all() as {
        key: string;
        failure: string | null;
        attempts: number;
      }[],
    /** To be called once it is dead, or at the end. */
    close(): void {
      chain.close();
      store.close();
    },
  };
}

/** A journal that a dead program can't reach. */
function mortal(journal: Journal, life: Life): Journal {
  const alive = <A extends unknown[], T>(where: string, work: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      if (life.dead || (where !== "" && life.strikes(where))) return never();
      const result = await work(...args);
      return life.dead ? never() : result;
    };
  };
  return {
    record: alive("before a commit", journal.record) as Journal["record"],
    state: alive("", journal.state) as Journal["state"],
    events: alive("", journal.events),
    incidents: alive("", journal.incidents),
    streamOf: alive("", journal.streamOf),
    nextNumber: alive("before a number", journal.nextNumber),
  };
}

function mortalOwed(owed: OwedStore, life: Life): OwedStore {
  return {
    due: (lane, now, most) => (life.dead ? [] : owed.due(lane, now, most)),
    nextAt: (lane, after) => (life.dead ? undefined : owed.nextAt(lane, after)),
    done(row, now, failure) {
      if (life.strikes("before it is marked as delivered")) return true;
      const done = owed.done(row, now, failure);
      life.strikes("after it is marked as delivered");
      return done;
    },
    retry: (row, at, failure) => (life.strikes("before a retry") ? undefined : owed.retry(row, at, failure)),
    hurry: (lane, now) => (life.dead ? undefined : owed.hurry(lane, now)),
  };
}

function mortalSettings(settings: ReturnType<typeof openSettings>, life: Life) {
  return {
    get: settings.get,
    set: (key: string, value: string) => (life.dead ? undefined : settings.set(key, value)),
  };
}
