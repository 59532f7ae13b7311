import { describe, expect, it } from "vitest";
import { pauseCard } from "../../src/chat/cards/pause-card.ts";
import { openStory, wordsOf } from "../story.ts";
import { anyNonce, responsePlan } from "./plan.ts";

/** A plan whose one intervention has limits, and a second one beside it that has none. */
function open(limited: Record<string, unknown>) {
  const { interventions } = responsePlan();
  const one = interventions["pause-vault"];
  let plan = responsePlan({
    interventions: { "pause-vault": { ...one, ...limited }, "pause-pool": { ...one, title: "Pause the pool" } },
    groups: { both: { title: "Both", together: ["pause-vault", "pause-pool"] } },
    rotations: {
      primary: { title: "Primary on call", every: "weekly", timeZone: "UTC", from: "2026-01-05", people: ["ana"] },
    },
  });
  const story = openStory({ plan });
  story.app.plan = () => plan;
  anyNonce(story.app);
  const say = async (user: string, line: string) => wordsOf((await story.type(user, line)).answer);
  return {
    ...story,
    say,
    declare: (severity = "critical") => say("U0NOOR", `incident declare ${severity} Vault is draining`),
    proposed: async () => (await story.incident()).pauses.map(({ facts }) => facts),
    async card() {
      const [pause] = (await story.incident()).pauses;
      if (pause === undefined) throw new Error("Nothing is proposed.");
      return JSON.stringify(pauseCard(pause, { links: story.app.links, roster: undefined }));
    },
    /** The plan was edited, and read again. */
    newPlan(hash: string) {
      plan = { ...plan, hash };
    },
  };
}

describe("the severity that an intervention is for", () => {
  it("refuses it below, naming the command; lets it through at that severity and above", async () => {
    const story = open({ limits: { severityAtLeast: "high" } });
    await story.declare("medium");
    const words = await story.say("U0NOOR", "pause propose pause-vault");
    expect(words).toContain("The plan has Pause Vault-USDC for high or worse; INC-0001 is medium.");
    expect(words).toContain("/incident severity high");
    expect(await story.proposed()).toEqual([]);
    await story.say("U0NOOR", "incident severity critical");
    await story.say("U0NOOR", "pause propose pause-vault");
    expect(await story.proposed()).toHaveLength(1);
  });

  it("leaves a member of a group out, with the reason, and proposes the rest", async () => {
    const story = open({ limits: { severityAtLeast: "critical" } });
    await story.declare("high");
    const words = await story.say("U0NOOR", "pause propose both");
    expect(words).toContain("pause-vault is left out.");
    expect(words).toContain("/incident severity critical");
    expect((await story.proposed()).map(({ intervention }) => intervention)).toEqual(["pause-pool"]);
  });
});

describe("who may propose it", () => {
  it("is by person, by role held here, or by whoever has a rotation now; others are told who", async () => {
    const story = open({ who: { initiate: ["noor", "operations", "primary"] } });
    await story.declare();
    const words = await story.say("U0SOFIA", "pause propose pause-vault");
    expect(words).toContain("The plan lets Noor, operations or Primary on call propose Pause Vault-USDC.");
    expect(words).toContain("/incident claim operations");
    expect(await story.proposed()).toEqual([]);
    await story.say("U0ANA", "pause propose pause-vault");
    expect(await story.proposed()).toHaveLength(1);
  });

  it("is the same person by any account, and a role counts as soon as it is held", async () => {
    const story = open({ who: { initiate: ["noor"] } });
    await story.declare();
    await story.say("discord:111111111111111111", "pause propose pause-vault INC-0001");
    expect(await story.proposed()).toHaveLength(1);

    const other = open({ who: { initiate: ["operations"] } });
    await other.declare();
    await other.say("U0ANA", "incident claim operations");
    expect(await other.say("U0NOOR", "pause propose pause-vault")).toContain("operations (Ana)");
    await other.say("U0ANA", "pause propose pause-vault");
    expect(await other.proposed()).toHaveLength(1);
  });

  it("says nothing about signatures: an owner's counts, whoever may propose", async () => {
    const story = open({ who: { initiate: ["noor"] } });
    await story.declare();
    await story.say("U0NOOR", "pause propose pause-vault");
    await story.say("U0SOFIA", `pause confirm P-0001 ${await story.signature(0)}`);
    expect((await story.incident()).pauses[0]?.confirmations).toHaveLength(1);
  });
});

describe("the limits that a proposal states", () => {
  it("stand on its card's details and in its facts, in words", async () => {
    const story = open({
      trigger: "Shares are redeemed for more than was deposited",
      limits: { longestPause: "24h", legalReview: "before", severityAtLeast: "high" },
      who: { extend: ["incident commander", "ana"], resume: ["primary"] },
    });
    await story.declare();
    await story.say("U0NOOR", "pause propose pause-vault");
    const [facts] = await story.proposed();
    expect(facts?.limits).toEqual({
      trigger: "Shares are redeemed for more than was deposited",
      longestPause: "24h",
      severityAtLeast: "high",
      legalReview: "before",
      extend: ["incident commander", "Ana"],
      resume: ["Primary on call"],
    });
    const card = await story.card();
    for (const words of ["Longest pause: 24 h", "incident commander", "Ana", "Resumed by", "Still works"]) {
      expect(card).toContain(words);
    }
    // Legal is asked for, and holds nothing up.
    expect(card).toContain("The plan asks for legal review before this runs.");
    expect(card).toContain('"label":"Sign"');
  });

  it("are left out of the facts where the plan has none", async () => {
    const story = open({});
    await story.declare();
    await story.say("U0NOOR", "pause propose pause-vault");
    const [facts] = await story.proposed();
    expect(Object.keys(facts ?? {})).not.toContain("limits");
    expect(await story.card()).not.toContain("legal review");
  });
});

describe("a plan that changed since the incident was declared", () => {
  it("is said on the pause's card, with the hash that it had", async () => {
    const story = open({});
    const before = story.app.plan().hash;
    await story.declare();
    story.newPlan("cd".repeat(32));
    await story.say("U0NOOR", "pause propose pause-vault");
    const card = await story.card();
    expect(card).toContain("The plan changed since the incident was declared.");
    expect(card).toContain(before);
    // The details show the plan's own hash, in two rows.
    expect(card).toContain("cd".repeat(16));
  });

  it("is not said where it did not", async () => {
    const story = open({});
    await story.declare();
    await story.say("U0NOOR", "pause propose pause-vault");
    expect(await story.card()).not.toContain("The plan changed");
  });
});
