import { describe, expect, it, vi } from "vitest";
import { seedRisks } from "../../src/core/risk.ts";
import { keepRisks } from "../../src/keep-risks.ts";
import { formOf, wordsOf } from "../story.ts";
import { openRiskStory, riskPlan, seeds } from "./world.ts";

describe("The risk register", () => {
  it("takes what people say about a risk, and knows who said it last", async () => {
    const story = openRiskStory();
    const { answer } = await story.type("U0NOOR", "risk add high medium The oracle stalls --owner noor");
    expect(wordsOf(answer)).toContain("RISK-0001 The oracle stalls");
    await story.type("U0SOFIA", "risk update risk-1 mitigated --mitigation Two oracles --impact high");
    await story.type("U0NOOR", "risk update RISK-0001 Tried it on a fork");
    expect(await story.risks()).toEqual([
      expect.objectContaining({
        id: "RISK-0001",
        title: "The oracle stalls",
        likelihood: "high",
        impact: "high",
        status: "mitigated",
        owner: "noor",
        addedBy: "slack:U0NOOR",
        note: expect.objectContaining({ text: "Tried it on a fork", by: "slack:U0NOOR" }),
      }),
    ]);
    expect((await story.register()).map(({ event }) => event.kind)).toEqual([
      "risk.added",
      "risk.updated",
      "risk.updated",
    ]);
  });

  it("asks for what is missing and keeps what was said", async () => {
    const story = openRiskStory();
    const form = formOf((await story.type("U0NOOR", "risk add The oracle stalls")).opened);
    expect(form.fields.map(({ name, value, required }) => [name, value, required])).toEqual([
      ["likelihood", undefined, true],
      ["impact", undefined, true],
      ["title", "The oracle stalls", true],
      ["mitigation", undefined, false],
      ["owner", undefined, false],
      ["status", undefined, false],
    ]);
    expect(form.fields[4]?.widget).toMatchObject({
      kind: "choice",
      options: expect.arrayContaining([{ value: "noor", label: "Noor" }]),
    });
  });

  it("has one risk for one act, however often it comes", async () => {
    const story = openRiskStory();
    for (const _ of [1, 2, 3]) await story.type("U0NOOR", "risk add low low A typo", { id: "slack:Ev1" });
    await story.type("U0NOOR", "risk add low low Another", { id: "slack:Ev2" });
    // No number is lost to a repeated act.
    expect((await story.risks()).map(({ id }) => id)).toEqual(["RISK-0001", "RISK-0002"]);
  });

  it("takes what is known for known, whoever says it again, until that one is closed", async () => {
    const story = openRiskStory();
    await story.type("U0NOOR", "risk add low low A typo");
    const { answer } = await story.type("U0SOFIA", "risk add high low a  TYPO");
    expect(wordsOf(answer)).toContain("RISK-0001 says that already: A typo");
    await story.type("U0NOOR", "risk update RISK-0001 closed");
    await story.type("U0SOFIA", "risk add high low A typo");
    expect((await story.risks()).map(({ status }) => status)).toEqual(["closed", "open"]);
  });

  it("records what is new and nothing else: what is so already is no news, and nothing said is refused", async () => {
    const story = openRiskStory();
    await story.type("U0NOOR", "risk add high high The bridge halts");
    await story.type("U0NOOR", "risk update RISK-0001 --likelihood high --status open");
    expect(await story.register()).toHaveLength(1);
    await story.type("U0NOOR", "risk update RISK-0001 --likelihood high --status accepted");
    expect((await story.register()).at(-1)?.event).toEqual({
      kind: "risk.updated",
      risk: "RISK-0001",
      changes: { status: "accepted" },
    });
    expect(wordsOf((await story.type("U0NOOR", "risk update RISK-0001")).answer)).toContain(
      "Nothing was said about RISK-0001",
    );
  });

  it.each([
    ["risk update RISK-0099 gone", "There is no risk RISK-0099"],
    ["risk add high high A thing --owner nobody", "There is no person"],
    ["risk add high high A thing --incident INC-0404", "There is no incident INC-0404"],
    ["risk list RISK-0007", "There is no risk RISK-0007"],
    ["risk list 0", "No open risk"],
    ["risk list page:x", "Write a page's number"],
    ["risk export", "There are no risks in the register yet"],
  ])("answers %s", async (line, words) => {
    const story = openRiskStory();
    expect(wordsOf((await story.type("U0NOOR", line, { where: "slack:T1/C1" })).answer)).toContain(words);
    expect(story.logged).toEqual([]);
    expect(await story.risks()).toEqual([]);
  });

  it("is closed to strangers, who learn nothing of it", async () => {
    const story = openRiskStory();
    await story.type("U0NOOR", "risk add high high The bridge halts");
    for (const line of ["risk list", "risk export", "risk update RISK-0001 gone", "risk add low low mine"]) {
      const { answer } = await story.type("U0STRANGER", line);
      expect(wordsOf(answer)).toContain("not in Example's response plan");
      expect(wordsOf(answer)).not.toContain("bridge");
    }
    expect(await story.register()).toHaveLength(1);
  });
});

