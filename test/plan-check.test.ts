import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { example, exampleObject, planFolder } from "./plan-files.ts";

const { mistakesOf } = planFolder();
const playbooks = ["active-exploit", "critical", "high", "post-incident"];

/** The mistakes of the example after some changes, without their lines. */
function after(...changes: [from: string, to: string][]): string[] {
  let text = example;
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`The example has no ${from}.`);
    text = text.replace(from, to);
  }
  return mistakesOf(text, { playbooks });
}

describe("a name of something that is not there", () => {
  it.each<[string, string, string, string]>([
    [
      "in escalation",
      "who: [bo, chidi]",
      "who: [bo, chidy]",
      'escalation[1].who[1]: There is no person or rotation "chidy". Did you mean "chidi"?',
    ],
    [
      "in a rotation",
      "people: [ana, chidi, bo]",
      "people: [ana, chid]",
      'rotations.primary.people[1]: There is no person "chid". Did you mean "chidi"? People: ana, bo',
    ],
    [
      "in a rotation, a rotation",
      "people: [ana, chidi, bo]",
      "people: [primary]",
      'rotations.primary.people[0]: "primary" is a rotation, and a person is wanted here.',
    ],
    [
      "in an override",
      "person: emre",
      "person: emry",
      'rotations.primary.overrides[0].person: There is no person "emry". Did you mean "emre"?',
    ],
    [
      "as an owner of a severity",
      "owner: dee",
      "owner: dea",
      'severities.critical.owner: There is no person or rotation "dea". Did you mean "dee"?',
    ],
    [
      "among the invited",
      "high: [bo, fay]",
      "high: [bo, primar]",
      'invite.high[1]: There is no person or rotation "primar". Did you mean "primary"?',
    ],
    [
      "as a role in a severity",
      "roles: [incident commander]\n",
      "roles: [comander]\n",
      'roles[0]: "comander" is not accepted.',
    ],
    [
      "as an authority",
      "extend: [decision maker]",
      "extend: [decision makers]",
      "interventions.pause-vault.who.extend[0]: ",
    ],
    [
      "as an authority, nearly a person",
      "extend: [decision maker]",
      "extend: [dea]",
      'interventions.pause-vault.who.extend[0]: There is no person, rotation or role "dea". Did you mean "dee"? People: ana, bo, chidi, dee, emre, fay, gil. Rotations: primary. Roles: incident commander,',
    ],
    [
      "as an authority, in another spelling",
      "extend: [decision maker]",
      "extend: [Decision Maker]",
      'interventions.pause-vault.who.extend[0]: "Decision Maker" does not fit. Did you mean "decision maker"?',
    ],
    [
      "in a group",
      "together: [pause-vault, pause-market]",
      "together: [pause-vault, pause-markt]",
      'groups.stop-everything.together[1]: There is no intervention "pause-markt". Did you mean "pause-market"?',
    ],
    [
      "in a group, a built-in word",
      "together: [pause-vault, pause-market]",
      "together: [pause-vault, constructor]",
      'groups.stop-everything.together[1]: There is no intervention "constructor".',
    ],
    [
      "as a playbook",
      "critical: critical",
      "critical: critcal",
      'playbooks.critical: There is no playbook "critcal". Did you mean "critical"?',
    ],
    [
      "as the closing playbook",
      "closing: post-incident",
      "closing: postincident",
      'closing: There is no playbook "postincident". Did you mean "post-incident"?',
    ],
    [
      "as a signal's playbook",
      "playbook: active-exploit",
      "playbook: exploit",
      'signals.outflow.playbook: There is no playbook "exploit".',
    ],
    [
      "as a signal's intervention",
      "intervention: stop-everything",
      "intervention: stop-everythin",
      'signals.outflow.intervention: There is no intervention or group "stop-everythin". Did you mean "stop-everything"?',
    ],
    [
      "as a message",
      "message: freeze-request",
      "message: freeze",
      'dependencies.exchange.message: There is no message "freeze".',
    ],
    [
      "as a risk's owner",
      "owner: chidi",
      "owner: chid",
      'risks.single-oracle.owner: There is no person or rotation "chid". Did you mean "chidi"?',
    ],
    [
      "as a check's chain",
      "    chain: 1\n",
      "    chain: 10\n",
      "checks.no-upgrade.chain: Chain 10 is not under chains. Chains: 1.",
    ],
    [
      "as a check's Safe",
      "safe: ops-pause\n    threshold",
      "safe: ops\n    threshold",
      'checks.ops-owners.safe: There is no Safe "ops".',
    ],
    [
      "as the day of a rotation that changes every day",
      "every: weekly #",
      "every: daily #",
      "rotations.primary.day: A daily rotation changes hands every day. Leave day out; for certain days only, write days.",
    ],
    [
      "as a time zone",
      "Europe/Berlin",
      "Europe/Berlinn",
      'rotations.primary.timeZone: There is no time zone "Europe/Berlinn". Did you mean "Europe/Berlin"? Write one by its IANA name',
    ],
    [
      "in a message",
      "{still-works}. You",
      "{stil-works}. You",
      "messages.first-statement.text: {stil-works} is not filled in by anything. Did you mean {still-works}? Known: {organisation},",
    ],
    [
      "in a message, with two pairs of braces",
      "{still-works}. You",
      "{{still-works}}. You",
      "messages.first-statement.text: {{still-works}} is not filled in by anything. Did you mean {still-works}? Known:",
    ],
    [
      "in a message, with signs that no name has",
      "{still-works}. You",
      "{incident.title}. You",
      "messages.first-statement.text: {incident.title} is not filled in by anything. Known:",
    ],
    [
      "as a playbook that is yet to be put there",
      "critical: critical",
      "critical: our-own",
      "A new one is a file, playbooks/our-own.yaml, in Allstop's folder.",
    ],
    [
      "as a channel's id on Discord",
      "slack: C0ALERTS01",
      'discord: "#security-alerts"',
      'channels.alerts.discord: "#security-alerts" does not fit. A Discord channel id has 17 to 20 digits, and is no name',
    ],
  ])("%s", (_, from, to, message) => {
    const found = after([from, to]);
    expect(found.join("\n")).toContain(message);
    expect(found).toHaveLength(1);
  });
});

