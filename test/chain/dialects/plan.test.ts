import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Intervention, kindOf, whyNotSignedAhead } from "../../../src/core/intervention.ts";
import { ResponsePlan } from "../../../src/core/plan.ts";
import { crossCheck } from "../../../src/core/plan-check.ts";
import { checkInterventions } from "../../../src/plan-interventions.ts";
import { packageRoot } from "../../../src/root.ts";
import { FileMistakes, parseYaml } from "../../../src/yaml-file.ts";
import { ARTIFACTS, sourceHashes } from "./compile.ts";

const probe = { from: "0x5EeD000000000000000000000000000000000001", call: "deposit(uint256)", arguments: '["1"]' };
const common = {
  title: "Do it",
  safe: "ops",
  target: "0x7A0170000000000000000000000000000000Dc01",
  targetLabel: "Target",
  stillWorks: "[withdraw()]",
};
const probes = [
  `effectProbe: { label: deposit(), from: ${probe.from}, call: ${probe.call}, arguments: ${probe.arguments} }`,
  `exitProbe: { label: withdraw(), from: ${probe.from}, call: withdraw(uint256), arguments: ${probe.arguments} }`,
];

/** A plan whose one intervention has these lines. */
function planWith(lines: string[]): string {
  const head = [
    "version: 1",
    "organisation: Example",
    "reviewed: 2026-11-01",
    "channels: { alerts: {} }",
    "people: { noor: { name: Noor } }",
    "onCall: [noor]",
    "chains: { 1: { name: Ethereum } }",
    'safes: { ops: { chain: 1, address: "0x51aFe0000000000000000000000000000000cA1e" } }',
    "interventions:",
    "  act:",
  ];
  const shared = Object.entries(common).map(([key, value]) => `${key}: ${value}`);
  return [...head, ...[...shared, ...lines].map((line) => `    ${line}`)].join("\n");
}

function mistakesOf(lines: string[]): string[] {
  const bytes = Buffer.from(planWith(lines));
  try {
    parseYaml(bytes, "plan.yaml", ResponsePlan, checkInterventions);
    return [];
  } catch (error) {
    if (!(error instanceof FileMistakes)) throw error;
    return error.message.split("\n");
  }
}

const other = "0x9Cd35F4E7A1B6dCAD2D2d4B5A1E2C3f4A5162733".toLowerCase();
const topic = `"0x${"ab".repeat(32)}"`;

/** What each dialect needs beside what all of them do, as people write it. */
const sound: Record<string, string[]> = {
  "openzeppelin-pausable": probes,
  "set-paused": [...probes, "revertsWith: [Stopped()]"],
  "pause-topic": [...probes, `topic: ${topic}`, "revertsWith: [TopicPaused(bytes32), topic paused]"],
  "access-manager": [...probes, `manager: "${other}"`],
  "optimism-superchain-config": [...probes, 'identifier: "0x0000000000000000000000000000000000000000"'],
  "lido-pausable-until": [...probes, "duration: 604800"],
  "lido-gate-seal": [...probes, `gateSeal: "${other}"`, 'also: ["0x00000000000000000000000000000000000000c1"]'],
  "aave-v3-pool": [...probes, `configurator: "${other}"`],
  "aave-v3-reserve": [...probes, `configurator: "${other}"`, `reserve: "${other}"`],
  "compound-v2-market": [...probes, "action: borrow", `cToken: "${other}"`],
  "compound-v2-comptroller": [...probes, "action: seize"],
  comet: [...probes, "supply: true", "transfer: false", "withdraw: false", "absorb: false", "buy: false"],
  "revoke-role": [...probes, `role: ${topic}`, `account: "${other}"`],
  "emergency-withdraw": [`token: "${other}"`, 'recipient: "0x00000000000000000000000000000000000000c1"', 'amount: "5"'],
};

describe("an intervention of each dialect", () => {
  it.each(Object.keys(sound))("%s is read", (dialect) => {
    expect(mistakesOf([`dialect: ${dialect}`, ...(sound[dialect] ?? [])])).toEqual([]);
  });

  it.each(Object.entries(sound))("%s knows no key of another one", (dialect, lines) => {
    const found = mistakesOf([`dialect: ${dialect}`, ...lines, "colour: red"]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^plan\.yaml:\d+: interventions\.act\.colour: There is no "colour" here\. Known here: /);
    expect(found[0]).toContain("title");
  });

  it("is a pause, and may be signed ahead of time, unless it takes a role or moves money", () => {
    const kinds = Object.keys(sound).map((dialect) => [dialect, kindOf({ dialect } as Parameters<typeof kindOf>[0])]);
    expect(kinds.filter(([, kind]) => kind !== "pause")).toEqual([
      ["revoke-role", "revoke"],
      ["emergency-withdraw", "withdraw"],
    ]);
  });
});

