import { afterEach, describe, expect, it } from "vitest";
import type { Platform } from "../../src/chat/platform.ts";
import { RetryableError } from "../../src/core/errors.ts";
import { createChatDelivery } from "../../src/outbox/chat-effects.ts";
import { MINUTE, openPaging, pagingPlan } from "./rig.ts";

let world: ReturnType<typeof openPaging>;
afterEach(() => {
  expect(world.failures).toEqual([]);
  world.store.close();
});

describe("What one refuses never holds up the others", () => {
  it("a closed inbox is on the card with its reason, and the mention rings all the same", async () => {
    world = openPaging();
    world.closed.add("slack:U0NOOR");
    await world.declare();
    await world.settle();
    expect(world.direct("U0BO")).toHaveLength(1);
    expect(world.alerts()[0]?.ping).toContain("slack:U0NOOR");
    expect(world.card()).toContain("No direct message to ");
    expect(world.card()).toContain("They take no messages, cannot_dm_user");
    expect(world.card()).not.toContain("Not reached");
  });

  it("what keeps several out for one reason is one line of the card", async () => {
    world = openPaging();
    for (const user of ["slack:U0NOOR", "slack:U0BO"]) world.closed.add(user);
    await world.declare();
    await world.settle();
    expect(world.card().split("No direct message to ")).toHaveLength(2);
    expect(world.card()).toContain('{"person":"slack:U0NOOR"},", ",{"person":"slack:U0BO"}');
  });

  it("with the alerts refused as well, the card says whom to phone", async () => {
    world = openPaging();
    world.closed.add("slack:U0NOOR");
    world.mute.add("slack:W1/C0ALERTS");
    await world.declare();
    await world.settle();
    expect(world.direct("U0BO")).toHaveLength(1);
    expect(world.card()).toContain('{"bold":"Not reached: Noor. "},"Phone them."');
    expect(world.card()).toContain("Calling people in #security-alerts: The channel is archived.");
    // The next level is called at its time, whatever was refused.
    await world.pass(5 * MINUTE);
    expect(world.direct("U0SOFIA")).toHaveLength(1);
  });

  it("a room that takes the news says nothing of the alerts, which refused it; nor does an inbox", async () => {
    world = openPaging();
    world.mute.add("slack:W1/C0ALERTS");
    await world.declare();
    for (let level = 0; level < 3; level += 1) await world.pass(10 * MINUTE);
    expect(world.room().filter(({ view }) => view.title.includes("NOBODY ANSWERED"))).toHaveLength(1);
    expect((await world.incident()).degraded.map(({ step }) => step)).toContain("Calling people in #security-alerts");
    expect(await world.facts("chat.recovered")).toEqual([]);
    world.mute.clear();
    await world.press("U0NOOR", "oncall page", { incident: "INC-0001", level: "1" });
    await world.settle();
    expect((await world.facts("chat.recovered")).map((fact) => "step" in fact && fact.step)).toContain(
      "Calling people in #security-alerts",
    );
  });

  it("without an alerts channel people are rung in the room, once it is there", async () => {
    world = openPaging({ plan: pagingPlan({ channels: { alerts: {} } }) });
    await world.declare();
    await world.settle();
    const call = world.room().find(({ view }) => view.title === "INC-0001 CRITICAL: somebody is needed now");
    expect(call?.ping).toEqual(["slack:U0NOOR", "slack:U0BO"]);
  });

  it("two chats: each rings its own people; one that is down holds up neither the other nor the time", async () => {
    world = openPaging({ chats: ["slack", "discord"] });
    world.chats.slack?.trouble("down");
    await world.declare();
    await world.settle();
    expect(world.alerts("discord").map(({ ping }) => ping)).toEqual([["discord:100000000000000002"]]);
    expect(world.direct("100000000000000002", "discord")).toHaveLength(1);
    await world.pass(5 * MINUTE);
    expect(await world.paged()).toHaveLength(2);
    world.chats.slack?.trouble("none");
    await world.pass(MINUTE);
    // What Slack missed is still rung there: level 1's people have not answered, either.
    expect(world.alerts("slack")).toHaveLength(2);
    expect(world.direct("U0NOOR")).toHaveLength(1);
    expect(world.direct("U0SOFIA")).toHaveLength(1);
  });

  it("answered while a chat was down: nobody is rung there afterwards", async () => {
    world = openPaging({ chats: ["slack", "discord"] });
    world.chats.slack?.trouble("down");
    await world.declare();
    await world.settle();
    await world.press("discord:100000000000000002", "oncall answer", { incident: "INC-0001", page: "1" });
    world.chats.slack?.trouble("none");
    await world.pass(MINUTE);
    expect(world.alerts("slack")).toEqual([]);
    expect(world.direct("U0NOOR")).toEqual([]);
    expect(world.card("slack")).toContain("On it: ");
  });
});

