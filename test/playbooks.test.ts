import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commands } from "../commands/index.ts";
import { commandFields } from "../src/chat/command.ts";
import { loadPlan } from "../src/plan.ts";
import { loadPlaybook, loadPlaybooks, PlaybookMistakes } from "../src/playbooks.ts";
import { packageRoot } from "../src/root.ts";
import { FileMistakes } from "../src/yaml-file.ts";

const SHIPPED = join(packageRoot, "playbooks");
const names = commands.map(({ name }) => name);
const plan = loadPlan(join(packageRoot, "response-plan.example.yaml"));

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

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "allstop-playbooks-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

function mistakesOf(text: string): string[] {
  const path = join(dir, "small.yaml");
  writeFileSync(path, text);
  try {
    loadPlaybook(path, { commands: names, plan });
    return [];
  } catch (error) {
    if (!(error instanceof FileMistakes)) throw error;
    return error.message.replaceAll(`${path}:`, "").split("\n");
  }
}

describe("the shipped playbooks", () => {
  const shipped = loadPlaybooks(SHIPPED, { commands: names, plan });

  it("are four, without mistakes, and offer only commands that exist", () => {
    expect(shipped.map(({ key }) => key)).toEqual([
      "active-exploit",
      "key-compromise",
      "oracle-misbehaves",
      "post-incident",
    ]);
  });

  it("offer commands with input that those commands take", () => {
    for (const { key, steps } of shipped) {
      for (const { id, offer } of steps) {
        if (offer === undefined) continue;
        const command = commands.find(({ name }) => name === offer.command)!;
        const fields = commandFields(command).map(({ name }) => name);
        expect(fields, `${key}/${id}`).toEqual(expect.arrayContaining(Object.keys(offer.input)));
      }
    }
  });

  it.each(["active-exploit", "oracle-misbehaves", "key-compromise"])(
    "%s offers the pause, and then a step that the bot answers itself",
    (key) => {
      const steps = shipped.find((playbook) => playbook.key === key)!.steps;
      const offered = steps.findIndex(({ offer }) => offer?.command === "pause propose");
      const checked = steps.findIndex(({ check }) => check?.paused === "any");
      expect(offered).toBeGreaterThan(0);
      expect(checked).toBeGreaterThan(offered);
    },
  );
});

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

  it("has a name that people can type", () => {
    writeFileSync(join(dir, "My Playbook.yaml"), small);
    expect(() => loadPlaybooks(dir)).toThrow("My Playbook.yaml:1: The file's name is what people type.");
    rmSync(join(dir, "My Playbook.yaml"));
    writeFileSync(join(dir, "mine.yml"), small);
    expect(() => loadPlaybooks(dir)).toThrow("mine.yml:1: A playbook's name ends in .yaml. Rename this file.");
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
          const number = Number(/^(\d+): \S/.exec(line)?.[1]);
          expect(number).toBeGreaterThanOrEqual(1);
          expect(number).toBeLessThanOrEqual(mangled.split("\n").length);
        }
      }),
      { seed: 20260731, numRuns: 200 },
    );
  });
});
