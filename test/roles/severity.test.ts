import { describe, expect, it } from "vitest";
import { incidentCard } from "../../src/chat/cards/incident-card.ts";
import { lineView } from "../../src/chat/cards/line.ts";
import type { CommandButton, Form } from "../../src/chat/view.ts";
import { severities } from "../../src/core/severity.ts";
import { severityNamed } from "../../src/core/severity-rule.ts";
import { formOf, openStory, storyPlaybook, vault, wordsOf } from "../story.ts";
import { anyNonce, responsePlan } from "./plan.ts";

function open(change: Record<string, unknown> = {}) {
  const plan = responsePlan(change);
  const story = openStory({ plan });
  return {
    ...story,
    plan,
    declare: (severity = "critical") => story.type("U0NOOR", `incident declare ${severity} Vault is draining`),
    facts: async () => (await story.journal.events("incident/INC-0001")).map(({ event }) => event),
    card: async () => incidentCard(story.app, await story.incident()),
    buttons: async () => incidentCard(story.app, await story.incident()).buttons as CommandButton[],
    owed: () => story.owed.due("chat/slack", story.app.clock.now().getTime()).map(({ effect }) => effect),
  };
}

const choices = (form: Form, name: string) => {
  const widget = form.fields.find((field) => field.name === name)?.widget;
  return widget?.kind === "choice" ? widget.options.map(({ label }) => label) : undefined;
};

describe("what a severity is called", () => {
  it.each([
    [{}, "critical", "CRITICAL"],
    [{ severityNames: "levels" }, "critical", "Level 3 · CRITICAL"],
    [{ severityNames: "levels" }, "medium", "Level 1 · MEDIUM"],
    [{ severityNames: "levels" }, "low", "LOW"],
    [{ severities: { critical: { name: "SEV1" } } }, "critical", "SEV1 · CRITICAL"],
  ])("%j, %s: %s", async (change, severity, word) => {
    const story = open(change);
    await story.declare(severity);
    expect(JSON.stringify(await story.card())).toContain(`{"label":"Severity","value":"${word}"}`);
  });

  it("stands in the forms with what it means, and with the stable word", async () => {
    const story = open({ severityNames: "levels" });
    const { opened } = await story.press("U0NOOR", "incident declare");
    expect(choices(formOf(opened), "severity")).toEqual([
      "Level 3 · critical: funds are leaving",
      "Level 2 · high",
      "Level 1 · medium",
      "Low",
    ]);
    await story.declare();
    const change = await story.press("U0NOOR", "incident severity", { incident: "INC-0001" });
    expect(choices(formOf(change.opened), "severity")?.[0]).toBe("Level 3 · critical: funds are leaving");
  });

  it.each([
    ["level 3 Vault is draining", "critical", "Vault is draining"],
    ["Level-2 Vault is draining", "high", "Vault is draining"],
    ["L1 Vault is draining", "medium", "Vault is draining"],
    ["severity:3 Vault is draining", "critical", "Vault is draining"],
    ["HIGH level 3 of the tower burns", "high", "level 3 of the tower burns"],
    ["--severity level-1 3 wallets are drained", "medium", "3 wallets are drained"],
  ])("by levels, %s", async (line, severity, title) => {
    const story = open({ severityNames: "levels" });
    await story.type("U0NOOR", `incident declare ${line}`);
    expect(await story.incident()).toMatchObject({ severity, title });
  });

  it("a bare number is no level: it may begin what happened", async () => {
    const story = open({ severityNames: "levels" });
    const { opened } = await story.type("U0NOOR", "incident declare 3 wallets are drained");
    expect(formOf(opened).fields.map(({ name, value }) => [name, value])).toContainEqual([
      "title",
      "3 wallets are drained",
    ]);
  });

  it("a level means nothing where the organisation has words", async () => {
    const story = open();
    const { opened } = await story.type("U0NOOR", "incident declare level 3 burns");
    expect(formOf(opened).fields.find(({ name }) => name === "title")?.value).toBe("level 3 burns");
  });

  it("is offered by its name while somebody types it, as Discord asks for it", async () => {
    const story = open({ severityNames: "levels" });
    const ask = (field: string, typed: string) =>
      story.door.suggest({ user: "discord:111111111111111111", command: "incident declare", field, typed });
    expect(await ask("severity", "leaving")).toEqual([
      { value: "critical", label: "Level 3 · critical: funds are leaving" },
    ]);
    expect((await ask("severity", "")).map(({ value }) => value)).toEqual([...severities]);
  });

  it("is never another one by any of its names", () => {
    const plan = responsePlan({ severityNames: "levels", severities: { high: { name: "SEV 2" } } });
    const typed = [
      "critical",
      "Level 3",
      "l3",
      "3",
      "high",
      "sev2",
      "SEV-2",
      "level_2",
      "medium",
      "level1",
      "low",
      "Low",
    ];
    const named = typed.map((word) => severityNamed(plan, word, { bareNumber: true }));
    expect(named.map((one) => severities.indexOf(one ?? "low"))).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3]);
    expect(severityNamed(plan, "4", { bareNumber: true })).toBeUndefined();
  });

  it("is told in the room by its name and the stable word", async () => {
    const story = open({ severityNames: "levels" });
    await story.declare("medium");
    await story.type("U0NOOR", "incident severity level 3 more of it");
    const stored = (await story.journal.events("incident/INC-0001")).find(
      ({ event }) => event.kind === "severity.changed",
    );
    expect(stored && lineView(stored, undefined, story.plan)?.title).toBe(
      "Severity: Level 1 · MEDIUM → Level 3 · CRITICAL",
    );
  });
});

