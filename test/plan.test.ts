import { renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeProbe } from "../src/core/probe-call.ts";
import { loadPlan, watchPlan } from "../src/plan.ts";
import { playbookKeys } from "../src/playbooks.ts";
import { packageRoot } from "../src/root.ts";
import { FileMistakes } from "../src/yaml-file.ts";
import { EXAMPLE, example, planFolder } from "./plan-files.ts";

const { write, mistakesOf } = planFolder();

/** The example with one change. */
function changed(from: string | RegExp, to: string): string {
  const text = example.replace(from, to);
  if (text === example) throw new Error(`The example has no ${from}.`);
  return text;
}

/** The line at which a changed example first differs from what it was. */
function lineOfChange(text: string): number {
  const before = example.split("\n");
  return text.split("\n").findIndex((line, index) => line !== before[index]) + 1;
}

/** The line at which `part` stands for the last time. */
function lineOf(text: string, part: string): number {
  const at = text.lastIndexOf(part);
  if (at < 0) throw new Error(`There is no ${part}.`);
  return text.slice(0, at).split("\n").length;
}

describe("the example plan", () => {
  it("is valid, with the playbooks that are shipped", () => {
    const plan = loadPlan(EXAMPLE, { playbooks: playbookKeys(join(packageRoot, "playbooks")) });
    expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.keys(plan.interventions)).toEqual(["pause-vault", "pause-market"]);
  });

  it("is explained line by line: every key is commented on, or above it is", () => {
    const uncommented = example.split("\n").filter((line) => /^[a-zA-Z]+:/.test(line) && !line.includes("#"));
    for (const line of uncommented) {
      const before = example.split(line)[0]?.trimEnd().split("\n").at(-1) ?? "";
      expect(before, `what stands above ${line}`).toMatch(/^#/);
    }
  });
});