describe("what contradicts itself", () => {
  const override = "{ from: 2026-12-24T18:00, until: 2026-12-27T09:00, person: emre }";
  const severity = "page: { upTo: 2 }";
  const withCheck = (lines: string): [string, string] => [
    "checks:\n",
    `checks:\n  money:\n    title: Enough is left\n${lines}`,
  ];
  const balance = `    kind: balance\n    chain: 1\n    of: "0x7A0170000000000000000000000000000000Dc01"\n`;
  it.each<[string, [string, string], string]>([
    [
      "an override that ends before it begins",
      [override, "{ from: 2026-12-24T18:00, until: 2026-12-24T09:00 }"],
      "rotations.primary.overrides[0].until: It ends before it begins, at 2026-12-24T18:00.",
    ],
    [
      "a day that does not exist",
      [override, "{ from: 2026-02-30T18:00, until: 2026-12-27T09:00 }"],
      "rotations.primary.overrides[0].from: There is no such day or time.",
    ],
    [
      "hours that end as they begin",
      ['# hours: { from: "08:00", until: "20:00" }', 'hours: { from: "08:00", until: "08:00" }'],
      "rotations.primary.hours.until: It ends as it begins.",
    ],
    [
      "a page whose first level is beyond its last",
      [severity, "page: { from: 3, upTo: 2 }"],
      "severities.high.page.from: Level 3 is beyond upTo, level 2.",
    ],
    [
      "a name that means another severity",
      ["name: SEV2", "name: sev-1"],
      'severities.high.name: "sev-1" means critical.',
    ],
    [
      "a name that is another's stable word",
      ["name: SEV2", "name: Critical"],
      'severities.high.name: "Critical" means critical.',
    ],
    [
      "a person named like a role",
      ["  gil:\n", "  legal:\n"],
      'people.legal: "legal" is a role. Give this person another name, such as legal-1.',
    ],
    ["a rotation named like a person", ["  primary:\n", "  gil:\n"], 'rotations.gil: There is a person "gil" too.'],
    [
      "a group named like an intervention",
      ["  stop-everything:\n", "  pause-vault:\n"],
      'groups.pause-vault: There is an intervention "pause-vault" too.',
    ],
    [
      "a group named any",
      ["  stop-everything:\n", "  any:\n"],
      'groups.any: "any" means whichever intervention is at hand.',
    ],
    [
      "a balance of any size",
      withCheck(balance),
      "checks.money: It holds whatever the balance is. Write atLeast or atMost.",
    ],
    [
      "a balance that can't be",
      withCheck(`${balance}    atLeast: "10"\n    atMost: "9"\n`),
      "checks.money.atMost: It is less than atLeast, 10: no balance could be both.",
    ],
    [
      "a threshold above the owners",
      ["threshold: 3", "threshold: 6"],
      "checks.ops-owners.threshold: 6 of 5 owners can't sign.",
    ],
    [
      "an event with a type misspelt",
      ["Upgraded(address)", "Upgraded(adress)"],
      "checks.no-upgrade.event: Upgraded(adress) is not an event.",
    ],
    [
      "a check's address with a wrong checksum",
      ['contract: "0x7A', 'contract: "0x7a'],
      "checks.no-upgrade.contract: The checksum of 0x7a",
    ],
    [
      "a guard's address with a wrong checksum",
      ["    chain: 1 # One", '    guard: "0x7a0170000000000000000000000000000000Dc01"\n    chain: 1 # One'],
      "safes.ops-pause.guard: The checksum of",
    ],
  ])("%s", (_, change, message) => {
    expect(after(change).join("\n")).toContain(message);
  });

  it("a page without any level is a mistake: whoever reads the plan relies on it", () => {
    const plan = exampleObject();
    delete plan.escalation;
    expect(mistakesOf(stringify(plan), { playbooks }).map((line) => line.replace(/^\d+: /, ""))).toEqual([
      "severities.critical.page: There is no level to page. Write one under escalation, or leave page out.",
      "severities.high.page: There is no level to page. Write one under escalation, or leave page out.",
    ]);
    plan.escalation = [{ who: ["ana"] }];
    plan.severities.high.page = { from: 2, upTo: 3 };
    expect(mistakesOf(stringify(plan), { playbooks })[0]).toContain(
      "severities.high.page.from: There is no level 2: there is 1 level under escalation.",
    );
  });

  it("more levels of escalation than there are is told where they stand", () => {
    const plan = exampleObject();
    plan.escalation.push({ who: ["ana"] });
    expect(mistakesOf(stringify(plan))[0]).toContain("escalation: Has 4 entries; at most 3 are accepted.");
  });

  it("a pause that the contract makes longer than the plan allows", () => {
    const plan = exampleObject();
    Object.assign(plan.interventions["pause-market"], { dialect: "lido-pausable-until", duration: 172_800 });
    expect(mistakesOf(stringify(plan), { playbooks })[0]).toContain(
      "interventions.pause-market.duration: It pauses for 172800 seconds, longer than limits.longestPause, 1d.",
    );
  });
});

it("lists only as many names as somebody reads", () => {
  const plan = exampleObject();
  for (let n = 0; n < 500; n += 1) plan.people[`person-${n}`] = { name: `Person ${n}` };
  plan.onCall = ["nobody-at-all"];
  expect(mistakesOf(stringify(plan), { playbooks })[0]).toMatch(/People: ana, .* and 487 more\. Rotations: primary\.$/);
});
