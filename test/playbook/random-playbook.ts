import fc from "fast-check";
import type { Playbook } from "../../src/core/playbook-file.ts";
import { lintPlaybook } from "../../src/playbook-lint.ts";
import { playbookOf, playbookPlan, say } from "./world.ts";

const evidence = fc.option(fc.constantFrom("note", "link", "transaction", "file"), { nil: undefined });
const roles = fc.uniqueArray(fc.constantFrom("incident commander", "decision maker", "legal"), { maxLength: 3 });
const WAITS = ["30s", "5m", "2h"];
const CHECKS = [{ owners: "any" }, { paused: "any" }, { notPaused: "pause-vault" }, { owners: "ops-pause" }];

/** Numbers from which a step of each kind is made; which targets there are depends on where it stands. */
const seedOfStep = fc.record({
  kind: fc.constantFrom("plain", "plain", "ask", "ask", "gate", "wait", "check"),
  evidence,
  roles,
  people: fc.integer({ min: 1, max: 3 }),
  choice: fc.nat({ max: 11 }),
  jumps: fc.array(fc.nat({ max: 11 }), { minLength: 1, maxLength: 3 }),
});
type SeedOfStep = typeof seedOfStep extends fc.Arbitrary<infer T> ? T : never;

/** Any playbook that the linter takes: every kind of step, every kind of answer. */
export const randomPlaybook: fc.Arbitrary<Playbook> = fc
  .array(seedOfStep, { minLength: 1, maxLength: 8 })
  .map((seeds) => playbookOf(seeds.map((seed, index) => stepFrom(seed, index, seeds.length))))
  .filter((playbook) => lintPlaybook(playbook, { plan: playbookPlan() }).length === 0);

function stepFrom(seed: SeedOfStep, index: number, length: number): object {
  const step = { id: `s${index}`, do: `Do ${index}`, why: "It matters.", evidence: seed.evidence };
  const selfEnding = { ...step, evidence: undefined };
  switch (seed.kind) {
    case "plain":
      return step;
    case "gate":
      return { ...step, gate: { people: seed.people, roles: seed.roles } };
    case "wait":
      return { ...selfEnding, wait: WAITS[seed.choice % WAITS.length] };
    case "check":
      return { ...selfEnding, check: CHECKS[seed.choice % CHECKS.length] };
    default: {
      // The last step has nowhere else to lead to.
      if (index === length - 1) return step;
      const later = [...Array(length - index - 2).keys()].map((offset) => `s${index + 2 + offset}`);
      const elsewhere = [...later, "end"];
      const answers = seed.jumps.map((jump, at) => say(`Answer ${at + 2}`, elsewhere[jump % elsewhere.length]));
      return { ...step, ask: { question: `Which way at ${index}?`, answers: [{ say: "Answer 1" }, ...answers] } };
    }
  }
}
