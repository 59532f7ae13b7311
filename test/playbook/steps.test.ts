import { describe, expect, it } from "vitest";
import { playbookCard } from "../../src/chat/cards/playbook-card.ts";
import { progressOf } from "../../src/core/playbook-state.ts";
import { formOf, wordsOf } from "../story.ts";
import { IVO, NOOR_ON_DISCORD, openWalk, plain, say } from "./world.ts";

const HASH = `0x${"aB".repeat(32)}`;

describe("what a step asks for", () => {
  it.each([
    ["note", "ok", "Two engineers saw it", "10 characters or more"],
    ["link", "dashboards", "https://grafana.example/d/1", "the whole address"],
    ["link", "javascript:alert(1)", "http://status.example/", "the whole address"],
    ["link", "https://bank.example@evil.example/", "https://bank.example/", "the whole address"],
    ["transaction", `${HASH}00`, HASH, "0x and 64 hex digits"],
    ["file", "report.pdf", "https://example.slack.com/files/U1/F1/report.pdf", "upload it to this room"],
  ])("a %s: %s is none, %s is", async (kind, bad, good, wanted) => {
    const walk = await openWalk([plain("one", { evidence: kind }), plain("two")]);
    const field = kind === "note" ? "note" : "evidence";
    const { opened } = await walk.press("U0NOOR", "playbook complete", walk.at("one"));
    expect(JSON.stringify(formOf(opened).intro)).toContain(wanted);
    expect(formOf(opened).fields.find(({ name }) => name === field)?.required).toBe(true);
    // The form stays open, with what was typed.
    const refused = await walk.submit("U0NOOR", "playbook complete", walk.at("one", { [field]: bad }) as never);
    expect(refused.opened).toEqual({ kind: "mistakes", mistakes: { [field]: expect.stringContaining(wanted) } });
    const pressed = await walk.press("U0NOOR", "playbook complete", walk.at("one", { [field]: bad }) as never);
    expect(wordsOf(pressed.answer)).toContain(wanted);
    expect(await walk.states()).toBe("todo todo");
    await walk.submit("U0NOOR", "playbook complete", walk.at("one", { [field]: good }) as never);
    expect(await walk.states()).toBe("done todo");
    const [evidence] = (await walk.run()).steps[0]!.evidence;
    expect(evidence).toMatchObject({ kind, value: kind === "transaction" ? good.toLowerCase() : good });
  });

  it("is there already where it was handed in before, which completes nothing", async () => {
    const walk = await openWalk([plain("one", { evidence: "transaction" }), plain("two")]);
    await walk.type("U0NOOR", `playbook evidence ${HASH}`);
    await walk.type("U0NOOR", `playbook evidence ${HASH}`);
    await walk.type("U0NOOR", "playbook evidence https://etherscan.io/tx/1");
    expect((await walk.run()).steps[0]!.evidence.map(({ kind }) => kind)).toEqual(["transaction", "link"]);
    expect(await walk.states()).toBe("todo todo");
    await walk.press("U0SOFIA", "playbook complete", walk.at("one"));
    expect(await walk.states()).toBe("done todo");
  });
});