/** A mistake: the dialect, the line that is wrong (in place of the one with the same key), and what is said of it. */
const mistakes: [dialect: string, line: string, message: string][] = [
  [
    "openzeppelin-pausabel",
    "",
    'interventions.act.dialect: "openzeppelin-pausabel" is not accepted. Did you mean "openzeppelin-pausable"? Accepted: openzeppelin-pausable, set-paused, pause-topic,',
  ],
  [
    "openzeppelin-pausable",
    "topic: x",
    'interventions.act.topic: There is no "topic" here. Known here: dialect, title,',
  ],
  ["set-paused", "revertsWith: []", "interventions.act.revertsWith: Has 0 entries; at least 1 is accepted."],
  ["set-paused", "revertsWith: [Stopped(uint257)]", "revertsWith[0]: Stopped(uint257) is not a custom error."],
  ["set-paused", "getter: paused(bytes32)", "getter: paused(bytes32) takes 1 argument, and here are 0."],
  ["pause-topic", "topic: DEPOSIT", 'topic: "DEPOSIT" does not fit. This is not hex data.'],
  ["pause-topic", 'topic: "0x12"', "topic: Write 0x and 64 hex digits."],
  ["pause-topic", "getter: paused()", "getter: paused() takes 0 arguments, and here are 1."],
  ["access-manager", `manager: ${common.target}`, "manager: This is the target itself. Write the AccessManager here"],
  ["access-manager", "manager: 0x9cD35f4e7A1B6dcad2d2d4b5a1e2c3f4a5162733", "manager: The checksum of"],
  ["lido-pausable-until", "duration: 0", "interventions.act.duration: 0 is out of bounds: at least 1 is accepted."],
  ["lido-pausable-until", "duration: 7 days", 'duration: A number is wanted, not the text "7 days".'],
  ["lido-gate-seal", `also: ["${common.target}"]`, "also[0]: This contract is named twice: a seal refuses duplicates."],
  ["aave-v3-reserve", "reserve:", "interventions.act.reserve: is empty. Wanted: "],
  [
    "compound-v2-market",
    "action: mnt",
    'action: "mnt" is not accepted. Did you mean "mint"? Accepted: mint or borrow.',
  ],
  ["compound-v2-comptroller", "action: mint", "Accepted: transfer or seize."],
  ["comet", "supply: false", "supply: All five are false: this would pause nothing, and lift every pause."],
  ["comet", "buy: maybe", 'buy: True or false is wanted, not the text "maybe".'],
  ["emergency-withdraw", "execute: when-ready", 'execute: "when-ready" is not accepted. Accepted: by-press.'],
  ["emergency-withdraw", "acknowledgements: 0", "acknowledgements: 0 is out of bounds: at least 1 is accepted."],
  ["emergency-withdraw", "amount: 5", "amount: Text is wanted, not the number 5. Put it in quotes."],
  ["emergency-withdraw", 'amount: "0"', 'amount: "0" does not fit. Write a whole number above zero'],
  ["emergency-withdraw", `amount: "${2n ** 256n - 1n}"`, "amount: Write the amount itself"],
  ["emergency-withdraw", `recipient: "${common.target}"`, "recipient: This is the target itself"],
  [
    "emergency-withdraw",
    'recipient: "0x0000000000000000000000000000000000000000"',
    "recipient: The zero address would burn it.",
  ],
  ["emergency-withdraw", 'minimumReceived: "6"', "minimumReceived: More than the amount, 5, can't arrive."],
  ["emergency-withdraw", probes[0] ?? "", 'effectProbe: There is no "effectProbe" here.'],
];

describe("signing ahead of time", () => {
  const read = (dialect: string, lines: string[]) => {
    const bytes = Buffer.from(planWith([`dialect: ${dialect}`, ...lines]));
    const { act } = parseYaml(bytes, "plan.yaml", ResponsePlan).value.interventions;
    if (act === undefined) throw new Error("There is no act.");
    return whyNotSignedAhead(act);
  };

  it("is refused for what does not fail safe: money, roles, and a Comet call that could lift another pause", () => {
    const refused = Object.entries(sound).filter(([dialect, lines]) => read(dialect, lines) !== undefined);
    expect(refused.map(([dialect]) => dialect)).toEqual(["comet", "revoke-role", "emergency-withdraw"]);
    const all = ["supply", "transfer", "withdraw", "absorb", "buy"].map((name) => `${name}: true`);
    expect(read("comet", [...probes, ...all])).toBeUndefined();
  });
});