describe("The plan's risks", () => {
  it("enter the register once each, and what the plan says later does not undo an update", async () => {
    const story = openRiskStory({ plan: riskPlan({ risks: seeds }) });
    expect(await seedRisks(story.app)).toBe(2);
    expect(await seedRisks(story.app)).toBe(0);
    await story.type("U0NOOR", "risk update RISK-0001 mitigated Two oracles now");
    const changed = { ...seeds, oracle: { ...seeds.oracle, likelihood: "high" } };
    story.setPlan(
      riskPlan({ risks: { ...changed, bridge: { title: "The bridge halts", likelihood: "low", impact: "low" } } }),
    );
    expect(await seedRisks(story.app)).toBe(1);
    expect(
      (await story.risks()).map(({ id, seed, status, likelihood, addedBy }) => [id, seed, status, likelihood, addedBy]),
    ).toEqual([
      ["RISK-0001", "oracle", "mitigated", "medium", "allstop"],
      ["RISK-0002", "keys", "open", "low", "allstop"],
      ["RISK-0003", "bridge", "open", "low", "allstop"],
    ]);
    story.setPlan(riskPlan());
    expect(await seedRisks(story.app)).toBe(0);
    expect(await story.risks()).toHaveLength(3);
  });

  it("are taken at the start and whenever the plan has changed", async () => {
    const story = openRiskStory({ plan: riskPlan({ risks: { oracle: seeds.oracle } }) });
    const stop = keepRisks({
      app: story.app,
      log: { info: () => undefined, error: (fields) => void story.logged.push(fields) },
      lookMs: 5,
    });
    await vi.waitFor(async () => expect(await story.risks()).toHaveLength(1));
    story.setPlan({ ...riskPlan({ risks: seeds }), hash: "ab".repeat(32) });
    await vi.waitFor(async () => expect(await story.risks()).toHaveLength(2));
    await stop();
    expect(story.logged).toEqual([]);
  });
});

describe("A risk that an incident taught", () => {
  const room = "slack:T1/C0ROOM";
  const declared = async () => {
    const story = openRiskStory();
    await story.type("U0NOOR", "incident declare high The oracle is off");
    await story.journal.record("incident/INC-0001", { by: "allstop" }, () => ({
      events: [{ kind: "room.opened", room, name: "inc-0001", adopted: false }],
      effects: [],
    }));
    return story;
  };

  it("is linked by being added in its room, and nowhere else", async () => {
    const story = await declared();
    await story.type("U0NOOR", "risk add high high Stale prices are taken", { where: room });
    await story.type("U0NOOR", "risk add low low Something else", { where: "slack:T1/C0GENERAL" });
    expect((await story.risks()).map(({ incidents }) => incidents)).toEqual([["INC-0001"], []]);
    expect((await story.incident()).risks).toEqual([
      { risk: "RISK-0001", title: "Stale prices are taken", isNew: true },
    ]);
    await story.deliverOwn();
    expect((await story.incident()).risks).toHaveLength(1);
  });

  it("may be known already: an update in its room says so, once", async () => {
    const story = await declared();
    await story.type("U0NOOR", "risk add high high Stale prices are taken");
    await story.press("U0SOFIA", "risk update", { risk: "RISK-0001", incident: "INC-0001" });
    await story.press("U0NOOR", "risk update", { risk: "RISK-0001", incident: "INC-0001", note: "Again" });
    const events = await story.journal.events("incident/INC-0001");
    expect(events.filter(({ event }) => event.kind === "risk.linked").map(({ by, event }) => [by, event])).toEqual([
      ["slack:U0SOFIA", { kind: "risk.linked", risk: "RISK-0001", title: "Stale prices are taken", isNew: false }],
    ]);
  });

  it("gets onto the incident's timeline though the process died between the two writes, and once", async () => {
    const story = await declared();
    const { record } = story.journal;
    story.journal.record = async (stream, cause, decide) => {
      if (stream.startsWith("incident/")) throw new Error("Killed.");
      return record(stream, cause, decide);
    };
    await story.type("U0NOOR", "risk add high high Stale prices are taken", { where: room, id: "slack:Ev9" });
    expect(await story.risks()).toHaveLength(1);
    expect((await story.incident()).risks).toEqual([]);
    expect(story.owedNow("timers")).toEqual([{ kind: "link_risk", incident: "INC-0001", seq: 1 }]);
    story.journal.record = record;
    await story.deliverOwn();
    // The platform delivers the act again, as nobody acknowledged it.
    await story.type("U0NOOR", "risk add high high Stale prices are taken", { where: room, id: "slack:Ev9" });
    await story.deliverOwn();
    expect(await story.risks()).toHaveLength(1);
    const events = await story.journal.events("incident/INC-0001");
    const links = events.filter(({ event }) => event.kind === "risk.linked");
    expect(links.map(({ by, at }) => [by, at])).toEqual([["slack:U0NOOR", (await story.register())[0]?.at]]);
  });
});
