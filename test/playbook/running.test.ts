import { describe, expect, it } from "vitest";
import { playbookCard } from "../../src/chat/cards/playbook-card.ts";
import { playbookListCard } from "../../src/chat/cards/playbook-list-card.ts";
import { currentStep } from "../../src/core/playbook-state.ts";
import { formOf, wordsOf } from "../story.ts";
import { openWalk, plain, playbookOf, playbookPlan, say } from "./world.ts";

describe("a timer", () => {
  const steps = [plain("wait", { wait: "10m" }), plain("after"), plain("again", { wait: "5m" })];

  it("completes its step once its time has passed, and not before", async () => {
    const walk = await openWalk(steps);
    await walk.pass(9 * 60_000);
    expect(await walk.states()).toBe("todo todo todo");
    await walk.pass(60_000);
    expect(await walk.states()).toBe("done todo todo");
    await walk.pass(60 * 60_000);
    expect((await walk.kinds()).filter((kind) => kind === "playbook.step_waited")).toHaveLength(1);
  });

  it("counts from when its step became the current one, and anew once that is reopened", async () => {
    const walk = await openWalk(steps);
    await walk.press("U0NOOR", "playbook complete", walk.at("wait"));
    await walk.pass(60_000);
    await walk.press("U0NOOR", "playbook complete", walk.at("after"));
    await walk.pass(4 * 60_000);
    expect(await walk.states()).toBe("done done todo");
    await walk.press("U0NOOR", "playbook reopen", walk.at("after", { reason: "Not quite" }) as never);
    await walk.pass(60_000);
    expect(await walk.states()).toBe("done todo todo");
    await walk.press("U0NOOR", "playbook complete", walk.at("after"));
    await walk.pass(4 * 60_000);
    expect(await walk.states()).toBe("done done todo");
    await walk.pass(60_000);
    expect(await walk.states()).toBe("done done done");
  });

  it("goes on once the incident is resolved, and stops when it is closed", async () => {
    const walk = await openWalk(steps);
    await walk.type("U0NOOR", "incident resolve Patched.");
    await walk.pass(10 * 60_000);
    expect(await walk.states()).toBe("done todo todo");
  });
});

describe("a check", () => {
  const steps = [
    plain("check", { check: { owners: "any" } }),
    plain("after"),
    plain("named", { check: { named: "x" } }),
  ];

  it("is looked up again and again, said once for each meaning, and goes on by itself", async () => {
    const walk = await openWalk(steps);
    expect(await walk.pass()).toBe(1);
    expect(walk.asked).toEqual([{ owners: "any" }]);
    for (let minute = 0; minute < 10; minute += 1) await walk.pass(60_000);
    expect(walk.asked.length).toBeGreaterThan(5);
    const looked = (await walk.kinds()).filter((kind) => kind === "playbook.step_looked");
    expect(looked).toHaveLength(1);
    const card = playbookCard(walk.app, await walk.incident(), await walk.run());
    expect(JSON.stringify(card.body)).toContain("Not yet: paused() is false.");
    walk.sight.answer = () => ({ holds: true, means: "All are known.", detail: "All are known. Block 200." });
    await walk.pass(60_000);
    expect(await walk.states()).toBe("done todo todo");
    expect((await walk.run()).steps[0]).toMatchObject({ remark: "All are known. Block 200.", by: "allstop" });
    // The step is behind us: nobody looks any more.
    const asked = walk.asked.length;
    await walk.pass(600_000);
    expect(walk.asked.length).toBe(asked);
  });

  it("that turns to and fro is said once a minute at most", async () => {
    const walk = await openWalk(steps);
    let flip = 0;
    walk.sight.answer = () => {
      flip = 1 - flip;
      return { holds: false, means: `It is ${flip}.`, detail: "" };
    };
    for (let second = 0; second < 300; second += 5) await walk.pass(5_000);
    const looked = (await walk.kinds()).filter((kind) => kind === "playbook.step_looked");
    expect(looked.length).toBeLessThanOrEqual(6);
  });

  it("is looked up at once when a person asks, who is told what was seen", async () => {
    const walk = await openWalk(steps);
    const { answer } = await walk.press("U0NOOR", "playbook look", walk.at("check"));
    expect(wordsOf(answer)).toContain("Not yet");
    walk.sight.answer = () => ({ holds: true, means: "Yes.", detail: "Yes. Block 3." });
    await walk.press("U0NOOR", "playbook look", walk.at("check"));
    expect(await walk.states()).toBe("done todo todo");
    const late = await walk.press("U0NOOR", "playbook look", walk.at("check"));
    expect(wordsOf(late.answer)).toContain("already behind us");
  });

  it("can be completed or skipped by a person; the timeline says who", async () => {
    const walk = await openWalk(steps);
    await walk.press("U0NOOR", "playbook complete", walk.at("check", { note: "Seen in the explorer" }) as never);
    await walk.press("U0NOOR", "playbook complete", walk.at("after"));
    await walk.press("U0NOOR", "playbook skip", walk.at("named", { reason: "There is none" }) as never);
    expect(await walk.states()).toBe("done done skipped");
    expect((await walk.run()).steps[0]).toMatchObject({ by: "slack:U0NOOR", remark: "Seen in the explorer" });
  });

  it("of whatever this incident paused is not asked of the chain before anything is proven", async () => {
    const walk = await openWalk([plain("paused", { check: { paused: "any" } }), plain("after")]);
    await walk.pass();
    expect(walk.asked).toEqual([]);
    expect((await walk.run()).steps[0]!.looked?.detail).toContain("Nothing is proven to be paused");
  });

  it("is owed by every way in which a step becomes the current one", async () => {
    const walk = await openWalk([
      plain("ask", { ask: { question: "?", answers: [say("A", "look"), say("B")] } }),
      plain("wait", { wait: "1m" }),
      plain("look", { check: { named: "x" } }),
    ]);
    await walk.press("U0NOOR", "playbook answer", walk.at("ask", { answer: "1" }) as never);
    await walk.pass();
    expect(walk.asked).toEqual([{ named: "x" }]);
    await walk.press("U0NOOR", "playbook reopen", walk.at("ask", { reason: "Wrong" }) as never);
    await walk.press("U0NOOR", "playbook answer", walk.at("ask", { answer: "2" }) as never);
    await walk.pass(60_000);
    expect(await walk.states()).toBe("done done todo");
    await walk.pass();
    expect(walk.asked).toHaveLength(2);
  });
});