describe("Each message once", () => {
  /** One delivery of what is owed to Slack, ended by a power cut after `calls` calls to the chat. */
  async function cutAfter(calls: number): Promise<void> {
    let left = calls;
    const platform = world.platforms.get("slack");
    if (platform === undefined) throw new Error("No chat.");
    const cut = async <T>(work: () => Promise<T>): Promise<T> => {
      if (left === 0) throw new RetryableError("The power is gone.");
      left -= 1;
      const done = await work();
      if (left === 0) throw new RetryableError("The power is gone, and nobody heard that it was done.");
      return done;
    };
    const mortal: Platform = {
      ...platform,
      post: (at, view, options) => cut(() => platform.post(at, view, options)),
      edit: (message, view, options) => cut(() => platform.edit(message, view, options)),
      directMessage: (user, view, options) => cut(() => platform.directMessage(user, view, options)),
    };
    const deliver = createChatDelivery(world.app, new Map([["slack", mortal]]));
    for (const row of world.owed.due("chat/slack", world.app.clock.now().getTime())) {
      if (row.effect.kind !== "show_page") continue;
      await deliver({ ...row, attempts: 1 }, new AbortController().signal).catch(() => undefined);
    }
  }

  /** One delivery, in which all that is posted gets there, and no reply comes back. */
  async function loseReplies(): Promise<void> {
    const platform = world.platforms.get("slack");
    if (platform === undefined) throw new Error("No chat.");
    const lost = async (work: Promise<unknown>): Promise<never> => {
      await work;
      throw new RetryableError("No reply came.");
    };
    world.platforms.set("slack", {
      ...platform,
      post: (at, view, options) => lost(platform.post(at, view, options)),
      directMessage: (user, view, options) => lost(platform.directMessage(user, view, options)),
    });
    await world.settle(["chat/slack"]);
    world.platforms.set("slack", platform);
  }

  it.each([0, 1, 2, 3, 4, 5])("cut off after call %i and begun anew", async (calls) => {
    world = openPaging();
    await world.declare();
    await cutAfter(calls);
    await cutAfter(calls);
    await world.settle();
    expect(world.alerts()).toHaveLength(1);
    for (const who of ["U0NOOR", "U0BO"]) expect(world.direct(who)).toHaveLength(1);
    expect(await world.facts("oncall.page_posted")).toHaveLength(1);
    expect(await world.facts("oncall.reached")).toHaveLength(2);
  });

  it.each(["answered", "resolved"])(
    "sent, and %s before anybody heard that it was: it asks nobody any more",
    async (how) => {
      world = openPaging();
      await world.declare();
      await loseReplies();
      expect(await world.facts("oncall.page_posted")).toEqual([]);
      if (how === "answered") await world.press("U0SOFIA", "oncall answer", { incident: "INC-0001", page: "1" });
      else await world.type("U0NOOR", "incident resolve A false alarm.");
      await world.pass(MINUTE);
      const all = [...world.alerts(), ...world.direct("U0NOOR"), ...world.direct("U0BO")];
      expect(all).toHaveLength(3);
      for (const { view } of all) {
        expect(view.buttons.map(({ label }) => label)).toEqual(how === "answered" ? ["Take over…"] : []);
      }
    },
  );

  it("delivering it again when nothing changed touches nothing", async () => {
    world = openPaging();
    await world.declare();
    await world.settle();
    const edits = () => [...(world.chats.slack?.messages.values() ?? [])].map((message) => message.edits);
    const before = edits();
    await world.journal.record("incident/INC-0001", { by: "allstop" }, () => ({
      events: [],
      effects: [{ kind: "show_page", incident: "INC-0001", page: 1 }],
    }));
    await world.settle();
    expect(edits()).toEqual(before);
  });

  it("a direct message that was sent before the room was open says where it is, once it is", async () => {
    world = openPaging();
    await world.declare();
    await world.settle();
    expect(world.direct("U0NOOR")[0]?.text).toContain('"place":"slack:W1/INC-0001"');
  });

  it("whoever is called may enter the room", async () => {
    world = openPaging();
    await world.declare();
    await world.settle();
    await world.pass(5 * MINUTE);
    expect((await world.incident()).invited).toEqual(
      expect.arrayContaining(["slack:U0NOOR", "slack:U0BO", "slack:U0SOFIA"]),
    );
  });
});