describe("what a severity calls for", () => {
  it("stands on the card in one line", async () => {
    const story = open();
    await story.declare();
    expect(JSON.stringify(await story.card())).toContain(
      "CRITICAL calls for: pause everything, users told, update every 30 min.",
    );
  });

  it("is nothing where the plan says nothing, and nothing once it is over", async () => {
    const story = open();
    await story.declare("medium");
    expect(JSON.stringify(await story.card())).not.toContain("calls for");
    await story.type("U0NOOR", "incident severity critical");
    await story.type("U0NOOR", "incident resolve Done.");
    expect(JSON.stringify(await story.card())).not.toContain("calls for");
  });

  it("users to be told, until an update was posted at this severity", async () => {
    const story = open();
    await story.declare("medium");
    await story.type("U0NOOR", "incident update We are looking.");
    story.tick(1000);
    await story.type("U0NOOR", "incident severity critical");
    const told = "Users are to be told.";
    expect(JSON.stringify(await story.card())).toContain(told);
    expect((await story.buttons()).map(({ label }) => label)).toContain("Post an update…");
    story.tick(1000);
    await story.type("U0NOOR", "incident update Deposits are stopped. Withdrawals work.");
    expect(JSON.stringify(await story.card())).not.toContain(told);
  });

  it("raised: the roles are asked for, the people of the severity are invited, and the level is paged", async () => {
    const story = open({
      invite: { critical: ["ana"] },
      escalation: [{ who: ["noor"] }],
      severities: { critical: { page: { from: 1 }, roles: ["deputy"] } },
    });
    await story.declare("medium");
    expect((await story.facts()).map(({ kind }) => kind)).not.toContain("oncall.paged");
    await story.type("U0SOFIA", "incident severity critical");
    expect((await story.facts()).map(({ kind }) => kind).slice(-2)).toEqual(["severity.changed", "oncall.paged"]);
    expect((await story.buttons()).map(({ label }) => label)).toContain("Take deputy");
    expect((await story.owed()).map(({ kind }) => kind)).toContain("show_page");
    const before = (await story.facts()).length;
    await story.type("U0SOFIA", "incident severity critical");
    expect(await story.facts()).toHaveLength(before);
  });

  it("lowered: nobody is paged for it, and nothing is taken away", async () => {
    const story = open({
      escalation: [{ who: ["noor"] }],
      severities: { high: { page: { from: 1 } } },
    });
    await story.declare("critical");
    await story.type("U0SOFIA", "incident severity high");
    expect((await story.facts()).map(({ kind }) => kind)).not.toContain("oncall.paged");
    expect((await story.incident()).roles["incident commander"]).toBe("slack:U0SOFIA");
  });
});