describe("a run", () => {
  it("takes one step at a time; what is pressed out of order is told where it stands", async () => {
    const walk = await openWalk([plain("one"), plain("two"), plain("three")]);
    const early = await walk.press("U0NOOR", "playbook complete", walk.at("two"));
    expect(wordsOf(early.answer)).toContain("comes later");
    await walk.press("U0NOOR", "playbook complete", walk.at("one"));
    await walk.press("U0NOOR", "playbook complete", walk.at("one"));
    const late = await walk.press("U0SOFIA", "playbook complete", walk.at("one"));
    expect(wordsOf(late.answer)).toContain("is already behind us: done by U0NOOR");
    const open = await walk.press("U0SOFIA", "playbook reopen", walk.at("two", { reason: "?" }) as never);
    expect(wordsOf(open.answer)).toContain("it is the step to do now");
    const later = await walk.press("U0SOFIA", "playbook reopen", walk.at("three", { reason: "?" }) as never);
    expect(wordsOf(later.answer)).toContain("comes later");
  });

  it("is begun again once it ended, beside others, and not before", async () => {
    const walk = await openWalk([plain("one")]);
    await walk.type("U0NOOR", "playbook start walk INC-0001");
    expect((await walk.incident()).runs).toHaveLength(1);
    await walk.press("U0NOOR", "playbook complete", walk.at("one"));
    await walk.type("U0NOOR", "playbook start walk INC-0001");
    const { runs } = await walk.incident();
    expect(runs.map((run) => currentStep(run)?.step.id)).toEqual([undefined, "one"]);
    // The one that ended is reopened by name, and both go on.
    await walk.type("U0NOOR", "playbook reopen R-0001 one It was not done");
    expect((await walk.incident()).runs.map((run) => currentStep(run)?.step.id)).toEqual(["one", "one"]);
  });

  it("has a step that a person takes, or is given", async () => {
    const walk = await openWalk([plain("one"), plain("two")]);
    await walk.press("U0LENA", "playbook take", walk.at("one"));
    await walk.press("U0LENA", "playbook take", walk.at("one"));
    expect((await walk.run()).steps[0]!.assignee).toBe("slack:U0LENA");
    await walk.type("U0NOOR", "playbook assign @U0TOMAS");
    expect((await walk.run()).steps[0]!.assignee).toBe("slack:U0TOMAS");
    expect((await walk.kinds()).filter((kind) => kind === "playbook.step_assigned")).toHaveLength(2);
  });

  it("asks in a form which step to reopen: the newest first, and only those of its own", async () => {
    const walk = await openWalk([plain("one"), plain("two"), plain("three")]);
    for (const step of ["one", "two"]) {
      walk.tick(1000);
      await walk.press("U0NOOR", "playbook complete", walk.at(step));
    }
    const { opened } = await walk.press("U0NOOR", "playbook reopen", { incident: "INC-0001", run: "R-0001" });
    const [field] = formOf(opened).fields;
    expect(field?.widget).toMatchObject({ options: [{ value: "R-0001/two" }, { value: "R-0001/one" }] });
    await walk.submit("U0NOOR", "playbook reopen", walk.at("R-0001/one", { reason: "Not so" }) as never);
    expect(await walk.states()).toBe("todo done todo");
  });

  it("does nothing once the incident is closed", async () => {
    const walk = await openWalk([plain("wait", { wait: "1m" }), plain("two")], {
      plan: playbookPlan({ closing: undefined }),
    });
    await walk.type("U0NOOR", "incident resolve Patched.");
    await walk.type("U0NOOR", "incident close INC-0001 Nothing new");
    expect((await walk.incident()).status).toBe("closed");
    await walk.pass(120_000);
    expect(await walk.states()).toBe("todo todo");
    const { answer } = await walk.press("U0NOOR", "playbook complete", walk.at("wait"));
    expect(wordsOf(answer)).toContain("is closed");
  });
});

