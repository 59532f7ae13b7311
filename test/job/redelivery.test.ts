import { describe, expect, it } from "vitest";
import { textOf } from "./people.ts";
import { useStage } from "./stage.ts";

const stage = useStage();
const { open } = stage;
const privateRooms = () => [...stage.world.slack.workspace.rooms.values()].filter(({ kind }) => kind === "private");
const newest = () => {
  const delivery = stage.world.slack.deliveries.at(-1);
  if (delivery === undefined) throw new Error("Nothing was delivered.");
  return delivery;
};

describe.each(["socket", "http"] as const)("Over %s, what Slack delivers again", (mode) => {
  it("a declare, four times: one incident, one room, one alert", async () => {
    const people = await open({ mode });
    await people.say("noor", "general", "/incident declare critical Vault is draining");
    const declare = newest();
    for (let again = 0; again < 3; again += 1) await stage.world.slack.redeliver(declare);
    await people.channelOf("inc-0001");
    await people.sees("emil", "security-alerts", "INC-0001");
    await people.say("noor", "general", "/incident list");
    await people.sees("noor", "general", "1 open incident");
    expect(privateRooms()).toHaveLength(1);
    expect(people.messages("emil", "security-alerts")).toHaveLength(1);
  });

  it("a pin, a press and a form, each again: each counts once", async () => {
    const people = await open({ mode, linked: ["ana"] });
    const room = await stage.world.declare();
    await people.press("sofia", room, "Note…");
    await people.submit("sofia", { text: "Block 100 looks wrong." });
    const form = newest();
    await people.sees("noor", room, "Block 100 looks wrong.");
    await stage.world.slack.redeliver(form);

    const said = await people.say("tomas", room, "It began with a donation.");
    await people.react("sofia", room, said!.ts, "pushpin");
    const pin = newest();
    for (let again = 0; again < 3; again += 1) await stage.world.slack.redeliver(pin);
    await stage.world.slack.until(() => people.words("noor", room, said!.ts).includes("On the timeline"), {
      what: "the capture",
    });

    await stage.world.propose(room);
    await people.press("ana", room, "Acknowledge");
    const press = newest();
    await stage.world.slack.redeliver(press);
    await people.sees("ana", room, "1 of 2");
    const kinds = await stage.world.kinds();
    for (const kind of ["note.added", "message.captured", "pause.acknowledged"]) {
      expect(kinds.filter((one) => one === kind)).toEqual([kind]);
    }
    expect(people.messages("noor", room).filter((m) => textOf(m).includes("Block 100 looks wrong."))).toHaveLength(1);
  });
});

describe("A socket that Slack refreshes", () => {
  it("in the middle of a press: the press counts, once", async () => {
    const people = await open({ linked: ["ana"] });
    const room = await stage.world.declare();
    await stage.world.propose(room);
    const pressed = people.press("ana", room, "Acknowledge");
    stage.world.slack.disconnect("refresh_requested");
    // Slack tells whoever pressed when the press came to nobody; they press again.
    // Slack tells whoever pressed when the press came to nobody, and then they press again.
    await pressed.catch(() => undefined);
    await stage.world.slack.until(() => stage.world.slack.client.state("U0ANA").appOnline, {
      what: "the app to be back",
    });
    await people.press("ana", room, "Acknowledge");
    await stage.world.slack.until(() => people.words("noor", room).includes("Acknowledgements"), { what: "the card" });
    await stage.world.slack.until(() => JSON.stringify(people.messages("noor", room)).includes("1 of 2"), {
      what: "1 of 2",
    });
    expect((await stage.world.kinds()).filter((kind) => kind === "pause.acknowledged")).toHaveLength(1);
  });
});

describe("Titles as people write them", () => {
  it.each([
    ["long", "Vault is draining ".repeat(12).trim().slice(0, 200)],
    ["of emoji", "🔥🚨 金庫 が 空に 👩‍👩‍👧‍👦 🇨🇭"],
    ["right to left, with what hides", "سحب \u202Eevil\u202C \u200Bالخزنة \u2066x\u2069"],
    ["of signs that mean something", "<!channel> & <@U0ANA> *b* `c` [x](http://e.vil) _i_ ~s~"],
    ["combining", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤a͗l̢g̵o̶ vault"],
  ])("%s: a room is opened, its name holds the id, and the title is whole", async (_, title) => {
    const people = await open();
    await people.say("noor", "general", "/incident declare");
    await people.submit("noor", { severity: "high", title });
    const room = await people.channelOf("inc-0001");
    expect(room).toMatch(/^inc-0001[a-z0-9_-]*$/);
    expect(room.length).toBeLessThanOrEqual(80);
    expect((await stage.world.incident()).title).toBe(title);
    const card = await stage.world.slack.until(() => people.messages("noor", room).find(({ pinned }) => pinned), {
      what: "the card",
    });
    const shown = `${card.text} ${JSON.stringify(card.blocks)}`;
    expect(shown).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B]/);
    // A header is plain text, which Slack does not read signs in; everything else is escaped.
    expect(card.text).not.toMatch(/<[!@]/);
  });
});