describe("the pause that a severity calls for", () => {
  const second = () => {
    const { interventions } = responsePlan();
    const one = interventions["pause-vault"];
    return {
      interventions: { ...interventions, "pause-pool": { ...one, title: "Pause the pool", target: vault } },
      groups: { "stop-everything": { title: "Stop the vault and the pool", together: ["pause-vault", "pause-pool"] } },
    };
  };

  it("affected: the form, as before", async () => {
    const story = open();
    await story.declare("high");
    const button = (await story.buttons()).find(({ command }) => command === "pause propose");
    expect(button).toMatchObject({ label: "Propose a pause…", style: "danger", input: { incident: "INC-0001" } });
  });

  it("none: it can be found, and is neither first nor red", async () => {
    const story = open();
    await story.declare("low");
    const buttons = await story.buttons();
    const at = buttons.findIndex(({ command }) => command === "pause propose");
    expect(at).toBeGreaterThan(buttons.findIndex(({ command }) => command === "incident assign"));
    expect(buttons[at]?.style).toBeUndefined();
    expect(JSON.stringify(await story.card())).toContain("This severity calls for no pause.");
  });

  it("all, with one group: proposes that, once somebody says so", async () => {
    const story = open(second());
    anyNonce(story.app);
    await story.declare();
    const [stop, one] = (await story.buttons()).filter(({ command }) => command === "pause propose");
    expect(stop).toMatchObject({
      label: "Stop everything…",
      style: "danger",
      input: { incident: "INC-0001", intervention: "stop-everything" },
      confirm: { title: "Stop everything?" },
    });
    expect(stop?.confirm?.text).toContain("Stop the vault and the pool");
    expect(one).toMatchObject({ label: "Propose a pause…", input: { incident: "INC-0001" } });
    await story.press("U0SOFIA", stop?.command ?? "", stop?.input);
    const incident = await story.incident();
    expect(incident.pauses.map(({ facts }) => facts.group)).toContain("stop-everything");
    expect((await story.buttons()).map(({ label }) => label)).not.toContain("Stop everything…");
  });

  it("all, with several: a form that begins with groups and what stops the whole protocol", async () => {
    const wide = second();
    const one = responsePlan().interventions["pause-vault"];
    const story = open({
      ...wide,
      interventions: { ...wide.interventions, "pause-all": { ...one, title: "Pause the protocol", scope: "protocol" } },
    });
    await story.declare();
    const [stop] = (await story.buttons()).filter(({ command }) => command === "pause propose");
    expect(stop).toMatchObject({ label: "Stop everything…", style: "danger", input: { incident: "INC-0001" } });
    const { opened } = await story.press("U0SOFIA", stop?.command ?? "", stop?.input, { where: undefined });
    // The form knows the incident by its room; pressed elsewhere it is carried.
    expect(formOf(opened).carried).toEqual({ incident: "INC-0001" });
    expect(choices(formOf(opened), "intervention")).toEqual([
      "Stop the vault and the pool",
      "Pause the protocol",
      "Pause Vault-USDC",
      "Pause the pool",
    ]);
  });
});

describe("a kind of incident", () => {
  const drained = { ...storyPlaybook, key: "oracle-off", title: "Oracle is off", symptoms: ["Prices stand still"] };

  function withKinds() {
    const story = open();
    story.app.playbooks = () => [storyPlaybook, drained];
    return story;
  }

  it("may be named, and its playbook is the one that is offered", async () => {
    const story = withKinds();
    await story.type("U0NOOR", "incident declare critical Prices stand still --kind oracle-off");
    expect((await story.facts())[0]).toMatchObject({ kind: "incident.declared", playbook: "oracle-off" });
    const start = (await story.buttons()).find(({ command }) => command === "playbook start");
    expect(start?.input.playbook).toBe("oracle-off");
    expect(JSON.stringify(await story.card())).toContain('{"label":"Kind","value":"Oracle is off"}');
  });

  it("is not guessed from the words of a line, and is left out of a fact where nobody named it", async () => {
    const story = withKinds();
    await story.type("U0NOOR", "incident declare critical oracle-off is what I think");
    const [declared] = await story.facts();
    expect(declared).toMatchObject({ title: "oracle-off is what I think" });
    expect(Object.keys(declared ?? {})).not.toContain("playbook");
  });

  it("that nobody knows is refused, and nothing is declared", async () => {
    const story = withKinds();
    const { answer } = await story.type("U0NOOR", "incident declare critical It burns --kind nonsense");
    expect(wordsOf(answer)).toContain("Leave it out, or take one of: oracle-off.");
    expect(await story.journal.incidents()).toEqual([]);
  });

  it("is asked for only where there are kinds, and never has to be answered", async () => {
    const names = (form: Form) => form.fields.map(({ name, required }) => `${name}${required ? "" : "?"}`);
    const bare = await open().press("U0NOOR", "incident declare");
    expect(names(formOf(bare.opened))).toEqual(["severity", "title", "description?", "drill?"]);
    const { opened } = await withKinds().press("U0NOOR", "incident declare");
    expect(names(formOf(opened))).toEqual(["severity", "title", "kind?", "description?", "drill?"]);
    expect(choices(formOf(opened), "kind")).toEqual(["Oracle is off"]);
  });

  it("is listed with how people recognise it", async () => {
    const { answer } = await withKinds().type("U0NOOR", "playbook list");
    expect(wordsOf(answer)).toContain("How it looks: Prices stand still");
  });
});
