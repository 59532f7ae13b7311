import { describe, expect, it } from "vitest";
import { formOf, openStory, wordsOf } from "../story.ts";

describe("declaring an incident", () => {
  it("opens one incident, and owes its room and the alert", async () => {
    const story = openStory();
    await story.type("U0NOOR", 'incident declare critical Vault is "draining" --drill');
    const incident = await story.incident();
    expect(incident).toMatchObject({ id: "INC-0001", severity: "critical", title: "Vault is draining", drill: true });
    expect(incident.roles).toEqual({ "incident commander": "slack:U0SOFIA" });
    expect(story.owed.due("chat/slack", story.app.clock.now().getTime()).map(({ effect }) => effect.kind)).toEqual([
      "open_room",
      "announce",
    ]);
  });

  it("is once, however often the platform delivers it", async () => {
    const story = openStory();
    await story.type("U0NOOR", "incident declare high Oracle is off", { id: "slack:Ev1" });
    await story.type("U0NOOR", "incident declare high Oracle is off", { id: "slack:Ev1" });
    expect(await story.journal.incidents()).toHaveLength(1);
  });

  it("asks for what is missing, keeping what was said", async () => {
    const story = openStory();
    const { opened } = await story.type("U0NOOR", "incident declare critical");
    const form = formOf(opened);
    expect(form.fields.map(({ name, value }) => [name, value])).toEqual([
      ["severity", "critical"],
      ["title", undefined],
      ["description", undefined],
      ["drill", undefined],
    ]);
  });

  it("is open to strangers, who can do nothing else", async () => {
    const story = openStory();
    await story.type("U0STRANGER", "incident declare low I saw something odd");
    const { answer } = await story.type("U0STRANGER", "incident severity INC-0001 critical");
    expect(wordsOf(answer)).toContain("not in Example's response plan");
    expect((await story.incident()).severity).toBe("low");
  });

  it("takes what a phone types: curly quotes, names with colons, any case", async () => {
    const story = openStory();
    await story.type("U0NOOR", "incident declare severity:HIGH title:“Deposits: all revert” description=“Since 02:50”");
    expect(await story.incident()).toMatchObject({
      severity: "high",
      title: "Deposits: all revert",
      description: "Since 02:50",
    });
  });
});

describe("answers to what can't be understood", () => {
  it.each([
    ["incident", "What you can say"],
    ["incident help", "What you can say"],
    ["incident declrae", "/incident declare"],
    ["incident status INC-9999", "There is no incident INC-9999"],
    ["pause status P-0099", "There is no pause proposal P-0099"],
    ["playbook start nonsense INC-0001", 'There is no playbook \\"nonsense\\"'],
    ["pause propose nonsense", "no intervention"],
  ])("%s", async (line, words) => {
    const story = openStory();
    await story.type("U0NOOR", "incident declare critical Vault is draining");
    const { answer } = await story.type("U0NOOR", line);
    expect(wordsOf(answer)).toContain(words);
    expect(story.logged).toEqual([]);
  });

  it("an old button says that it is old", async () => {
    const story = openStory();
    const { answer } = await story.press("U0NOOR", "incident explode");
    expect(wordsOf(answer)).toContain("older version");
  });
});

describe("the life of an incident", () => {
  it("resolves, exports, reopens; what is already so is not news", async () => {
    const story = openStory();
    await story.type("U0NOOR", "incident declare critical Vault is draining");
    await story.type("U0NOOR", "incident severity high calmer now");
    await story.type("U0NOOR", "incident severity high");
    await story.type("U0NOOR", "incident status mitigated");
    await story.type("U0NOOR", "incident note The attacker is 0xabc --action");
    await story.type("U0NOOR", "incident assign scribe @U0TOMAS");
    await story.type("U0NOOR", "incident resolve Patched and redeployed.");
    await story.type("U0NOOR", "incident resolve Patched again.");
    expect(await story.kinds()).toEqual([
      "incident.declared",
      "role.assigned",
      "severity.changed",
      "status.changed",
      "note.added",
      "role.assigned",
      "incident.resolved",
    ]);
    const incident = await story.incident();
    expect(incident.actions.map(({ text }) => text)).toEqual(["The attacker is 0xabc"]);
    await story.type("U0NOOR", "incident reopen INC-0001 It is back");
    expect((await story.incident()).status).toBe("active");
  });
});

describe("what a typed line means", () => {
  it("a number that begins a note is part of the note", async () => {
    const story = openStory();
    await story.type("U0NOOR", "incident declare critical Vault is draining");
    await story.type("U0NOOR", "incident note 3 wallets took part");
    await story.type("U0NOOR", "playbook start active-exploit");
    await story.type("U0NOOR", "playbook complete it is real: two engineers saw it");
    const incident = await story.incident();
    expect(incident.runs[0]?.steps[0]).toMatchObject({ state: "done", remark: "it is real: two engineers saw it" });
    const events = await story.journal.events("incident/INC-0001");
    expect(events.map(({ event }) => event)).toContainEqual({
      kind: "note.added",
      text: "3 wallets took part",
      action: false,
    });
  });
});
