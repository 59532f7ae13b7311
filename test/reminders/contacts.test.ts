import { afterEach, describe, expect, it } from "vitest";
import { postmortem } from "../../src/core/postmortem.ts";
import { formOf, wordsOf } from "../story.ts";
import { openReminding, remindingPlan } from "./rig.ts";

const here = { where: "slack:W1/INC-0001" };

let world: ReturnType<typeof openReminding>;
afterEach(() => {
  expect(world.failures).toEqual([]);
  world.store.close();
});

const messages = {
  notice: { title: "To partners", text: "{organisation} has paused: {paused}. Please watch {incident}." },
};
const dependencies = {
  chainlink: {
    name: "Chainlink ETH/USD",
    kind: "oracle",
    uses: "prices of the vault",
    message: "notice",
    contacts: [
      { name: "Security desk", via: "security@chainlink.example", hours: "24/7" },
      { name: "Account manager", via: "+1 555 0100", note: "only if the desk is silent" },
    ],
    degraded: ["Withdrawals work with the last price."],
  },
  bridge: { name: "The bridge", kind: "bridge", contacts: [{ name: "On call", via: "pager@bridge.example" }] },
  auditor: { name: "The auditors", kind: "auditor", contacts: [] },
};
const many = (count: number, kind = "protocol") =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `p-${index}`,
      {
        name: `Protocol ${index} ${"with a long name ".repeat(4)}`,
        kind,
        contacts: [{ name: "Desk", via: `desk@p${index}.example` }],
      },
    ]),
  );

async function declared(given: object = dependencies) {
  world = openReminding({ plan: remindingPlan({ messages, dependencies: given }) });
  await world.declare();
  return world;
}
const contactsOf = async (line = "incident contacts") => {
  const { answer } = await world.type("U0DEE", line, here);
  if (answer?.view === undefined) throw new Error("There is no card.");
  return answer.view;
};
const formTo = async (contact: string) => {
  const { opened } = await world.press("U0DEE", "incident notify", { incident: "INC-0001", contact }, here);
  const form = formOf(opened);
  const [to, text] = ["contact", "text"].map((name) => form.fields.find((field) => field.name === name));
  if (to?.widget.kind !== "choice") throw new Error("It offers no choice.");
  return { form, options: to.widget.options, to: to.value, text: text?.value };
};

describe("/incident contacts", () => {
  it("says what needs them, what works without them, how to reach them; and offers to tell whoever can be told", async () => {
    await declared();
    const view = await contactsOf();
    const words = JSON.stringify(view);
    for (const part of [
      "prices of the vault",
      "Withdrawals work with the last price.",
      "security@chainlink.example",
      "24/7",
      "The plan has no contact for them.",
    ]) {
      expect(words).toContain(part);
    }
    expect(view.buttons.map(({ label }) => label)).toEqual(["Notify Chainlink ETH/USD…", "Notify The bridge…"]);
  });

  it("in peace time it is there to read", async () => {
    world = openReminding({ plan: remindingPlan({ dependencies }) });
    const { answer } = await world.type("U0DEE", "incident contacts");
    expect(answer?.view?.buttons).toEqual([]);
    expect(wordsOf(answer)).toContain("pager@bridge.example");
    expect(wordsOf(await (await world.type("U0DEE", "incident contacts INC-0007")).answer)).toContain(
      "no incident INC-0007",
    );
  });

  it("works with two hundred: a kind at a time, ten at a time, to the last one", async () => {
    await declared({ ...many(200), ...dependencies });
    const kinds = await contactsOf();
    expect(kinds.buttons.map(({ label }) => label)).toEqual([
      "Oracle (1)",
      "Bridge (1)",
      "Protocol (200)",
      "Auditor (1)",
    ]);
    const seen = new Set<string>();
    let view = await contactsOf("incident contacts protocol");
    for (let page = 1; page <= 20; page += 1) {
      expect(view.buttons.length).toBeLessThanOrEqual(12);
      for (const { label } of view.buttons) expect(label.length).toBeLessThanOrEqual(75);
      for (const one of view.buttons)
        if ("command" in one && one.command === "incident notify") seen.add(one.input.contact ?? "");
      const more = view.buttons.find(({ label }) => label === "More →");
      if (more === undefined || !("command" in more)) break;
      view = (await world.press("U0DEE", more.command, more.input, here)).answer?.view ?? view;
    }
    expect(seen.size).toBe(200);
    // Past the end is the end.
    expect((await contactsOf("incident contacts protocol --page 999")).title).toBe("Protocol, 20 of 20");
  });
});