describe("a question", () => {
  const steps = [
    plain("ask", {
      ask: {
        question: "Did value move?",
        answers: [say("Yes, it moved"), say("No", "late"), say("It is nothing", "end")],
      },
    }),
    plain("trace"),
    plain("gate", { gate: { people: 2 } }),
    plain("late"),
  ];

  it("is answered by number or by words, and leads past what is not to be done", async () => {
    const walk = await openWalk(steps);
    const refused = await walk.press("U0NOOR", "playbook complete", walk.at("ask"));
    expect(wordsOf(refused.answer)).toContain("This step asks: Did value move?");
    const odd = await walk.type("U0NOOR", "playbook answer perhaps");
    expect(wordsOf(odd.answer)).toContain("is no answer to: Did value move?");
    await walk.press("U0NOOR", "playbook answer", { run: "R-0001", step: "ask", answer: "2" });
    expect(await walk.states()).toBe("done passed passed todo");
    expect(progressOf(await walk.run())).toEqual({ done: 1, total: 2 });
    expect((await walk.run()).steps[1]).toMatchObject({ passedBy: "ask" });
  });

  it("that was answered is answered once: the same press is no news, another one is told", async () => {
    const walk = await openWalk(steps);
    await walk.press("U0NOOR", "playbook answer", walk.at("ask", { answer: "No" }) as never);
    const before = await walk.kinds();
    await walk.press("U0SOFIA", "playbook answer", walk.at("ask", { answer: "2" }) as never);
    const late = await walk.press("U0SOFIA", "playbook answer", walk.at("ask", { answer: "1" }) as never);
    expect(wordsOf(late.answer)).toContain('It was answered with \\"No\\" by U0NOOR');
    const past = await walk.press("U0SOFIA", "playbook complete", walk.at("trace"));
    expect(wordsOf(past.answer)).toContain("led past it");
    expect(await walk.kinds()).toEqual(before);
  });

  it("that is reopened brings back what it led past; what it led past can't be reopened alone", async () => {
    const walk = await openWalk(steps);
    await walk.press("U0NOOR", "playbook answer", walk.at("ask", { answer: "3" }) as never);
    expect(await walk.states()).toBe("done passed passed passed");
    const card = playbookCard(walk.app, await walk.incident(), await walk.run());
    expect(card.buttons.map(({ label }) => label)).toEqual(["Reopen…"]);
    const alone = await walk.press("U0NOOR", "playbook reopen", walk.at("trace", { reason: "Look again" }) as never);
    expect(wordsOf(alone.answer)).toContain("Reopen ask, and answer it again");
    await walk.press("U0NOOR", "playbook reopen", walk.at("R-0001/ask", { reason: "It did move" }) as never);
    expect(await walk.states()).toBe("todo todo todo todo");
    await walk.press("U0NOOR", "playbook answer", walk.at("ask", { answer: "1" }) as never);
    expect(await walk.states()).toBe("done todo todo todo");
  });

  it("that is itself led past leads past nothing any more", async () => {
    const walk = await openWalk([
      plain("first", { ask: { question: "?", answers: [say("Go on"), say("Jump", "last")] } }),
      plain("second", { ask: { question: "?", answers: [say("Go on"), say("Stop", "end")] } }),
      plain("middle"),
      plain("last"),
    ]);
    await walk.press("U0NOOR", "playbook answer", walk.at("first", { answer: "1" }) as never);
    await walk.press("U0NOOR", "playbook answer", walk.at("second", { answer: "2" }) as never);
    expect(await walk.states()).toBe("done done passed passed");
    await walk.press("U0NOOR", "playbook reopen", walk.at("first", { reason: "Wrong" }) as never);
    await walk.press("U0NOOR", "playbook answer", walk.at("first", { answer: "2" }) as never);
    expect(await walk.states()).toBe("done done passed todo");
    expect((await walk.run()).steps[2]).toMatchObject({ passedBy: "first" });
    const led = await walk.press("U0NOOR", "playbook reopen", walk.at("second", { reason: "x" }) as never);
    expect(wordsOf(led.answer)).toContain("Reopen first");
  });
});

