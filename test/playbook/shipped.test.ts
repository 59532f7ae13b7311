import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../commands/index.ts";
import { commandFields } from "../../src/chat/command.ts";
import { msOf } from "../../src/core/duration.ts";
import { messageFields } from "../../src/core/plan-response.ts";
import { loadPlaybooks } from "../../src/playbooks.ts";
import { packageRoot } from "../../src/root.ts";
import { everyAnswer, walked, ways } from "./paths.ts";

const folder = join(packageRoot, "playbooks");
const shipped = loadPlaybooks(folder, { commands });
const byKey = new Map(shipped.map((playbook) => [playbook.key, playbook]));

const levels = ["level-1", "level-2", "level-3", "critical", "high"];
const smartAccounts = ["account-creation-fails", "delegation-not-working", "performance-degradation"];
const kinds = [
  "active-exploit",
  "oracle-misbehaves",
  "key-compromise",
  "dependency-bug",
  "chat-compromise",
  "signer-ui-compromise",
  "front-end-dns",
  "auto-pause-confirm",
];
const around = ["threshold-not-met", "pause-expiring", "wrongful-pause", "unpause", "post-incident", "drill"];

it("the set is complete, and nothing else is shipped", () => {
  expect([...byKey.keys()].toSorted()).toEqual([...levels, ...smartAccounts, ...kinds, ...around].toSorted());
});

it("the docs list each with the number of its steps and where it is offered", () => {
  const rows = readFileSync(join(packageRoot, "docs/playbooks-shipped.md"), "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, key, file, steps, offered] =
        /^\| \[`(.+?)`\]\(\.\.\/playbooks\/(.+?)\.yaml\) \| .{20,} \| (\d+) \| (.+?) \|$/.exec(line) ?? [];
      return key === undefined ? [] : [{ key, file, steps: Number(steps), offered }];
    });
  const wanted = shipped.map(({ key, steps, severities }) => ({
    key,
    file: key,
    steps: steps.length,
    offered: severities.join(", ") || "by name",
  }));
  expect(rows.toSorted((a, b) => a.key.localeCompare(b.key))).toEqual(wanted);
});

it("only kinds of incident have symptoms, since with symptoms they can be declared", () => {
  const withSymptoms = shipped.filter(({ symptoms }) => symptoms.length > 0).map(({ key }) => key);
  expect(withSymptoms.toSorted()).toEqual([...smartAccounts, ...kinds].toSorted());
  for (const { key, symptoms } of shipped) expect(symptoms.length === 0 || symptoms.length >= 2, key).toBe(true);
});

describe.each(shipped)("$key", ({ key, reviewed, summary, steps }) => {
  it("was reviewed for this release", () => {
    expect(reviewed >= "2026-11-20", reviewed).toBe(true);
  });

  it("names its schema, for editors", () => {
    const first = readFileSync(join(folder, `${key}.yaml`), "utf8").split("\n", 1)[0];
    expect(first).toBe("# yaml-language-server: $schema=../docs/schemas/playbook.schema.json");
  });

  it("is short enough for 3 a.m.", () => {
    expect(steps.length).toBeGreaterThanOrEqual(6);
    expect(steps.length).toBeLessThanOrEqual(14);
    expect(summary.length).toBeLessThanOrEqual(230);
    for (const step of steps) {
      expect(step.do.length, step.do).toBeLessThanOrEqual(140);
      expect(step.why.length, step.why).toBeLessThanOrEqual(320);
    }
  });

  it("begins with who leads", () => {
    expect(steps[0]?.role).toBe("incident commander");
    expect(`${steps[0]?.do} ${steps[0]?.why}`).toMatch(/lead|commander/i);
  });

  it("offers commands that exist, with input that they take", () => {
    for (const { id, offer } of steps) {
      if (offer === undefined) continue;
      const command = commands.find(({ name }) => name === offer.command);
      const fields = command === undefined ? [] : commandFields(command).map(({ name }) => name);
      expect(fields, `${id}: ${offer.command}`).toEqual(expect.arrayContaining(Object.keys(offer.input)));
    }
  });

  it("starts and names no playbook that isn't shipped", () => {
    const words = steps.flatMap(({ do: what, why, offer }) => [
      ...[...`${what} ${why}`.matchAll(/\bplaybook ([a-z]+(?:-[a-z0-9]+)+)/g)].map(([, named]) => named),
      ...(offer?.command === "playbook start" ? [offer.input.playbook] : []),
    ]);
    expect(words.filter((named) => named === undefined || !byKey.has(named))).toEqual([]);
  });

  it("names nothing of a plan that it can't know", () => {
    for (const { check, offer } of steps) {
      expect(Object.values(check ?? {}).filter((value) => value !== "any")).toEqual([]);
      expect(offer?.input.intervention).toBeUndefined();
    }
  });

  it("drafts words whose blanks can be filled in, and which don't tell the cause", () => {
    for (const { id, draft } of steps) {
      const named = [...(draft?.text ?? "").matchAll(/\{(.*?)\}/g)].map(([, name]) => name);
      expect(messageFields, id).toEqual(expect.arrayContaining(named));
      expect(named, id).not.toContain("title");
    }
  });

  it("has times that never go back", () => {
    const due = steps.flatMap((step) => (step.due === undefined ? [] : [msOf(step.due)]));
    expect(due).toEqual(due.toSorted((a, b) => a - b));
  });

  it("can be walked to its end with every answer, and no step is out of reach", () => {
    const chosen = everyAnswer(steps);
    const reached = new Set(ways(steps).flatMap((way) => walked(steps, way).map(({ id }) => id)));
    expect(steps.map(({ id }) => id).filter((id) => !reached.has(id))).toEqual([]);
    expect(chosen.length).toBeLessThanOrEqual(10);
  });
});