describe("/incident notify", () => {
  it("prepares the words, asks for whom, writes down who was told what, and gives both to copy", async () => {
    const { submit, settle, facts, card, app } = await declared();
    const { form, options, to, text } = await formTo("chainlink");
    expect(text).toBe("Example has paused: nothing. Please watch INC-0001.");
    expect(options.map(({ label }) => label)).toEqual([
      "Chainlink ETH/USD: Security desk, security@chainlink.example",
      "Chainlink ETH/USD: Account manager, +1 555 0100",
    ]);
    expect(to).toBeUndefined();
    const { answer } = await submit("U0DEE", "incident notify", {
      ...form.carried,
      contact: options[0]?.value ?? "",
      text: "We have stopped the vault.",
    });
    await settle();
    expect(wordsOf(answer)).toContain('"label":"Send it to","code":"security@chainlink.example"');
    expect(wordsOf(answer)).toContain('"label":"These words","code":"We have stopped the vault."');
    expect(await facts("contact.notified")).toEqual([
      {
        kind: "contact.notified",
        dependency: "chainlink",
        name: "Security desk",
        via: "security@chainlink.example",
        text: "We have stopped the vault.",
      },
    ]);
    expect(card()).toContain('{"bold":"Told outside: "},"Chainlink ETH/USD"');
    expect(JSON.stringify(await contactsOf())).toContain('{"bold":"Security desk was told"}');
    const printed = postmortem({
      incident: await world.incident(),
      events: await app.journal.events("incident/INC-0001"),
      names: {},
    });
    expect(printed).toContain("Security desk");
    expect(world.posted().map(({ view }) => view.title)).toContain("Told outside: Security desk of chainlink");
  });

  it("the only contact is chosen already; the same one twice is written down twice, and said", async () => {
    const { submit, facts } = await declared();
    const { form, to } = await formTo("bridge");
    const given = { ...form.carried, contact: to ?? "", text: "Stop." };
    expect(wordsOf((await submit("U0DEE", "incident notify", given)).answer)).not.toContain("Told before");
    const { answer } = await submit("U0BO", "incident notify", { ...given, text: "Stop, please." });
    expect(wordsOf(answer)).toContain(
      '{"bold":"Told before: "},{"time":"2026-11-21T03:00:00.000Z"}," by ",{"person":"slack:U0DEE"}',
    );
    expect(await facts("contact.notified")).toHaveLength(2);
  });

  it("delivered twice, it is told once", async () => {
    const { press, facts } = await declared();
    for (let time = 0; time < 2; time += 1) {
      await press(
        "U0DEE",
        "incident notify",
        { incident: "INC-0001", contact: "bridge", text: "Stop." },
        { id: "same" },
      );
    }
    expect(await facts("contact.notified")).toHaveLength(1);
  });

  it("a contact that was changed meanwhile is nobody, and never somebody else", async () => {
    const { submit, reload, facts } = await declared();
    const { form, options } = await formTo("chainlink");
    const [desk, manager] = dependencies.chainlink.contacts;
    const contacts = [manager, { ...desk, via: "new@chainlink.example" }];
    reload(
      remindingPlan({
        messages,
        dependencies: { ...dependencies, chainlink: { ...dependencies.chainlink, contacts } },
      }),
    );
    const { answer } = await submit("U0DEE", "incident notify", {
      ...form.carried,
      contact: options[0]?.value ?? "",
      text: "Stop.",
    });
    expect(wordsOf(answer)).toContain("it was changed meanwhile");
    expect(await facts("contact.notified")).toEqual([]);
  });

  it("says what is wrong: nobody there, nobody known, one of several, a stranger", async () => {
    await declared();
    for (const [contact, words] of [
      ["auditor", "has no contact for The auditors"],
      ["nobody", "knows no dependency"],
      ["__proto__", "knows no dependency"],
      ["chainlink", "has 2 contacts"],
    ]) {
      const input = { incident: "INC-0001", contact: contact ?? "", text: "Stop." };
      expect(wordsOf((await world.press("U0DEE", "incident notify", input, here)).answer)).toContain(words);
    }
    const stranger = await world.press(
      "U0STRANGER",
      "incident notify",
      { incident: "INC-0001", contact: "bridge", text: "Hi" },
      here,
    );
    expect(wordsOf(stranger.answer)).toContain("response plan");
    const { answer } = await world.press(
      "U0DEE",
      "incident notify",
      { incident: "INC-0001", contact: "auditor" },
      here,
    );
    expect(wordsOf(answer)).toContain("has no contact for The auditors");
  });

  it("typed without anything, asks for both", async () => {
    await declared();
    const { opened } = await world.type("U0DEE", "incident notify", here);
    const form = formOf(opened);
    expect(form.fields.map(({ name }) => name)).toEqual(["contact", "text"]);
    const [to] = form.fields;
    expect(to?.widget.kind === "choice" && to.widget.options.length).toBe(3);
  });
});
