import { afterEach, describe, expect, it } from "vitest";
import type { Platform } from "../../src/chat/platform.ts";
import { createChatDelivery } from "../../src/outbox/chat-effects.ts";
import { block } from "../../src/outbox/execution-facts.ts";
import { memoryChat } from "../memory-chat.ts";
import { openStory, storyPlan } from "../story.ts";

const target = { kind: "execute", incident: "INC-0001", proposal: "P-0001" } as const;

let story: ReturnType<typeof openStory>;
afterEach(() => story.store.close());

/** A pause that is on its way, in a workspace that delivers what is owed to it. */
async function underWay(commander: boolean) {
  const chat = memoryChat("slack");
  const plan = storyPlan({ acknowledgements: 0 });
  // Whom the plan names as commander leads from the start.
  const people = Object.fromEntries(Object.entries(plan.people).map(([key, one]) => [key, { ...one, roles: [] }]));
  story = openStory({ plan: commander ? plan : { ...plan, people } });
  const platforms = new Map<string, Platform>([["slack", chat.make(() => undefined)]]);
  const deliver = createChatDelivery(story.app, platforms);
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) {
      const due = story.owed.due("chat/slack", story.app.clock.now().getTime());
      if (due.length === 0) return;
      for (const row of due) {
        await deliver(row, new AbortController().signal).catch(() => undefined);
        story.owed.done(row, story.app.clock.now().getTime());
      }
    }
  }
  await story.type("U0NOOR", "incident declare critical Vault is draining");
  await story.type("U0NOOR", "pause propose pause-vault");
  for (const index of [0, 1, 2]) await story.type("U0NOOR", `pause confirm ${await story.signature(index)}`);
  await story.press("U0NOOR", "pause execute", { proposal: "P-0001" });
  await settle();
  return { chat, settle };
}

const inRoom = (chat: ReturnType<typeof memoryChat>) =>
  [...chat.messages.values()].filter(
    ({ at, view }) => at.includes("INC-0001") && /waiting for a person/.test(view.title),
  );
const direct = (chat: ReturnType<typeof memoryChat>, user: string) =>
  [...chat.messages.values()].filter(
    ({ at, view }) => at.endsWith(`/D-${user}`) && /waiting for a person/.test(view.title),
  );

describe("A pause that waits for a person", () => {
  it("rings the commander in the room and directly, and puts there what it takes to send it by hand", async () => {
    const { chat, settle } = await underWay(true);
    await block(story.app, target, "rpc-0: insufficient funds for gas * price + value");
    await settle();
    const [line] = inRoom(chat);
    expect(line?.ping).toEqual(["slack:U0SOFIA"]);
    expect(JSON.stringify(line?.view)).toContain("Send gas money to the executor");
    expect(direct(chat, "U0SOFIA")).toHaveLength(1);
    expect(direct(chat, "U0NOOR")).toHaveLength(0);
    const [file] = chat.files;
    expect(file?.name).toBe("P-0001-send-it-yourself.md");
    expect(file?.content).toContain("cast send");
  });

  it("rings those on call and whoever declared it while nobody leads", async () => {
    const { chat, settle } = await underWay(false);
    await block(story.app, target, "rpc-0: insufficient funds");
    await settle();
    expect(inRoom(chat)[0]?.ping).toContain("slack:U0NOOR");
    expect(direct(chat, "U0NOOR")).toHaveLength(1);
  });

  it("rings nobody a second time for the same trouble in other words, and again for another", async () => {
    const { chat, settle } = await underWay(true);
    await block(story.app, target, "rpc-0: insufficient funds");
    await block(story.app, target, "rpc-1: insufficient funds for gas");
    await settle();
    expect(direct(chat, "U0SOFIA")).toHaveLength(1);
    await block(story.app, target, "rpc-0: transaction type not supported");
    await settle();
    expect(direct(chat, "U0SOFIA")).toHaveLength(2);
  });
});
