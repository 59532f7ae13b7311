import { afterEach, describe, expect, it } from "vitest";
import { commands } from "../../commands/index.ts";
import { encodeInvoke } from "../../src/chat/invoke.ts";
import { RefusedError } from "../../src/core/errors.ts";
import { wordsOf } from "../story.ts";
import { HOUR, MINUTE, openPaging, pagingPlan } from "./rig.ts";

let world: ReturnType<typeof openPaging>;
afterEach(() => {
  expect(world.failures).toEqual([]);
  world.store.close();
});

/** Level 1 is called, and time runs. */
async function called(options?: Parameters<typeof openPaging>[0]) {
  world = openPaging(options);
  await world.declare();
  await world.settle();
  return world;
}
const answerAs = (who: string, more: Record<string, string> = {}) =>
  world.press(who, "oncall answer", { incident: "INC-0001", page: "1", ...more }, { where: `slack:W1/D-${who}` });

describe("I'm on it", () => {
  it("stops every call, from a direct message, and every message says who it is", async () => {
    const { pass, settle, paged, alerts, direct, card, facts, room } = await called();
    await pass(5 * MINUTE);
    const { answer } = await answerAs("U0SOFIA");
    expect(answer?.view?.title).toBe("You are on it: INC-0001");
    await settle();
    expect(await facts("oncall.answered")).toEqual([{ by: "slack:U0SOFIA", kind: "oncall.answered", page: 1 }]);
    await pass(24 * HOUR);
    expect(await paged()).toHaveLength(2);
    expect(new Set(alerts().map(({ view }) => view.title))).toEqual(new Set(["INC-0001 CRITICAL: Sofia is on it"]));
    for (const who of ["U0NOOR", "U0BO"]) expect(direct(who)[0]?.view.title).toBe("INC-0001 CRITICAL: Sofia is on it");
    expect(direct("U0SOFIA")[0]?.view.title).toBe("You are on it: INC-0001 CRITICAL");
    expect(card()).toContain('{"bold":"On it: "},{"person":"slack:U0SOFIA"}');
    expect(room().filter(({ view }) => view.title === "Somebody is on it")).toHaveLength(1);
  });

  it("offers the lead where nobody leads, and takes it for nobody", async () => {
    const { settle, direct, incident } = await called();
    const { answer } = await answerAs("U0NOOR");
    await settle();
    expect((await incident()).roles["incident commander"]).toBeUndefined();
    for (const text of [wordsOf(answer), direct("U0NOOR")[0]?.text]) expect(text).toContain("Take the lead");
    expect(commands.map(({ name }) => name)).toContain("incident claim");
  });

  it("a second press is no news, and another person's is a question", async () => {
    const { settle, facts, alerts } = await called();
    await answerAs("U0NOOR");
    await answerAs("U0NOOR");
    const { answer } = await answerAs("U0BO");
    expect(await facts("oncall.answered")).toHaveLength(1);
    expect(answer?.view?.title).toBe("Somebody is on INC-0001 already");
    const [takeOver] = answer?.view?.buttons ?? [];
    expect(takeOver).toMatchObject({ label: "Take over…", confirm: { title: "Take over?" } });
    await settle();
    expect(alerts()[0]?.text).toContain("Take over…");
  });

  it("is taken over in so many words, and only from whoever has it", async () => {
    const { settle, facts, incident, direct } = await called();
    await answerAs("U0NOOR");
    await answerAs("U0BO", { from: "slack:U0NOOR" });
    // Dee's card still said that Noor has it.
    const { answer } = await answerAs("U0DEE", { from: "slack:U0NOOR" });
    expect(wordsOf(answer)).toContain("slack:U0BO");
    expect(await facts("oncall.answered")).toEqual([
      { by: "slack:U0NOOR", kind: "oncall.answered", page: 1 },
      { by: "slack:U0BO", kind: "oncall.answered", page: 1, previous: "slack:U0NOOR" },
    ]);
    expect((await incident()).pages[0]?.answered?.by).toBe("slack:U0BO");
    await settle();
    expect(direct("U0NOOR")[0]?.view.title).toBe("INC-0001 CRITICAL: Bo is on it");
  });

  it("is one person on both chats: no second answer, and no taking over from oneself", async () => {
    const { settle, facts, direct } = await called({ chats: ["slack", "discord"] });
    await world.press("discord:100000000000000002", "oncall answer", { incident: "INC-0001", page: "1" });
    await answerAs("U0BO");
    await settle();
    expect(await facts("oncall.answered")).toHaveLength(1);
    expect(direct("U0BO")[0]?.view.title).toBe("You are on it: INC-0001 CRITICAL");
    expect(direct("100000000000000002", "discord")[0]?.view.title).toBe("You are on it: INC-0001 CRITICAL");
  });

  it("is one person at the terminal and in the chat", async () => {
    const { facts } = await called();
    await answerAs("U0NOOR");
    const { answer } = await world.press("terminal:noor", "oncall answer", { incident: "INC-0001" });
    expect(answer?.view?.title).toBe("You are on it: INC-0001");
    expect(await facts("oncall.answered")).toHaveLength(1);
  });

  it("waits on the home of whoever is called, with its button", async () => {
    const { door, settle } = await called();
    const home = await door.home("slack:U0NOOR");
    expect(JSON.stringify(home.body)).toContain("You are called: INC-0001");
    expect(home.buttons[0]).toMatchObject({ label: "I'm on INC-0001", command: "oncall answer" });
    expect(JSON.stringify(await door.home("slack:U0DEE"))).not.toContain("You are called");
    await answerAs("U0NOOR");
    await settle();
    expect(JSON.stringify(await door.home("slack:U0NOOR"))).not.toContain("You are called");
  });

  it("a stranger is told why not, and nothing is stopped", async () => {
    const { pass, facts, paged } = await called();
    const { answer } = await answerAs("U0STRANGER");
    expect(answer?.failed).toBe(true);
    expect(wordsOf(answer)).toContain("You are not in Example's response plan");
    await pass(5 * MINUTE);
    expect(await facts("oncall.answered")).toEqual([]);
    expect(await paged()).toHaveLength(2);
  });

  it("late: after everybody was called, it ends the alarm; after the end, it says that nobody is needed", async () => {
    const { pass, settle, type, alerts } = await called();
    for (let level = 0; level < 3; level += 1) await pass(10 * MINUTE);
    await answerAs("U0DEE");
    await settle();
    expect(new Set(alerts().map(({ view }) => view.title))).toEqual(new Set(["INC-0001 CRITICAL: Dee is on it"]));
    await type("U0DEE", "incident resolve A false alarm.");
    const { answer } = await answerAs("U0NOOR");
    expect(wordsOf(answer)).toContain("INC-0001 is resolved.");
  });

  it("the press and the timer at the same moment: whichever is written first counts, and the other sees it", async () => {
    const { tick, settle, paged, facts } = await called();
    tick(5 * MINUTE);
    await answerAs("U0NOOR");
    await settle();
    expect(await paged()).toHaveLength(1);
    expect(await facts("oncall.answered")).toHaveLength(1);
  });

  it("delivered twice, it is one press", async () => {
    const { press, facts } = await called();
    for (let time = 0; time < 2; time += 1) {
      await press("U0NOOR", "oncall answer", { incident: "INC-0001" }, { id: "the same" });
    }
    expect(await facts("oncall.answered")).toHaveLength(1);
  });

  it("where nobody was called, says how somebody is", async () => {
    world = openPaging();
    await world.declare("low");
    const { answer } = await world.press("U0NOOR", "oncall answer", { incident: "INC-0001" });
    expect(wordsOf(answer)).toContain("Nobody has been called to INC-0001.");
  });

  it("fits every platform's button, with the longest ids that there are", () => {
    world = openPaging();
    const input = { incident: "INC-999999999", page: "9999", from: "discord:12345678901234567890" };
    expect(() => encodeInvoke({ command: "oncall answer", input })).not.toThrow();
  });
});