describe("the card", () => {
  it("says first what is due and its buttons, then everything else", async () => {
    const walk = await openWalk(
      [
        plain("one", {
          role: "incident commander",
          due: "10m",
          offer: { label: "Propose the pause", command: "pause propose" },
          draft: { message: "first" },
          evidence: "link",
        }),
        plain("two"),
      ],
      { more: { reviewed: "2026-01-01" } },
    );
    const card = async () => playbookCard(walk.app, await walk.incident(), await walk.run());
    const early = await card();
    expect(early.body[0]).toEqual({ kind: "text", text: [{ bold: "Step 1: Do one" }] });
    expect(JSON.stringify(early.body)).toContain("A link: the whole address");
    expect(JSON.stringify(early.body)).not.toContain("OVERDUE");
    expect(early.buttons.map(({ label }) => label)).toEqual([
      "Propose the pause",
      "Draft the update…",
      "Complete…",
      "I take it",
      "Assign…",
      "Note…",
      "Evidence…",
      "Skip…",
    ]);
    expect(early.buttons[1]).toMatchObject({ command: "incident update", input: { draft: "first" } });
    expect(JSON.stringify(early.details)).toContain("Last reviewed on 2026-01-01, 324 days ago.");
    walk.tick(11 * 60_000);
    expect(JSON.stringify((await card()).body)).toContain("OVERDUE");
    expect((await card()).tone).toBe("warning");
  });

  it("fits into the smallest of buttons, with the longest of ids", async () => {
    const id = "x".repeat(40);
    const walk = await openWalk([
      plain(id, {
        ask: { question: "?", answers: [say("A"), say("B", "end")] },
        draft: { text: "Words" },
      }),
    ]);
    const { encodeInvoke } = await import("../../src/chat/invoke.ts");
    const { buttons } = playbookCard(walk.app, await walk.incident(), await walk.run());
    for (const button of buttons) if ("command" in button) expect(encodeInvoke(button).length).toBeLessThanOrEqual(100);
    expect(buttons.length).toBeGreaterThan(6);
  });
});

it("the list offers what it was declared as first, then what the plan has for the severity, then what says that it fits", async () => {
  const walk = await openWalk([plain("one")], {
    plan: playbookPlan({ playbooks: { critical: "ours" } }),
    start: false,
  });
  const named = (key: string, severities: string[]) => ({
    ...playbookOf([plain("one")], { title: key, severities }),
    key,
  });
  const all = [
    named("a-first-by-name", ["critical"]),
    named("declared", []),
    named("ours", []),
    named("other", ["low"]),
  ];
  const incident = { ...(await walk.incident()), playbook: "declared" };
  const { buttons } = playbookListCard({ ...walk.app, playbooks: () => all }, incident);
  expect(buttons.map(({ label }) => label)).toEqual([
    "Start: declared",
    "Start: ours",
    "Start: a-first-by-name",
    "Start another…",
  ]);
});