describe("a plan with a mistake", () => {
  it.each([
    [
      "an unknown key",
      "acknowledgements: 2",
      "acknowlegements: 2",
      'interventions.pause-vault.acknowlegements: There is no "acknowlegements" here. Did you mean "acknowledgements"? Known here: ',
    ],
    [
      "a wrong choice",
      "execute: by-press",
      "execute: when-redy",
      'interventions.pause-vault.execute: "when-redy" is not accepted. Did you mean "when-ready"? Accepted: by-press or when-ready.',
    ],
    ["a wrong role", "[deputy, operations]", "[deputy, boss]", 'people.bo.roles[1]: "boss" is not accepted.'],
    [
      "an unknown severity",
      "  high: [bo, fay]",
      "  hihg: [bo, fay]",
      'invite.hihg: There is no "hihg" here. Did you mean "high"?',
    ],
    [
      "an unknown person",
      "onCall: [primary, chidi]",
      "onCall: [primary, chid]",
      'onCall[1]: There is no person or rotation "chid". Did you mean "chidi"? People: ana, bo, chidi, dee, emre, fay, gil. Rotations: primary.',
    ],
    [
      "an unknown Safe",
      "safe: ops-pause",
      "safe: ops-paus",
      'interventions.pause-vault.safe: There is no Safe "ops-paus". Did you mean "ops-pause"? Safes: ops-pause.',
    ],
    [
      "an unknown chain",
      "chain: 1 #",
      "chain: 10 #",
      "safes.ops-pause.chain: Chain 10 is not under chains. Chains: 1.",
    ],
    [
      "an unknown playbook",
      "critical: critical",
      "critical: panic",
      'playbooks.critical: There is no playbook "panic". Playbooks: active-exploit, critical, high, post-incident.',
    ],
    [
      "a channel's name for its id",
      "slack: C0ALERTS01",
      'slack: "#alerts"',
      'channels.alerts.slack: "#alerts" does not fit. A Slack channel id starts with C',
    ],
    [
      "a date of another kind",
      "reviewed: 2026-11-16",
      "reviewed: June 1st",
      'reviewed: "June 1st" does not fit. Write a date such as 2026-01-31.',
    ],
    [
      "text for a number",
      "acknowledgements: 2",
      "acknowledgements: two",
      'interventions.pause-vault.acknowledgements: A number is wanted, not the text "two".',
    ],
    [
      "half a person",
      "acknowledgements: 2",
      "acknowledgements: 1.5",
      "interventions.pause-vault.acknowledgements: A whole number is wanted, not 1.5.",
    ],
    [
      "too many",
      "acknowledgements: 2",
      "acknowledgements: 51",
      "interventions.pause-vault.acknowledgements: 51 is out of bounds: at most 50 is accepted.",
    ],
    ["an empty list", "onCall: [primary, chidi]", "onCall: []", "onCall: Has 0 entries; at least 1 is accepted."],
    ["an empty value", "organisation: Example Protocol", "organisation:", "organisation: is empty."],
    [
      "a bad key",
      "  pause-vault:",
      "  Pause Vault:",
      "interventions.Pause Vault: This name can't be used. Use lowercase letters",
    ],
    [
      "a short address",
      "0x51aFe0000000000000000000000000000000cA1e",
      "0x51aFe",
      'safes.ops-pause.address: "0x51aFe" does not fit. An address is 0x and 40 hex digits.',
    ],
    [
      "a wrong checksum",
      "0x51aFe0000000000000000000000000000000cA1e",
      "0x51AFe0000000000000000000000000000000cA1e",
      "safes.ops-pause.address: The checksum of 0x51AFe0000000000000000000000000000000cA1e is wrong: a digit may be mistyped. Compare it with its source; if it is meant, write 0x51aFe0000000000000000000000000000000cA1e.",
    ],
    [
      "an account twice",
      "slack: U0BO000002",
      "slack: U0ANA00001",
      "people.bo.slack: U0ANA00001 is also ana's account.",
    ],
    [
      "an argument too few",
      '["1000000", "0x5EeD000000000000000000000000000000000001"]',
      '["1000000"]',
      "interventions.pause-vault.effectProbe.arguments: deposit(uint256,address) takes 2 arguments, and here are 1.",
    ],
    [
      "an argument of another type",
      '["1000000",',
      '["lots",',
      'interventions.pause-vault.effectProbe.arguments[0]: "lots" is no uint256: a whole number, in quotes if it is large is wanted.',
    ],
    [
      "a negative amount",
      '["1000000",',
      '["-1",',
      "interventions.pause-vault.effectProbe.arguments[0]: -1 does not fit into uint256.",
    ],
    [
      "a type that does not exist",
      "call: deposit(uint256,address)",
      "call: deposit(uint257,address)",
      "interventions.pause-vault.effectProbe.call: deposit(uint257,address) is not a function.",
    ],
    [
      "two probes that contradict",
      /call: withdraw\(uint256,address,address\)[\s\S]*?stillWorks/,
      'call: deposit(uint256,address)\n      arguments: ["1000000", "0x5eed000000000000000000000000000000000001"]\n    stillWorks',
      "interventions.pause-vault.exitProbe.call: This is the effect probe's very call",
    ],
  ] as const)("%s is named with its line", (_, from, to, message) => {
    const text = changed(from, to);
    const found = mistakesOf(text, { playbooks: ["active-exploit", "critical", "high", "post-incident"] });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
    expect(Number(found[0]?.split(":")[0])).toBe(lineOfChange(text));
  });

  it("a tab is named alone, and nothing that only follows from it", () => {
    expect(mistakesOf(example.replace("    name: Bo", "\t\tname: Bo"))).toEqual([
      `${example.split("\n").indexOf("    name: Bo Lindqvist") + 1}: Tabs can't indent YAML. Use spaces.`,
    ]);
  });

  it("a bare number where a time is wanted is told what a time looks like", () => {
    expect(mistakesOf(example.replace("answerWithin: 5m", "answerWithin: 5"))).toEqual([
      expect.stringContaining(
        "escalation[0].answerWithin: 5 does not fit. Write a number and s, m, h or d, such as 30m.",
      ),
    ]);
  });

  it.each([
    ["an empty file", "", "1: The file is empty."],
    ["only comments", "# nothing\n", "1: The file is empty."],
    ["a list", "- a\n- b\n", "1: A block of `key: value` lines is wanted, not a list."],
    ["a tab", "version: 1\npeople:\n\tana: {}\n", "3: Tabs can't indent YAML. Use spaces."],
    [
      "a line too far to the right",
      "people:\n  ana:\n    name: Ana\n     slack: U0ANA\n  bo: {}\n",
      "3: A value that contains `: ` must be in quotes. If these are two lines, one of them does not begin where it should.",
    ],
    [
      "a line too far to the left",
      "people:\n  ana:\n    name: Ana\n   slack: U0ANA\n",
      "4: The indentation does not fit. All keys of one block begin in the same column",
    ],
    ["line ends of long ago", "version: 1\rpeople: {}\r", "1: Its lines end in a way that is not read any more (CR)."],
    ["a key twice", "version: 1\nversion: 1\n", "2: This key stands here a second time. Keep one of the two."],
    ["an open quote", 'version: "1\n', "1: Something was opened and not closed."],
    ["two documents", "version: 1\n---\nversion: 1\n", "2: A second document begins here"],
    ["an alias", "version: 1\na: &x {b: c}\nd: *x\n", "2: The anchor &x is not read."],
    ["a tag", "version: !!binary aGk=\n", "1: Tags such as !!str are not read."],
    [
      "an inexact number",
      "version: 1\nx: 123456789012345678901234567890\n",
      "2: This number is too large to be read exactly. Put it in quotes.",
    ],
    ["a prototype", "__proto__: {a: 1}\n", "1: __proto__ can't be used as a name."],
    [
      "another encoding",
      Buffer.from("version: 1\norganisation: Z\xfcrich\n", "latin1"),
      "2: This is not UTF-8 text. Save the file as UTF-8.",
    ],
    ["a flood", Buffer.alloc(1024 * 1024 + 1, 35), "1: The file has 1048577 bytes; 1048576 at most are read."],
  ])("%s is refused", (_, text, message) => {
    expect(mistakesOf(text)[0]).toContain(message);
  });

  it("with thousands of mistakes is told in as many lines as somebody reads, and at once", () => {
    const strangers = Array.from({ length: 50_000 }, (_, index) => `nobody-${index}`).join(", ");
    const began = performance.now();
    const found = mistakesOf(changed("onCall: [primary, chidi]", `onCall: [${strangers}]`));
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(found).toHaveLength(201);
    expect(found.at(-1)).toMatch(/and 49800 more mistakes\.$/);
  });

  it("does not unfold a bomb of aliases", () => {
    const levels = Array.from({ length: 30 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(",")}]`);
    expect(mistakesOf(["l0: &l0 x", ...levels].join("\n")).length).toBeGreaterThan(30);
  });

  it("names all mistakes, in the order of the lines", () => {
    const text = changed("slack: C0ALERTS01", "slack: alerts")
      .replace("onCall: [primary, chidi]", "onCall: ana")
      .replace("dialect: openzeppelin-pausable", "dialect: oz");
    expect(mistakesOf(text).map((line) => line.split(": ")[1])).toEqual([
      "channels.alerts.slack",
      "onCall",
      "interventions.pause-vault.dialect",
    ]);
  });

  it("says of a missing field where it belongs", () => {
    const text = changed(/ {4}targetLabel: Vault-USDC\n/, "");
    expect(mistakesOf(text)).toEqual([
      `${lineOf(text, "  pause-vault:")}: interventions.pause-vault.targetLabel: is missing. Wanted: text.`,
    ]);
  });

  it("that is not there is a mistake like any other", () => {
    expect(() => loadPlan(join(tmpdir(), "allstop-plan-none.yaml"))).toThrow(
      "allstop-plan-none.yaml:1: There is no such file.",
    );
    expect(() => loadPlan(tmpdir())).toThrow("This is a directory; a file is wanted.");
  });
});

describe("addresses", () => {
  it("may be all lower case, and need no quotes", () => {
    const plan = loadPlan(
      write(changed('"0x51aFe0000000000000000000000000000000cA1e"', "0x51afe0000000000000000000000000000000ca1e")),
    );
    expect(plan.safes["ops-pause"]?.address).toBe("0x51afe0000000000000000000000000000000ca1e");
  });
});

describe("probes", () => {
  it("encode their arguments from text", () => {
    expect(
      encodeProbe({
        call: "f(uint256,bool,bytes4,string)",
        arguments: ["1000000000000000000000000", true, "0x01020304", "hi"],
      }),
    ).toMatch(/^0x[0-9a-f]+$/);
    expect(encodeProbe({ call: "paused()", arguments: [] })).toBe("0x5c975abb");
    expect(() => encodeProbe({ call: "f(uint8)", arguments: [256] })).toThrow("256 does not fit into uint8.");
    expect(() => encodeProbe({ call: "f(uint256[])", arguments: ["1"] })).toThrow(
      "An argument of type uint256[] can't be written in a plan.",
    );
  });
});

describe("a watched plan", () => {
  it("is read again when it changes; a bad one is told and the last good one stays", () => {
    const path = write(example);
    const seen: string[] = [];
    const watched = watchPlan({
      path,
      pollMs: 60_000,
      onLoaded: (plan) => seen.push(plan.organisation),
      onMistakes: ({ mistakes }) => seen.push(`line ${mistakes[0]?.line}`),
    });
    try {
      watched.reload();
      expect(seen).toEqual([]); // The same file is not news.
      writeFileSync(path, changed("Example Protocol", "Other Protocol"));
      process.emit("SIGHUP");
      writeFileSync(path, "version: 2\n");
      watched.reload();
      watched.reload();
      expect(watched.current().organisation).toBe("Other Protocol");
      writeFileSync(path, example);
      watched.reload();
      expect(seen).toEqual(["Other Protocol", "line 1", "Example Protocol"]);
    } finally {
      watched.close();
    }
  });

  it("sees a file that an editor swapped in", async () => {
    const path = write(example);
    let close = () => {};
    const loaded = new Promise<string>((resolve, reject) => {
      const watched = watchPlan({
        path,
        pollMs: 20,
        onLoaded: (plan) => resolve(plan.organisation),
        onMistakes: reject,
      });
      close = watched.close;
    });
    const next = write(changed("Example Protocol", "Swapped Protocol"));
    try {
      renameSync(next, path);
      await expect(loaded).resolves.toBe("Swapped Protocol");
    } finally {
      close();
    }
  });

  it("does not start on a bad one", () => {
    const start = () => watchPlan({ path: write("version: 2"), onLoaded: () => {}, onMistakes: () => {} });
    const listeners = process.listenerCount("SIGHUP");
    expect(start).toThrow(FileMistakes);
    expect(process.listenerCount("SIGHUP")).toBe(listeners);
  });
});

describe("any mangled plan", () => {
  it("is accepted or refused with lines that exist, and never crashes", () => {
    const junk = fc.constantFrom(
      "",
      "\t",
      ":",
      "- ",
      "{",
      "}",
      "[",
      "]",
      '"',
      "'",
      "&a ",
      "*a",
      "!!x ",
      "|",
      ">",
      "#",
      "\u0000",
      "é",
      "\n",
      "  ",
      "null",
      "~",
      "0x",
      "-1",
      "1e999",
      "__proto__: 1",
      "constructor: {}",
      "? ",
      "%YAML 9",
      "---\n",
      "...\n",
      "<<: ",
    );
    const edit = fc.record({ at: fc.nat(example.length), cut: fc.nat(40), put: junk });
    const mutated = fc
      .array(edit, { minLength: 1, maxLength: 6 })
      .map((edits) =>
        edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), example),
      );
    fc.assert(
      fc.property(mutated, (text) => {
        try {
          loadPlan(write(text));
        } catch (error) {
          if (!(error instanceof FileMistakes)) throw error;
          expect(error.mistakes.length).toBeGreaterThan(0);
          const lines = text.split("\n").length;
          for (const { line, column, message } of error.mistakes) {
            expect(line).toBeGreaterThanOrEqual(1);
            expect(line).toBeLessThanOrEqual(lines);
            expect(column).toBeGreaterThanOrEqual(1);
            expect(message).toMatch(/\S/);
          }
        }
      }),
      { seed: 20260731, numRuns: 400 },
    );
  });
});
