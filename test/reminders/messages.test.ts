import { afterEach, describe, expect, it } from "vitest";
import { fillMessage, UPDATE_LENGTH_MAX } from "../../src/core/message-template.ts";
import { formOf, wordsOf } from "../story.ts";
import { MINUTE, openReminding, remindingPlan } from "./rig.ts";

const here = { where: "slack:W1/INC-0001" };

let world: ReturnType<typeof openReminding>;
afterEach(() => {
  expect(world.failures).toEqual([]);
  world.store.close();
});

const messages = {
  first: {
    title: "First statement",
    for: "users",
    text: "{organisation}: {incident} ({title}) is {status}, {severity}, since {declared}. Paused: {paused}. Still works: {still-works}. Next update by {next-update}. Cause: {cause}. {description}",
  },
  long: { title: "Everything", text: "x".repeat(UPDATE_LENGTH_MAX + 1) },
};

async function declared(change: Parameters<typeof remindingPlan>[0] = { messages }) {
  world = openReminding({ plan: remindingPlan(change) });
  await world.type(
    "U0NOOR",
    'incident declare critical "Vault is draining" --description "The router trusts msg.sender"',
  );
  await world.settle();
  return world;
}
const draftOf = async (draft: string) => {
  const { opened } = await world.press("U0DEE", "incident update", { incident: "INC-0001", draft }, here);
  const form = formOf(opened);
  return { form, text: form.fields.find(({ name }) => name === "text")?.value };
};

describe("Prepared messages", () => {
  it("open in a form with what is known filled in; what is not known stays visible, and the cause is never known", async () => {
    await declared();
    const { form, text } = await draftOf("first");
    expect(text).toBe(
      "Example: INC-0001 (Vault is draining) is active, Critical, since 2026-11-21 03:00 UTC. Paused: nothing. Still works: {still-works}. Next update by 2026-11-21 03:30 UTC. Cause: {cause}. {description}",
    );
    expect(text).not.toContain("router");
    expect(form.intro).toContain("fill in what stands in {braces}");
    expect(form.carried).toEqual({ incident: "INC-0001", draft: "first" });
    expect(form.fields.map(({ name }) => name)).toEqual(["text"]);
  });

  it("nothing is posted until the person submits, and what is posted is what the person left of it", async () => {
    const { submit, settle, incident, kinds } = await declared();
    const { form } = await draftOf("first");
    expect(await kinds()).not.toContain("update.posted");
    await submit("U0DEE", "incident update", { ...form.carried, text: "We look into it." });
    await settle();
    expect((await incident()).lastUpdate?.text).toBe("We look into it.");
  });

  it("come from a playbook's step, too", async () => {
    const { act } = await declared();
    await act("U0SOFIA", "playbook start", { playbook: "look-around" });
    await act("U0SOFIA", "playbook complete", { run: "R-0001", step: "look" });
    const button = world
      .posted()
      .flatMap(({ view }) => view.buttons)
      .find(({ label }) => label === "Draft the update…");
    if (button === undefined || !("command" in button)) throw new Error("The step offers no draft.");
    expect(button).toMatchObject({ command: "incident update", input: { incident: "INC-0001", draft: "R-0001/tell" } });
    expect((await draftOf("R-0001/tell")).text).toBe("Example looks at INC-0001.");
  });

  it("are offered while one types, the steps of now first; a typed line still posts its words", async () => {
    const { act, door, type, incident, settle } = await declared();
    await act("U0SOFIA", "playbook start", { playbook: "look-around" });
    await act("U0SOFIA", "playbook complete", { run: "R-0001", step: "look" });
    const offered = await door.suggest({
      user: "slack:U0DEE",
      ...here,
      command: "incident update",
      field: "draft",
      typed: "",
    });
    expect(offered.map(({ value }) => value)).toEqual(["R-0001/tell", "first", "long"]);
    await type("U0DEE", "incident update first we look, then we speak", here);
    await settle();
    expect((await incident()).lastUpdate?.text).toBe("first we look, then we speak");
    const { opened } = await type("U0DEE", "incident update --draft first", here);
    expect(formOf(opened).fields[0]?.value).toContain("Example: INC-0001");
  });

  it("one that there is not is named with those that there are; one that has no room is not cut in silence", async () => {
    await declared();
    for (const [draft, words] of [
      ["second", "There are: first, long."],
      ["R-0009/tell", "There is no prepared message"],
      ["__proto__", "There is no prepared message"],
      ["long", "an update has room for 1500"],
    ]) {
      const { answer } = await world.press(
        "U0DEE",
        "incident update",
        { incident: "INC-0001", draft: draft ?? "" },
        here,
      );
      expect(answer?.failed).toBe(true);
      expect(wordsOf(answer)).toContain(words);
    }
  });

  it("without a cadence the next update is left for the person to say", async () => {
    await declared({ messages, severities: {} });
    expect((await draftOf("first")).text).toContain("Next update by {next-update}.");
  });

  it("text of people is never a placeholder of its own, nor a pattern", async () => {
    await declared();
    const incident = { ...(await world.incident()), title: "$& {incident} $1 {paused}" };
    const filled = fillMessage("{title} / {incident} / {constructor} / {Title} / {}", {
      plan: world.app.plan(),
      incident,
      now: world.app.clock.now(),
    });
    expect(filled).toBe("$& {incident} $1 {paused} / INC-0001 / {constructor} / {Title} / {}");
  });
});

describe("What is due", () => {
  it("stands on the pinned card, the list and the home, and is said to be overdue once it is", async () => {
    const { pass, type, door, card, act } = await declared();
    await act("U0SOFIA", "playbook start", { playbook: "look-around" });
    expect(card()).toContain('["R-0001 step 1 due ",{"time":"2026-11-21T03:10:00.000Z"}]');
    await pass(12 * MINUTE);
    expect(card()).toContain('{"bold":"R-0001 step 1 OVERDUE"},", was due "');
    expect(card()).toContain('"Next update due ",{"time":"2026-11-21T03:30:00.000Z"}');
    const { answer } = await type("U0NOOR", "incident list");
    for (const words of [wordsOf(answer), JSON.stringify(await door.home("slack:U0NOOR"))]) {
      expect(words).toContain('", was due ",{"time":"2026-11-21T03:10:00.000Z"},", 2 min late"');
      expect(words).toContain('"Next update due ",{"time":"2026-11-21T03:30:00.000Z"}," (in 18 min)"');
    }
  });
});
