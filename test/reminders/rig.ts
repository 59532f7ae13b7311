import type { Platform } from "../../src/chat/platform.ts";
import type { Lane } from "../../src/core/effects.ts";
import { RetryableError } from "../../src/core/errors.ts";
import { type LoadedPlan, ResponsePlan } from "../../src/core/plan.ts";
import { PlaybookFile } from "../../src/core/playbook-file.ts";
import { createChatDelivery } from "../../src/outbox/chat-effects.ts";
import { createTimerDelivery } from "../../src/outbox/timers.ts";
import { openOwed } from "../../src/storage/owed.ts";
import { memoryChat } from "../memory-chat.ts";
import { settling } from "../settling.ts";
import { openStory, storyPlan } from "../story.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

type Given = Partial<Record<"severities" | "people" | "messages" | "dependencies" | "onCall", unknown>>;

/** Noor is on call, Sofia leads, Dee writes to everybody, on Slack and on Discord. Critical wants an update every half hour. */
export function remindingPlan(change: Given = {}): LoadedPlan {
  const { hash, ...plan } = storyPlan();
  return {
    hash,
    ...ResponsePlan.parse({
      ...plan,
      channels: { alerts: { slack: "C0ALERTS", discord: "900" } },
      people: {
        noor: { name: "Noor", slack: "U0NOOR" },
        sofia: { name: "Sofia", slack: "U0SOFIA", roles: ["incident commander"] },
        dee: { name: "Dee", slack: "U0DEE", discord: "100000000000000004", roles: ["communications lead"] },
        bo: { name: "Bo", slack: "U0BO" },
      },
      severities: {
        critical: { updateEvery: "30m", roles: ["incident commander", "scribe"] },
        high: { updateEvery: "1h" },
      },
      ...change,
    }),
  };
}

const drill = {
  key: "look-around",
  hash: "cd".repeat(32),
  ...PlaybookFile.parse({
    title: "Look around",
    summary: "What to look at.",
    reviewed: "2026-11-01",
    steps: [
      { id: "look", do: "Look at the vault", why: "It may be real.", due: "10m", role: "operations" },
      { id: "tell", do: "Tell the users", why: "They ask.", draft: { text: "{organisation} looks at {incident}." } },
      { id: "rest", do: "Take a rest", why: "It goes on.", due: "10m" },
    ],
  }),
};

/** A world in which time passes by hand: each lane delivers what is due, and what fails for now waits as it would. */
export function openReminding(options: { plan?: LoadedPlan; chats?: string[]; databaseUrl?: string } = {}) {
  const names = options.chats ?? ["slack"];
  let plan = options.plan ?? remindingPlan();
  const chats = Object.fromEntries(names.map((name) => [name, memoryChat(name)]));
  /** The bot dies with the answer to its next post on the way. */
  const dying = { next: false };
  const platforms = new Map<string, Platform>(
    Object.entries(chats).map(([name, chat]) => {
      const platform = chat.make(() => undefined);
      const post: Platform["post"] = async (at, view, more) => {
        const message = await platform.post(at, view, more);
        if (!dying.next) return message;
        dying.next = false;
        throw new RetryableError("The bot died.", { retryAfterMs: 1 });
      };
      return [name, { ...platform, post }];
    }),
  );
  const { databaseUrl } = options;
  const story = openStory({ plan, chats: names, platforms, ...(databaseUrl !== undefined && { databaseUrl }) });
  const { app } = Object.assign(story, {
    app: Object.assign(story.app, { plan: () => plan, playbooks: () => [drill] }),
  });
  const life = { timers: createTimerDelivery(app), chat: createChatDelivery(app, platforms) };
  const lanes: Lane[] = ["timers", "checks", ...names.map((name): Lane => `chat/${name}`)];
  const now = () => story.steady.now().getTime();
  const failures: unknown[] = [];
  /** Deliveries after which the bot is killed: what they did is done, and nobody wrote it down. */
  const kill = { after: (_effect: { kind: string }) => false };

  const settleLanes = settling({
    owed: story.owed,
    now,
    failures,
    deliver: (row) => (row.lane.startsWith("chat/") ? life.chat : life.timers)(row, new AbortController().signal),
    killed: (row) => kill.after(row.effect),
  });
  const settle = (only: Lane[] = lanes) => settleLanes(only);

  const posted = (chat = "slack") =>
    [...(chats[chat]?.messages.entries() ?? [])].map(([message, { at, view, ping, edits }]) => {
      const room = `${chat}:W1/INC-0001`;
      return { message, under: at.startsWith(`${room}/`) ? at : undefined, inRoom: at === room, view, ping, edits };
    });
  const roots = async (chat: string) => (await story.incident()).reminders.map(({ messages }) => messages[chat]);

  return {
    ...story,
    app,
    chats,
    platforms,
    kill,
    dying,
    failures,
    settle,
    /** Time passes, a minute at a time, and what is due is done. */
    async pass(ms: number): Promise<void> {
      for (let left = ms; left > 0; left -= MINUTE) {
        story.tick(Math.min(left, MINUTE));
        await settle();
      }
    },
    /** A new life of the bot on the same rows: what was under way is looked for. */
    restart(): void {
      openOwed(story.store);
      Object.assign(life, { timers: createTimerDelivery(app), chat: createChatDelivery(app, platforms) });
    },
    reload(next: LoadedPlan): void {
      plan = next;
    },
    async declare(severity = "critical"): Promise<void> {
      await story.type("U0NOOR", `incident declare ${severity} Vault is draining`);
      await settle();
    },
    act: async (who: string, command: string, input: Record<string, string> = {}) => {
      const acted = await story.press(who, command, { incident: "INC-0001", ...input }, { where: "slack:W1/INC-0001" });
      await settle();
      return acted;
    },
    posted,
    /** The reminders' own messages; the card, the lines and the playbooks are not among them. */
    async reminders(chat = "slack") {
      const own = await roots(chat);
      return posted(chat).filter(({ message }) => own.includes(message));
    },
    /** What rang under them. */
    async rings(chat = "slack") {
      const own = await roots(chat);
      return posted(chat).filter(({ under }) => under !== undefined && own.includes(under));
    },
    /** What was said: reminder, stage, minute, to whom. */
    async said() {
      const events = await story.journal.events("incident/INC-0001");
      const began = Date.parse(events[0]?.at ?? "");
      return events.flatMap(({ event, at }) =>
        event.kind === "reminder.sent"
          ? [`${event.reminder} ${event.stage} at ${(Date.parse(at) - began) / MINUTE}: ${event.users.join(" ")}`]
          : [],
      );
    },
    async facts(kind: string) {
      const events = await story.journal.events("incident/INC-0001");
      return events.flatMap(({ event }) => (event.kind === kind ? [event] : []));
    },
    card: (chat = "slack") =>
      JSON.stringify(posted(chat).find(({ view }) => view.title.startsWith("INC-0001 Vault"))?.view ?? ""),
  };
}