describe.each(smartAccounts)("%s, one of the three common incidents", (key) => {
  const playbook = byKey.get(key);

  it("has symptoms and five checks in a row, whose cause leads past the others", () => {
    const { steps = [], symptoms = [] } = playbook ?? {};
    const checks = steps.filter(({ id }) => id.startsWith("check-"));
    expect(symptoms.length).toBeGreaterThanOrEqual(3);
    expect(checks.map(({ do: what }) => what.slice(0, 12))).toEqual(
      [1, 2, 3, 4, 5].map((n) => `Check ${n} of 5`.slice(0, 12)),
    );
    const first = steps.findIndex(({ id }) => id.startsWith("check-"));
    expect(steps.slice(first, first + 5)).toEqual(checks);
    for (const { id, ask } of checks) {
      expect(
        ask?.answers.some(({ then }) => then !== "next" && then !== "end"),
        id,
      ).toBe(true);
      expect(
        ask?.answers.some(({ then }) => then === "next"),
        id,
      ).toBe(true);
    }
  });
});

it("the playbooks of something that a pause may stop offer it", () => {
  const without = ["post-incident", "unpause", "wrongful-pause"];
  const offering = shipped.filter(({ steps }) => steps.some(({ offer }) => offer?.command === "pause propose"));
  expect(offering.map(({ key }) => key)).toEqual(
    expect.arrayContaining([...byKey.keys()].filter((key) => !without.includes(key) && key !== "auto-pause-confirm")),
  );
});

it.each(["level-1", "level-2", "level-3"])("%s says what it calls for", (key) => {
  expect(byKey.get(key)?.summary).toMatch(/calls for .*paus(e|ed|ing)\b.*update/is);
});

it("what is decided by one person alone is not a gate: lifting, reopening, signing again and publishing are", () => {
  const gated = shipped.filter(({ steps }) => steps.some(({ gate }) => (gate?.people ?? 0) >= 2)).map(({ key }) => key);
  expect(gated).toEqual(
    expect.arrayContaining(["auto-pause-confirm", "pause-expiring", "post-incident", "unpause", "wrongful-pause"]),
  );
});

it("the checklist that gates closing asks for what is owed", () => {
  const steps = byKey.get("post-incident")?.steps ?? [];
  const ids = ["evidence-kept", "fill-gaps", "keys", "monitoring", "tell-contacts", "actions", "risks", "lessons"];
  expect(steps.map(({ id }) => id)).toEqual(expect.arrayContaining([...ids, "update-plan", "publish"]));
  expect(steps.at(-1)?.gate?.people).toBe(2);
});
