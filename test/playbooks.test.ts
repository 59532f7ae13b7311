import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { commands } from "../commands/index.ts";
import { checkPlaybooks } from "../src/cli/check.ts";
import { loadPlaybook, loadPlaybooks, PlaybookMistakes } from "../src/playbooks.ts";
import { packageRoot } from "../src/root.ts";
import { FileMistakes } from "../src/yaml-file.ts";
import { playbookPlan } from "./playbook/world.ts";

const SHIPPED = join(packageRoot, "playbooks");
const plan = { ...playbookPlan(), groups: {} };

const small = `title: Small
summary: A small one
reviewed: 2026-06-01
steps:
  - id: look
    do: Look
    why: To see
  - id: pause
    do: Propose the pause
    why: To stop it
    role: incident commander
    offer: { label: Propose, command: pause propose, input: { intervention: pause-vault } }
  - id: verify
    do: Wait for the proof
    why: Mined is not paused
    check: { paused: any }
`;

const whole = `title: Whole
summary: Every kind of step
reviewed: 2026-06-01
steps:
  - id: first
    do: Look
    why: To see
    due: 10m
    evidence: transaction
  - id: moved
    do: Say whether it moved
    why: What comes next depends on it
    ask: { question: Did it move?, answers: [
      { say: It moved },
      { say: It is still, then: close }] }
  - id: gate
    do: Decide
    why: Nobody decides alone
    gate: { people: 2, roles: [legal] }
  - id: pause
    do: Propose
    why: To stop it
    offer: { label: Propose, command: pause propose, input: { intervention: pause-vault } }
  - id: looked
    do: Wait for the owners
    why: They may have changed
    check: { owners: any }
  - id: close
    do: Tell everybody
    why: They wait
    due: 30m
    draft: { message: first }
`;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "allstop-playbooks-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

function mistakesOf(text: string): string[] {
  const path = join(dir, "small.yaml");
  writeFileSync(path, text);
  try {
    loadPlaybook(path, { commands, plan });
    return [];
  } catch (error) {
    if (!(error instanceof FileMistakes)) throw error;
    return error.message.replaceAll(`${path}:`, "").split("\n");
  }
}

