import { afterEach, describe, expect, it } from "vitest";
import { openPaging } from "../paging/rig.ts";
import { responsePlan } from "./plan.ts";

let world: ReturnType<typeof openPaging>;
afterEach(() => {
  expect(world.failures).toEqual([]);
  world.store.close();
});

const NOOR_THERE = "111111111111111111";

async function offered(chats = ["slack", "discord"]) {
  world = openPaging({ chats, plan: responsePlan() });
  await world.declare();
  await world.settle();
  await world.type("U0SOFIA", "incident handoff incident-commander @U0NOOR");
  await world.settle();
  return world;
}
const handOffs = (chat = "slack") =>
  world.room(chat).filter(({ view }) => /^(Hand-off|Accepted|Declined|Settled): /.test(view.title));
const asked = (user: string, chat = "slack") =>
  world.direct(user, chat).filter(({ text }) => /asked to be|Accepted: |Declined: |Settled: /.test(text));

describe("An offer", () => {
  it("is one direct message by each account, and one message in each room, which rings that person alone", async () => {
    await offered();
    const buttons = [
      { label: "Accept", command: "incident accept", style: "primary" },
      { label: "Decline", command: "incident decline" },
    ];
    const all = [asked("U0NOOR"), asked(NOOR_THERE, "discord"), handOffs(), handOffs("discord")];
    for (const messages of all) {
      expect(messages).toHaveLength(1);
      expect(messages[0]?.view.buttons).toMatchObject(buttons);
    }
    expect(handOffs()[0]?.ping).toEqual(["slack:U0NOOR"]);
    expect(handOffs("discord")[0]?.ping).toEqual([`discord:${NOOR_THERE}`]);
  });

  it("reaches the person directly where the room takes no messages", async () => {
    world = openPaging({ chats: ["slack"], plan: responsePlan() });
    await world.declare();
    await world.settle();
    const room = (await world.incident()).chats.slack?.room ?? "";
    world.mute.add(room);
    await world.type("U0SOFIA", "incident handoff incident-commander @U0NOOR");
    await world.settle();
    expect(asked("U0NOOR")).toHaveLength(1);
    world.mute.delete(room);
    await world.pass(60_000);
    expect(asked("U0NOOR")).toHaveLength(1);
    expect(handOffs()).toHaveLength(1);
  });

  it("says how bad it is now, and not how bad it was", async () => {
    await offered();
    expect(asked("U0NOOR")[0]?.text).toContain("INC-0001 (CRITICAL)");
    await world.type("U0SOFIA", "incident severity high");
    await world.settle();
    expect(asked("U0NOOR").map(({ text }) => text.includes("INC-0001 (HIGH)"))).toEqual([true]);
  });

  it("accepted: all four say so, and none can be pressed any more", async () => {
    await offered();
    await world.press(`discord:${NOOR_THERE}`, "incident accept", { incident: "INC-0001", role: "incident commander" });
    await world.settle();
    for (const messages of [asked("U0NOOR"), asked(NOOR_THERE, "discord"), handOffs(), handOffs("discord")]) {
      expect(messages.map(({ view }) => [view.title, view.buttons])).toEqual([["Accepted: incident commander", []]]);
    }
  });

  it("declined: the room sees why, and who goes on", async () => {
    await offered();
    await world.type("U0NOOR", "incident decline INC-0001 incident-commander I am on a train");
    await world.settle();
    expect(handOffs()[0]?.text).toContain("declined: I am on a train.");
    expect(handOffs()[0]?.text).toContain('{"person":"slack:U0SOFIA"}," stays incident commander."');
    expect(world.room().map(({ view }) => view.title)).toContain("incident commander: not taken");
  });

  it("replaced: the first one says who is asked instead", async () => {
    await offered();
    await world.type("U0SOFIA", "incident handoff incident-commander @U0ANA");
    await world.settle();
    expect(asked("U0NOOR").map(({ view }) => view.title)).toEqual(["Settled: incident commander"]);
    expect(asked("U0NOOR")[0]?.text).toContain('{"person":"slack:U0ANA"}," is asked instead of "');
    expect(asked("U0ANA").map(({ view }) => view.title)).toEqual(["You are asked to be incident commander"]);
  });

  it("lapsed: given to somebody else, or over with the incident", async () => {
    await offered();
    await world.type("U0NOOR", "incident assign incident-commander @U0ANA");
    await world.settle();
    expect(asked("U0NOOR")[0]?.text).toContain('{"person":"slack:U0ANA"}," is incident commander now.');
    await world.type("U0ANA", "incident handoff incident-commander @U0NOOR");
    await world.settle();
    await world.type("U0ANA", "incident resolve A false alarm.");
    await world.settle();
    expect(asked("U0NOOR").map(({ view }) => view.title)).toEqual([
      "Settled: incident commander",
      "Settled: incident commander",
    ]);
    expect(asked("U0NOOR")[1]?.text).toContain("The incident is over.");
  });

  it("reaches a closed inbox by the room, and the room says when it is settled", async () => {
    world = openPaging({ plan: responsePlan() });
    world.closed.add("slack:U0NOOR");
    await world.declare();
    await world.type("U0SOFIA", "incident handoff incident-commander @U0NOOR");
    await world.settle();
    expect(asked("U0NOOR")).toEqual([]);
    expect(handOffs()[0]?.ping).toEqual(["slack:U0NOOR"]);
    await world.type("U0NOOR", "incident accept INC-0001");
    await world.settle();
    expect(handOffs().map(({ view }) => view.title)).toEqual(["Accepted: incident commander"]);
  });

  it("made before there is a room is asked there once it is open", async () => {
    world = openPaging({ plan: responsePlan() });
    await world.declare();
    await world.type("U0SOFIA", "incident handoff incident-commander @U0NOOR INC-0001");
    await world.settle();
    expect([asked("U0NOOR").length, handOffs().length]).toEqual([1, 1]);
  });

  it("names somebody who has no account in a chat, and rings nobody there", async () => {
    world = openPaging({ chats: ["slack", "discord"], plan: responsePlan() });
    await world.declare();
    await world.settle();
    await world.type("U0NOOR", "incident handoff deputy @U0ANA");
    await world.settle();
    expect(handOffs("discord").map(({ ping, text }) => [ping, text.includes("slack:U0ANA")])).toEqual([[[], true]]);
    expect(handOffs()[0]?.ping).toEqual(["slack:U0ANA"]);
  });

  it("settled before it is delivered asks nobody", async () => {
    world = openPaging({ plan: responsePlan() });
    await world.declare();
    await world.settle();
    await world.type("U0SOFIA", "incident handoff incident-commander @U0NOOR");
    await world.type("U0SOFIA", "incident assign incident-commander @U0ANA");
    await world.settle();
    expect([asked("U0NOOR"), handOffs()]).toEqual([[], []]);
  });

  it("killed between the post and its fact: the same message is found again, and there is no second one", async () => {
    world = openPaging({ plan: responsePlan() });
    await world.declare();
    await world.settle();
    const slack = world.platforms.get("slack");
    if (slack === undefined) throw new Error("No Slack.");
    const { directMessage } = slack;
    let killed = false;
    slack.directMessage = async (user, view, options) => {
      const place = await directMessage(user, view, options);
      if (killed || !view.title.startsWith("You are asked")) return place;
      killed = true;
      world.chats.slack?.trouble("down");
      // Slack took it; its answer was lost.
      await slack.pin(place);
      return place;
    };
    await world.type("U0SOFIA", "incident handoff incident-commander @U0NOOR");
    await world.settle();
    world.chats.slack?.trouble("none");
    await world.pass(5_000);
    expect([asked("U0NOOR").length, handOffs().length]).toEqual([1, 1]);
    expect(await world.facts("role.offer_posted")).toHaveLength(2);
    await world.type("U0NOOR", "incident accept INC-0001");
    await world.settle();
    expect(asked("U0NOOR").map(({ view }) => view.title)).toEqual(["Accepted: incident commander"]);
  });
});
