import type { Platform } from "../../src/chat/platform.ts";
import { type Lane, lanesOf } from "../../src/core/effects.ts";
import { RefusedError } from "../../src/core/errors.ts";
import { type LoadedPlan, ResponsePlan } from "../../src/core/plan.ts";
import { createChatDelivery } from "../../src/outbox/chat-effects.ts";
import type { Deliver } from "../../src/outbox/pump.ts";
import { createTimerDelivery } from "../../src/outbox/timers.ts";
import { createWebhookDelivery, type Pager } from "../../src/outbox/webhooks.ts";
import { memoryChat } from "../memory-chat.ts";
import { settling } from "../settling.ts";
import { openStory, storyPlan } from "../story.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

type Given = Partial<Record<"escalation" | "severities" | "rotations" | "people" | "channels", unknown>>;

/** Three levels of people: Noor and Bo, Sofia, Dee. Bo is on Slack and on Discord; critical calls all of them. */
export function pagingPlan(change: Given = {}): LoadedPlan {
  const { hash, ...plan } = storyPlan();
  return {
    hash,
    ...ResponsePlan.parse({
      ...plan,
      channels: { alerts: { slack: "C0ALERTS", discord: "900" } },
      people: {
        noor: { name: "Noor", slack: "U0NOOR" },
        bo: { name: "Bo", slack: "U0BO", discord: "100000000000000002" },
        sofia: { name: "Sofia", slack: "U0SOFIA" },
        dee: { name: "Dee", slack: "U0DEE" },
      },
      onCall: ["noor"],
      escalation: [
        { title: "First responders", who: ["noor", "bo"], answerWithin: "5m" },
        { title: "Engineering lead", who: ["sofia"], answerWithin: "10m" },
        { who: ["dee"], answerWithin: "10m" },
      ],
      severities: {
        critical: { page: { from: 1, upTo: 3 } },
        high: { page: { from: 1, upTo: 2, answerWithin: "15m" } },
        medium: { page: { from: 1, upTo: 1 } },
      },
      ...change,
    }),
  };
}

/** A world in which time passes by hand: each lane delivers what is due, and what fails for now waits as it would. */
export function openPaging(options: { plan?: LoadedPlan; chats?: string[]; pager?: Pager; databaseUrl?: string } = {}) {
  const names = options.chats ?? ["slack"];
  let plan = options.plan ?? pagingPlan();
  const chats = Object.fromEntries(names.map((name) => [name, memoryChat(name)]));
  const closed = new Set<string>();
  /** Channels that refuse what is posted. */
  const mute = new Set<string>();
  const platforms = new Map<string, Platform>(
    names.map((name) => {
      const platform = chats[name]?.make(() => undefined);
      if (platform === undefined) throw new Error("No chat.");
      const refusing: Platform = {
        ...platform,
        async directMessage(user, view, post) {
          if (closed.has(user))
            throw new RefusedError("cannot_dm_user", "They take no messages.", "Tell them by hand.");
          return platform.directMessage(user, view, post);
        },
        async post(at, view, post) {
          if (mute.has(at)) throw new RefusedError("is_archived", "The channel is archived.", "Unarchive it.");
          return platform.post(at, view, post);
        },
      };
      return [name, refusing];
    }),
  );
  const story = openStory({
    plan,
    chats: names,
    platforms,
    ...(options.databaseUrl !== undefined && { databaseUrl: options.databaseUrl }),
  });
  const app = { ...story.app, plan: () => plan };
  Object.assign(story.app, { plan: () => plan });
  const deliver: Record<"timers" | "webhooks" | "chat", Deliver> = {
    timers: createTimerDelivery(app),
    webhooks: createWebhookDelivery(app, options.pager),
    chat: createChatDelivery(app, platforms),
  };
  const lanes: Lane[] = ["timers", "webhooks", ...names.map((name): Lane => `chat/${name}`)];
  const now = () => story.steady.now().getTime();
  const failures: unknown[] = [];

  const settleLanes = settling({
    owed: story.owed,
    now,
    failures,
    deliver: (row) => {
      const kind = row.lane.startsWith("chat/") ? "chat" : row.lane === "timers" ? "timers" : "webhooks";
      return deliver[kind](row, new AbortController().signal);
    },
  });
  const settle = (only: Lane[] = lanes) => settleLanes(only);

  const shown = (chat: string, where: string) =>
    [...(chats[chat]?.messages.entries() ?? [])]
      .filter(([, { at }]) => at === `${chat}:W1/${where}`)
      .map(([message, { view, ping }]) => ({ message, view, ping, text: JSON.stringify(view) }));

  return {
    ...story,
    app,
    chats,
    platforms,
    closed,
    mute,
    settle,
    failures,
    /** Time passes, and what is due by then is done. */
    async pass(ms: number): Promise<void> {
      story.tick(ms);
      await settle();
    },
    reload(next: LoadedPlan): void {
      plan = next;
    },
    declare: (severity = "critical", who = "U0NOOR") =>
      story.type(who, `incident declare ${severity} Vault is draining through the oracle`),
    alerts: (chat = "slack") =>
      shown(chat, chat === "slack" ? "C0ALERTS" : "900").filter(({ view }) => /^(DRILL )?INC-\d+.*: /.test(view.title)),
    direct: (user: string, chat = "slack") => shown(chat, `D-${user}`),
    room: (chat = "slack") => shown(chat, "INC-0001"),
    card: (chat = "slack") => {
      const found = shown(chat, "INC-0001").find(
        ({ view }) => view.title === "INC-0001 Vault is draining through the oracle",
      );
      return found?.text ?? "";
    },
    /** Every level that was paged: page, level, why, and the minute at which it was. */
    async paged(id = "INC-0001") {
      const events = await story.journal.events(`incident/${id}`);
      const began = Date.parse(events[0]?.at ?? "");
      return events.flatMap(({ event, at }) =>
        event.kind === "oncall.paged"
          ? [`${event.page}/${event.level} ${event.why} at ${(Date.parse(at) - began) / MINUTE} min`]
          : event.kind === "oncall.unanswered"
            ? [`${event.page} unanswered at ${(Date.parse(at) - began) / MINUTE} min`]
            : [],
      );
    },
    async facts(kind: string, id = "INC-0001") {
      const events = await story.journal.events(`incident/${id}`);
      return events.filter(({ event }) => event.kind === kind).map(({ event, by }) => ({ by, ...event }));
    },
    lanesOf: (effect: Parameters<typeof lanesOf>[0]) => lanesOf(effect, names),
  };
}
