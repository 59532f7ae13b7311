import fc from "fast-check";
import { expect, it } from "vitest";
import type { Incident } from "../../src/core/incident.ts";
import { foldIncident } from "../../src/core/incident-fold.ts";
import { isSamePerson, rolesOf } from "../../src/core/roles.ts";
import { operatingRoles, roleNames, severities } from "../../src/core/severity.ts";
import { openStory } from "../story.ts";
import { responsePlan } from "./plan.ts";

const people = ["slack:U0NOOR", "discord:111111111111111111", "slack:U0SOFIA", "discord:222222222222222222"];
const accounts = [...people, "slack:U0TOMAS", "slack:U0ANA", "slack:U0STRANGER"];
const who = fc.constantFrom(...accounts);
const role = fc.constantFrom(...roleNames);
const step = fc.oneof(
  fc.record({ by: who, command: fc.constant("incident claim"), role }),
  fc.record({ by: who, command: fc.constant("incident assign"), role, user: who }),
  fc.record({ by: who, command: fc.constant("incident handoff"), role, user: who }),
  fc.record({ by: who, command: fc.constant("incident accept"), role }),
  fc.record({ by: who, command: fc.constant("incident accept") }),
  fc.record({ by: who, command: fc.constant("incident decline"), role }),
  fc.record({ by: who, command: fc.constant("incident severity"), severity: fc.constantFrom(...severities) }),
);
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

it(`whatever people press, nobody writes and acts at once, and the fold is the replay (SEED=${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const plan = responsePlan();
      const story = openStory({ plan });
      await story.type("U0NOOR", "incident declare critical Vault is draining");
      for (const { by, command, ...input } of steps) {
        const before = await story.incident();
        await story.press(by, command, { incident: "INC-0001", ...input });
        const after = await story.incident();
        expectSane(before, after, { by, command });
      }
      expect(story.logged).toEqual([]);
      const events = await story.journal.events("incident/INC-0001");
      const replayed = events.reduce<Incident | undefined>((state, event) => foldIncident(state, event), undefined);
      expect(replayed).toEqual(await story.incident());
      story.store.close();
    }),
    { seed, numRuns: 60 },
  );

  function expectSane(before: Incident, after: Incident, { by, command }: { by: string; command: string }): void {
    const plan = responsePlan();
    for (const account of accounts) {
      const held = rolesOf(after, plan, account);
      if (held.includes("scribe")) expect(held.filter((one) => operatingRoles.includes(one))).toEqual([]);
    }
    const offered = after.offers.map((offer) => offer.role);
    expect(new Set(offered).size).toBe(offered.length);
    for (const { role, user } of after.offers) expect(isSamePerson(plan, after.roles[role], user)).toBe(false);
    // An offer moves no role; only its receiver does, or somebody who says so outright.
    if (command === "incident handoff" || command === "incident decline") expect(after.roles).toEqual(before.roles);
    if (command === "incident accept" && after.roles !== before.roles) {
      const moved = roleNames.filter((one) => after.roles[one] !== before.roles[one]);
      for (const one of moved) expect(isSamePerson(plan, after.roles[one], by)).toBe(true);
    }
  }
});