describe("a gate", () => {
  const steps = [
    plain("gate", { gate: { people: 2, roles: ["incident commander", "decision maker"] } }),
    plain("after"),
  ];

  it("is passed by two different rightful people, and by nobody else", async () => {
    const walk = await openWalk(steps);
    for (const command of ["playbook complete", "playbook skip"]) {
      const { answer } = await walk.press("U0SOFIA", command, walk.at("gate", { reason: "hurry" }) as never);
      expect(wordsOf(answer)).toContain("2 more people who are incident commander or decision maker");
    }
    const stranger = await walk.press("U0LENA", "playbook agree", walk.at("gate"));
    expect(wordsOf(stranger.answer)).toContain("Here the word of incident commander or decision maker counts");
    await walk.press("U0SOFIA", "playbook agree", walk.at("gate"));
    await walk.press("U0SOFIA", "playbook agree", walk.at("gate"));
    expect(await walk.states()).toBe("todo todo");
    const card = playbookCard(walk.app, await walk.incident(), await walk.run());
    expect(card.body.find(({ kind }) => kind === "tally")).toMatchObject({
      have: 1,
      need: 2,
      entries: [{ state: "yes" }, { who: [{ person: "slack:U0TOMAS" }] }, { who: [{ person: IVO }] }],
    });
    await walk.press(IVO, "playbook agree", walk.at("gate"));
    expect(await walk.states()).toBe("done todo");
    expect((await walk.kinds()).slice(-3)).toEqual([
      "playbook.step_agreed",
      "playbook.step_agreed",
      "playbook.step_completed",
    ]);
    const late = await walk.press("U0TOMAS", "playbook agree", walk.at("gate"));
    expect(wordsOf(late.answer)).toContain("everybody it needs already");
  });

  it("says when fewer people have such a role than it needs, and not where anybody's word counts", async () => {
    const shown = async (gate: object) => {
      const walk = await openWalk([plain("gate", { gate })]);
      return JSON.stringify(playbookCard(walk.app, await walk.incident(), await walk.run()).body);
    };
    const short = "Too few people hold such a role.";
    expect(await shown({ people: 2, roles: ["incident commander", "decision maker"] })).not.toContain(short);
    expect(await shown({ people: 6, roles: ["incident commander", "decision maker"] })).toContain(short);
    expect(await shown({ people: 2 })).not.toContain(short);
  });

  it("counts one person on two platforms once, and a role given in the incident", async () => {
    const walk = await openWalk(steps);
    await walk.type("U0SOFIA", "incident assign decision-maker @U0NOOR");
    const { roles } = await walk.incident();
    // Whoever is given a role may have to accept it first.
    if (roles["decision maker"] === undefined) {
      await walk.press("U0NOOR", "incident accept", { incident: "INC-0001", role: "decision maker" });
    }
    await walk.press("U0NOOR", "playbook agree", walk.at("gate"));
    await walk.press(NOOR_ON_DISCORD, "playbook agree", walk.at("gate"));
    expect(await walk.states()).toBe("todo todo");
    await walk.press("U0SOFIA", "playbook agree", walk.at("gate"));
    expect(await walk.states()).toBe("done todo");
    const agreed = (await walk.run()).steps[0]!.agreed.map(({ person }) => person);
    expect(agreed).toEqual(["noor", "sofia"]);
  });

  it("that is reopened asks everybody again", async () => {
    const walk = await openWalk(steps);
    await walk.press("U0SOFIA", "playbook agree", walk.at("gate"));
    await walk.press("U0TOMAS", "playbook agree", walk.at("gate"));
    await walk.press("U0LENA", "playbook reopen", walk.at("gate", { reason: "The facts changed" }) as never);
    expect(await walk.states()).toBe("todo todo");
    expect((await walk.run()).steps[0]).toMatchObject({ agreed: [], reopened: { reason: "The facts changed" } });
  });

  it("with evidence is agreed at once there is something to look at", async () => {
    const walk = await openWalk([plain("gate", { gate: { people: 1 }, evidence: "link" }), plain("after")]);
    const { answer } = await walk.press("U0SOFIA", "playbook agree", walk.at("gate"));
    expect(wordsOf(answer)).toContain("asks for something first");
    await walk.type("U0LENA", "playbook evidence https://example.org/patch");
    await walk.press("U0SOFIA", "playbook agree", walk.at("gate"));
    expect(await walk.states()).toBe("done todo");
  });
});