describe("Calling by hand", () => {
  const say = (line: string, who = "U0NOOR") => world.type(who, `oncall page ${line}`);

  it("works at a severity that calls nobody, from one level on, with the reason for those who are called", async () => {
    world = openPaging();
    await world.declare("low");
    const { answer } = await say("2 We need somebody who knows the router");
    await world.settle();
    expect(answer?.view?.title).toBe("Level 2 is being called");
    expect(await world.paged()).toEqual(["1/2 asked at 0 min"]);
    expect(world.direct("U0SOFIA")[0]?.text).toContain("We need somebody who knows the router");
    expect(world.direct("U0SOFIA")[0]?.text).toContain("Noor asked for you.");
    expect(world.alerts()[0]?.text).not.toContain("router");
    expect(world.room().some(({ view }) => view.title === "Level 2 is called: Sofia")).toBe(true);
    await world.pass(10 * MINUTE);
    expect((await world.paged()).at(-1)).toBe("1/3 unanswered at 10 min");
  });

  it("while a call runs, calls its next level at once, and no level twice", async () => {
    await called();
    await world.pass(MINUTE);
    expect(wordsOf((await say("1")).answer)).toContain("Level 1 is being called already");
    await say("");
    await world.settle();
    expect(await world.paged()).toEqual(["1/1 declared at 0 min", "1/2 asked at 1 min"]);
    // Level 1's time is over, and was used up: level 2 has its own.
    await world.pass(5 * MINUTE);
    expect(await world.paged()).toHaveLength(2);
    await say("");
    expect(wordsOf((await say("")).answer)).toContain("Everybody up to level 3 is being called already");
    expect(await world.paged()).toHaveLength(3);
  });

  it("after nobody answered, everybody is called anew, and one answer is one for both calls", async () => {
    await called();
    for (let level = 0; level < 3; level += 1) await world.pass(10 * MINUTE);
    const again = world
      .alerts()
      .at(-1)
      ?.view.buttons.find(({ label }) => label === "Call them again…");
    if (again === undefined || !("command" in again)) throw new Error("It is not offered.");
    await world.press("U0SOFIA", again.command, again.input);
    // Twice pressed is once called.
    await world.press("U0SOFIA", again.command, again.input);
    await world.settle();
    expect((await world.paged()).at(-1)).toBe("2/1 asked at 30 min");
    expect(world.direct("U0NOOR")).toHaveLength(2);
    await world.press("U0NOOR", "oncall answer", { incident: "INC-0001", page: "2" });
    await world.settle();
    expect((await world.incident()).pages.every(({ answered }) => answered !== undefined)).toBe(true);
    expect(new Set(world.alerts().map(({ view }) => view.title))).toEqual(
      new Set(["INC-0001 CRITICAL: Noor is on it"]),
    );
    await world.pass(24 * HOUR);
    expect(await world.paged()).toHaveLength(5);
  });

  it("says what is wrong: no such level, nobody in the plan, an incident that is over", async () => {
    await called();
    expect(
      wordsOf((await world.press("U0NOOR", "oncall page", { incident: "INC-0001", level: "9" })).answer),
    ).toContain("A level is 1, 2 or 3.");
    await world.type("U0NOOR", "incident resolve A false alarm.");
    expect(wordsOf((await say("INC-0001 1")).answer)).toContain("INC-0001 is resolved.");
    world.store.close();
    world = openPaging({ plan: pagingPlan({ escalation: [{ who: ["noor"] }] }) });
    await world.declare("low");
    expect(wordsOf((await say("2")).answer)).toContain("There is no level 2: the plan has one level.");
    world.reload(pagingPlan({ escalation: [] }));
    expect(wordsOf((await say("1")).answer)).toContain("response plan names nobody to call");
    expect(wordsOf((await say("1", "U0STRANGER")).answer)).toContain("is not yours to run");
  });
});

it("whoever is on it before there is a room is invited once it opens", async () => {
  world = openPaging({ plan: pagingPlan({ severities: { critical: { page: { from: 1, upTo: 1 } } } }) });
  const slack = world.platforms.get("slack");
  if (slack === undefined) throw new Error("No chat.");
  const refused = async () => Promise.reject(new RefusedError("missing_scope", "A scope is missing.", "Grant it."));
  world.platforms.set("slack", { ...slack, openRoom: refused });
  await world.declare();
  await world.settle();
  await answerAs("U0DEE");
  await world.settle();
  world.platforms.set("slack", slack);
  await world.pass(MINUTE);
  expect((await world.incident()).invited).toContain("slack:U0DEE");
});