describe("a mistake in an intervention", () => {
  it.each(mistakes)("of %s, %s, is named with its line", (dialect, line, message) => {
    const key = line.split(":")[0];
    const lines = [`dialect: ${dialect}`, ...(sound[dialect] ?? probes).filter((one) => one.split(":")[0] !== key)];
    const all = line === "" ? lines : [...lines, line];
    const found = mistakesOf(all);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
    const wanted = line === "" ? `    dialect: ${dialect}` : `    ${line}`;
    const at = planWith(all).split("\n").indexOf(wanted) + 1;
    expect(found[0]?.split(":")[1]).toBe(String(at));
  });

  it.each([
    ["pause-topic", "topic", "What pause(bytes32) is given"],
    ["emergency-withdraw", "token", "The ERC-20 token that is moved"],
    ["comet", "absorb", "true or false"],
  ])("of %s, a missing %s, says what is wanted", (dialect, key, wanted) => {
    const lines = (sound[dialect] ?? []).filter((one) => !one.startsWith(`${key}:`));
    const found = mistakesOf([`dialect: ${dialect}`, ...lines]);
    expect(found).toEqual([`plan.yaml:10: interventions.act.${key}: is missing. Wanted: ${wanted}.`]);
  });

  it("that is a slip of the key itself is named, and what was meant", () => {
    expect(mistakesOf(["dialekt: comet", ...probes])).toEqual([
      'plan.yaml:16: interventions.act.dialekt: There is no "dialekt" here. Did you mean "dialect"?',
    ]);
  });

  it("that is no dialect at all lists those that there are", () => {
    const [found] = mistakesOf(probes);
    expect(found).toMatch(
      /^plan\.yaml:10: interventions\.act\.dialect: is missing\. Wanted: openzeppelin-pausable, .* or emergency-withdraw\.$/,
    );
  });
});

describe("a group of interventions", () => {
  const withGroup = (together: string, more: string[] = []) =>
    [
      planWith(["dialect: openzeppelin-pausable", ...probes]),
      ...more,
      "groups:",
      "  all:",
      "    title: All",
      `    together: ${together}`,
    ].join("\n");
  const found = (text: string) => {
    try {
      parseYaml(Buffer.from(text), "plan.yaml", ResponsePlan, crossCheck);
      return [];
    } catch (error) {
      if (!(error instanceof FileMistakes)) throw error;
      return error.mistakes.map(({ path, message }) => `${path}: ${message}`);
    }
  };
  const entry = (name: string, dialect: string) =>
    [
      `  ${name}:`,
      ...[
        ...Object.entries(common).map(([key, value]) => `${key}: ${value}`),
        `dialect: ${dialect}`,
        ...(sound[dialect] ?? []),
      ].map((line) => `    ${line}`),
    ].join("\n");

  it("names interventions that there are, each once, pauses before withdrawals", () => {
    const more = [entry("stop", "comet"), entry("rescue", "emergency-withdraw")];
    expect(found(withGroup("[act, stop, rescue]", more))).toEqual([]);
    expect(found(withGroup("[act]"))).toEqual(["groups.all.together: Has 1 entry; at least 2 are accepted."]);
    expect(found(withGroup("[act, stpo]", more))).toEqual([
      'groups.all.together[1]: There is no intervention "stpo". Interventions: act, stop, rescue.',
    ]);
    expect(found(withGroup("[act, act]"))).toEqual(['groups.all.together[1]: "act" stands in this group already.']);
    expect(found(withGroup("[act, rescue, stop]", more))).toEqual([
      'groups.all.together[2]: Put "stop" before the withdrawal: one that fails must not hold up a pause.',
    ]);
    expect(found(withGroup("[act, stop]", more).replace("  all:", "  act:"))).toEqual([
      'groups.act: There is an intervention "act" too. Rename one of the two.',
    ]);
  });
});

describe("docs/operating/interventions.md", () => {
  const page = readFileSync(join(packageRoot, "docs/operating/interventions.md"), "utf8");
  const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, yaml = ""]) => yaml.split("---\n"));
  const shown = blocks.filter((yaml) => !yaml.startsWith("groups:"));

  it.each(shown.map((yaml) => [yaml.split(":")[0], yaml]))("shows %s as it is accepted", (_, yaml = "") => {
    const lines = yaml
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.slice(2));
    const whole = lines.some((line) => line.startsWith("title:"));
    const moves = lines.includes("dialect: emergency-withdraw");
    const own = whole ? lines.filter((line) => !Object.keys(common).some((key) => line.startsWith(`${key}:`))) : lines;
    expect(mistakesOf([...own, ...(whole || moves ? [] : probes)])).toEqual([]);
  });

  it("explains every dialect, and no other", () => {
    const rows = [...page.matchAll(/^\| \[`([a-z0-9-]+)`\]/gm)].map(([, name]) => name);
    expect(rows.sort()).toEqual(Object.keys(sound).sort());
    expect(Object.keys(sound).sort()).toEqual(Intervention.options.map(({ shape }) => shape.dialect.value).sort());
  });
});

describe("the contracts of these stories", () => {
  it("are compiled from the sources that stand beside them", () => {
    const { sources } = z
      .object({ sources: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(ARTIFACTS, "utf8")));
    expect(sources, "run: npx tsx test/chain/dialects/compile.ts").toEqual(sourceHashes());
  });
});