describe("a playbook", () => {
  it("bears its file's name and the hash of its bytes, and leaves out what may be left out", () => {
    expect(mistakesOf(small)).toEqual([]);
    const playbook = loadPlaybook(join(dir, "small.yaml"));
    expect(playbook).toMatchObject({ key: "small", severities: [], title: "Small" });
    expect(playbook.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(playbook.steps[2]?.check).toEqual({ paused: "any" });
  });

  it.each([
    [
      "a repeated id",
      "id: verify",
      "id: look",
      '13: steps[2].id: "look" is already the id of step 1. Each step has its own.',
    ],
    [
      "an unknown command",
      "command: pause propose",
      "command: pause propse",
      '12: steps[1].offer.command: There is no command "pause propse". Did you mean "pause propose"? Commands: ',
    ],
    [
      "no command at all",
      "command: pause propose",
      "command: /pause",
      '12: steps[1].offer.command: "/pause" does not fit. Name a command, such as pause propose.',
    ],
    [
      "an unknown intervention",
      "intervention: pause-vault",
      "intervention: pause-valt",
      '12: steps[1].offer.input.intervention: There is no intervention "pause-valt". Did you mean "pause-vault"? Interventions: pause-vault.',
    ],
    [
      "an unknown check",
      "paused: any",
      "paused: vault",
      '16: steps[2].check.paused: There is no intervention "vault". Interventions: pause-vault, any.',
    ],
    [
      "any, offered",
      "intervention: pause-vault",
      "intervention: any",
      '12: steps[1].offer.input.intervention: There is no intervention "any".',
    ],
    [
      "an unknown field",
      "    why: To see",
      "    whi: To see",
      '7: steps[0].whi: There is no "whi" here. Did you mean "why"? Known here: id, do, why, role, due, evidence, offer, draft, ask, gate, wait, check.',
    ],
    [
      "an unknown role",
      "role: incident commander",
      "role: commander",
      '11: steps[1].role: "commander" is not accepted.',
    ],
    [
      "a label too long",
      "label: Propose,",
      `label: ${"x".repeat(41)},`,
      "12: steps[1].offer.label: Has 41 characters; at most 40 are accepted.",
    ],
    ["no steps", /steps:[\s\S]*/, "steps: []\n", "4: steps: Has 0 entries; at least 1 is accepted."],
    ["a number for text", "do: Look", "do: 42", "6: steps[0].do: Text is wanted, not the number 42. Put it in quotes."],
    ["a colon in the text", "why: To see", "why: To see: clearly", "7: A value that contains `: ` must be in quotes."],
  ])("with %s is refused, with the line", (_, from, to, message) => {
    const found = mistakesOf(small.replace(from, to));
    expect(found.join("\n")).toContain(message);
  });

  it("with every kind of step is accepted", () => {
    expect(mistakesOf(whole)).toEqual([]);
  });

  it.each([
    [
      "an answer that leads back",
      "then: close }",
      "then: first }",
      '15: steps[1].ask.answers[1].then: "first" is not a later step. Answers lead on, never back: next, end, gate, pause, looked or close.',
    ],
    [
      "an answer that leads nowhere",
      "then: close }",
      "then: colse }",
      '15: steps[1].ask.answers[1].then: There is no step "colse". Did you mean "close"? Accepted: next, end, gate, pause, looked, close.',
    ],
    [
      "a question that decides nothing",
      "then: close }",
      "then: gate }",
      "13: steps[1].ask.answers: Every answer leads to the next step: it decides nothing.",
    ],
    [
      "an answer that is a number",
      "say: It moved",
      'say: "2"',
      '14: steps[1].ask.answers[0].say: "2" is what people type',
    ],
    [
      "the same answer twice",
      "say: It moved",
      "say: it is still",
      '15: steps[1].ask.answers[1].say: "It is still" is answer 1',
    ],
    [
      "two ends",
      "gate: { people: 2,",
      "wait: 5m\n    gate: { people: 2,",
      "19: steps[2].wait: This step has a gate already. A step has one of ask, gate, wait or check at most",
    ],
    [
      "a check of nothing",
      "check: { owners: any }",
      "check: {}",
      "27: steps[4].check: is empty. Wanted: one of paused, notPaused, owners or named.",
    ],
    [
      "a check of two things",
      "check: { owners: any }",
      "check: { owners: any, named: x }",
      "27: steps[4].check.named: There is owners already. Wanted: one of paused, notPaused, owners or named.",
    ],
    [
      "an unknown Safe",
      "owners: any",
      "owners: ops-puase",
      '27: steps[4].check.owners: There is no Safe "ops-puase". Did you mean "ops-pause"? Safes: ops-pause, any.',
    ],
    [
      "an unknown check",
      "check: { owners: any }",
      "check: { named: nothing }",
      '27: steps[4].check.named: There is no check "nothing". Checks: none.',
    ],
    [
      "an unknown message",
      "message: first",
      "message: frist",
      '32: steps[5].draft.message: There is no message "frist". Did you mean "first"? Messages: first.',
    ],
    [
      "a draft with a word that nothing fills in",
      "draft: { message: first }",
      'draft: { text: "{organization} looks into {x.y}" }',
      "32: steps[5].draft.text: {organization} is not filled in by anything. Did you mean {organisation}?",
    ],
    [
      "a draft of two things",
      "{ message: first }",
      "{ message: first, text: Words }",
      "32: steps[5].draft.text: There is message already. Wanted: one of message or text.",
    ],
    [
      "evidence that nobody can hand in",
      "check: { owners: any }",
      "check: { owners: any }\n    evidence: link",
      "28: steps[4].evidence: A step with a check completes itself, and waits for no evidence.",
    ],
    [
      "what is due before what comes first",
      "due: 30m",
      "due: 5m",
      '31: steps[5].due: Is due before step 1 ("first", 10m), which comes first.',
    ],
    [
      "a gate that nobody could pass",
      "people: 2, roles: [legal]",
      "people: 3, roles: [legal]",
      "19: steps[2].gate.people: Wants 3 different people, and 2 at most can be legal.",
    ],
    [
      "a step that nobody would see",
      "{ say: It moved }",
      "{ say: It moved, then: end }",
      "16: steps[2].id: No answer leads here: nobody would ever see this step.",
    ],
    [
      "a field that its command does not take",
      "input: { intervention: pause-vault }",
      "input: { intervention: pause-vault, speed: fast }",
      '23: steps[3].offer.input.speed: There is no field "speed". Fields of pause propose: ',
    ],
    [
      "a value that its command does not take",
      "offer: { label: Propose, command: pause propose, input: { intervention: pause-vault } }",
      "offer: { label: Mitigated, command: incident status, input: { status: mitigatd } }",
      '23: steps[3].offer.input.status: There is no status "mitigatd". Did you mean "mitigated"?',
    ],
    [
      "a button that is too long",
      "input: { intervention: pause-vault }",
      `input: { intervention: pause-vault, reason: ${"r".repeat(60)} }`,
      "23: steps[3].offer.input: Makes a button of ",
    ],
  ])("with %s is refused, with the line", (_, from, to, message) => {
    expect(whole).toContain(from);
    expect(mistakesOf(whole.replace(from, to)).join("\n")).toContain(message);
  });

  it("has a name that people can type", () => {
    writeFileSync(join(dir, "My Playbook.yaml"), small);
    expect(() => loadPlaybooks(dir)).toThrow("My Playbook.yaml:1: The file's name is what people type.");
    rmSync(join(dir, "My Playbook.yaml"));
    writeFileSync(join(dir, "mine.yml"), small);
    expect(() => loadPlaybooks(dir)).toThrow("mine.yml:1: A playbook's name ends in .yaml. Rename this file.");
  });
});

describe("the page about writing playbooks", () => {
  it("shows steps that are valid, one of each kind", () => {
    const page = readFileSync(join(packageRoot, "docs/playbooks.md"), "utf8");
    const shown = [...page.matchAll(/```yaml\n(- id:[\s\S]*?)```/g)].map(([, yaml]) => yaml ?? "");
    const watch = "- id: watch\n  do: Watch\n  why: They come back.\n";
    const head = "title: Shown\nsummary: Shown\nreviewed: 2026-06-01\nsteps:\n";
    expect(mistakesOf(head + shown.join("") + watch)).toEqual([]);
    for (const kind of ["ask", "gate", "wait", "check"]) expect(shown.join("")).toContain(`  ${kind}:`);
  });
});

describe("a directory of playbooks", () => {
  it("names the mistakes of all its files at once", () => {
    writeFileSync(join(dir, "a.yaml"), small.replace("title: Small\n", ""));
    writeFileSync(join(dir, "b.yaml"), small);
    writeFileSync(join(dir, "c.yaml"), "");
    try {
      loadPlaybooks(dir);
      expect.unreachable("bad playbooks were accepted");
    } catch (error) {
      if (!(error instanceof PlaybookMistakes)) throw error;
      expect(error.message.split("\n").map((line) => line.slice(dir.length + 1))).toEqual([
        "a.yaml:1: title: is missing. Wanted: text.",
        "c.yaml:1: The file is empty.",
      ]);
    }
  });

  it("has to exist", () => {
    expect(() => loadPlaybooks(join(dir, "none"))).toThrow("There is no such directory of playbooks.");
  });
});

describe("any mangled playbook", () => {
  it("is accepted or refused with lines that exist, and never crashes", () => {
    const text = readFileSync(join(SHIPPED, "active-exploit.yaml"), "utf8");
    const put = fc.constantFrom("", "\t", ":", "- ", "{", "}", "[", "'", '"', "&a ", "*a", "|", "\n", " ", "null", "#");
    const edits = fc.array(fc.tuple(fc.nat(text.length), fc.nat(30), put), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(edits, (list) => {
        const mangled = list.reduce(
          (whole, [at, cut, piece]) => whole.slice(0, at) + piece + whole.slice(at + cut),
          text,
        );
        for (const line of mistakesOf(mangled)) {
          // A file in which nothing is right is not listed to its end.
          if (/^ and \d+ more mistakes/.test(line)) continue;
          const number = Number(/^(\d+): \S/.exec(line)?.[1]);
          expect(number).toBeGreaterThanOrEqual(1);
          expect(number).toBeLessThanOrEqual(mangled.split("\n").length);
        }
      }),
      { seed: 20260731, numRuns: 200 },
    );
  });
});

describe("allstop playbooks check", () => {
  const check = (text: string, options?: { strict?: boolean }) => {
    writeFileSync(join(dir, "small.yaml"), text);
    const printed: string[] = [];
    const print = vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
    const before = process.exitCode;
    try {
      process.exitCode = 0;
      checkPlaybooks(dir, options);
      return { printed: printed.join("\n"), code: process.exitCode };
    } finally {
      process.exitCode = before;
      print.mockRestore();
    }
  };

  it("lists what it read, names what nobody walked through for long, and fails for that only where asked", () => {
    const fresh = small.replace("2026-06-01", new Date().toISOString().slice(0, 10));
    expect(check(fresh, { strict: true })).toMatchObject({ code: 0 });
    const stale = small.replace("2026-06-01", "2020-01-01");
    expect(check(stale).code).toBe(0);
    expect(check(stale).printed).toContain(`${join(dir, "small.yaml")}:3: reviewed: Last reviewed on 2020-01-01, `);
    expect(check(stale, { strict: true }).code).toBe(1);
    expect(check(small.replace("2026-06-01", "2999-01-01")).printed).toContain("which is yet to come");
  });
});
