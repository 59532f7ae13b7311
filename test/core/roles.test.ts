import { describe, expect, it } from "vitest";
import { incidentCard } from "../../src/chat/cards/incident-card.ts";
import type { CommandButton } from "../../src/chat/view.ts";
import { missingRoles, rolesFromPlan } from "../../src/core/roles.ts";
import { responsePlan } from "../roles/plan.ts";
import { formOf, openStory, wordsOf } from "../story.ts";

async function declared(change: Record<string, unknown> = {}) {
  const plan = responsePlan(change);
  const story = openStory({ plan });
  await story.type("U0NOOR", "incident declare critical Vault is draining");
  const facts = async () => (await story.journal.events("incident/INC-0001")).map(({ event }) => event);
  return {
    ...story,
    plan,
    facts,
    /** The words of an answer that refuses, and nothing written because of it. */
    async refused(user: string, line: string): Promise<string> {
      const before = (await facts()).length;
      const { answer } = await story.type(user, line);
      expect(await facts()).toHaveLength(before);
      expect(answer?.failed).toBe(true);
      return wordsOf(answer);
    },
    async card() {
      return incidentCard(story.app, await story.incident());
    },
    async buttons() {
      return incidentCard(story.app, await story.incident()).buttons as CommandButton[];
    },
    owed: () =>
      story.owed.due("chat/slack", story.app.clock.now().getTime()).flatMap(({ effect }) => {
        return effect.kind === "offer_role" ? [effect.seq] : [];
      }),
  };
}

describe("claiming a role", () => {
  it("takes what nobody holds, and a second press is not news", async () => {
    const story = await declared();
    await story.type("U0NOOR", "incident claim deputy");
    await story.type("U0NOOR", "incident claim deputy");
    expect((await story.incident()).roles.deputy).toBe("slack:U0NOOR");
    expect((await story.kinds()).filter((kind) => kind === "role.assigned")).toHaveLength(3);
  });

  it("takes a role of two words as people type it", async () => {
    const story = await declared();
    await story.type("U0NOOR", "incident claim communications lead");
    await story.type("U0ANA", "incident claim Subject-matter_expert");
    const { roles } = await story.incident();
    expect([roles["communications lead"], roles["subject-matter expert"]]).toEqual(["slack:U0NOOR", "slack:U0ANA"]);
  });

  it("refuses what somebody holds, and says how to get it", async () => {
    const story = await declared();
    const words = await story.refused("U0NOOR", "incident claim incident-commander");
    expect(words).toContain("Sofia is incident commander already.");
    expect(words).toContain("/incident handoff incident-commander");
    expect(words).toContain("/incident assign incident-commander");
  });

  it("is the same person on both platforms: Sofia on Discord holds what Sofia on Slack holds", async () => {
    const story = await declared();
    const { answer } = await story.type("discord:222222222222222222", "incident claim incident-commander INC-0001");
    expect(answer?.failed).not.toBe(true);
    expect((await story.incident()).roles["incident commander"]).toBe("slack:U0SOFIA");
  });

  it("asks which, where none is said", async () => {
    const story = await declared();
    const { opened } = await story.press("U0NOOR", "incident claim", { incident: "INC-0001" });
    expect(formOf(opened).fields.map(({ name }) => name)).toEqual(["role"]);
  });

  it("is not for strangers", async () => {
    const story = await declared();
    expect(await story.refused("U0STRANGER", "incident claim deputy")).toContain("response plan");
  });
});

describe("a scribe", () => {
  it.each(["incident claim operations", "incident claim deputy", "incident claim subject-matter-expert"])(
    "who would take an operating role is told why not: %s",
    async (line) => {
      const story = await declared();
      const words = await story.refused("U0TOMAS", line);
      expect(words).toContain("You are the scribe. Whoever writes down what happens has no hand free");
      expect(words).toContain("/incident assign scribe");
    },
  );

  it("may lead communications: that is no operating role", async () => {
    const story = await declared();
    await story.type("U0TOMAS", "incident claim communications-lead");
    expect((await story.incident()).roles["communications lead"]).toBe("slack:U0TOMAS");
  });

  it("is not made of somebody who acts, by whichever account", async () => {
    const story = await declared();
    const words = await story.refused("U0NOOR", "incident assign scribe discord:222222222222222222");
    expect(words).toContain("Sofia is incident commander. Whoever acts on the incident has no hand free to write");
    expect(await story.refused("discord:222222222222222222", "incident claim scribe INC-0001")).toContain("already");
  });

  it("is told so at a hand-off, too: when it is offered, and when it is accepted", async () => {
    const story = await declared();
    expect(await story.refused("U0SOFIA", "incident handoff incident-commander @U0TOMAS")).toContain(
      "Tomas is the scribe.",
    );
    await story.type("U0SOFIA", "incident handoff incident-commander @U0NOOR");
    await story.type("U0NOOR", "incident assign scribe @U0NOOR");
    expect(await story.refused("U0NOOR", "incident accept incident-commander")).toContain("You are the scribe.");
    expect((await story.incident()).roles["incident commander"]).toBe("slack:U0SOFIA");
  });

  it("of the plan who would also act gets one of the two: the first by the plan's order", () => {
    const people = {
      noor: { name: "Noor", slack: "U0NOOR", roles: ["scribe", "operations"] },
      sofia: { name: "Sofia", slack: "U0SOFIA", roles: ["operations", "scribe"] },
    };
    expect(rolesFromPlan(responsePlan({ people }), "slack")).toEqual([
      { kind: "role.assigned", role: "scribe", user: "slack:U0NOOR" },
      { kind: "role.assigned", role: "operations", user: "slack:U0SOFIA" },
    ]);
    const alone = { noor: { name: "Noor", slack: "U0NOOR", roles: ["scribe", "operations"] } };
    expect(rolesFromPlan(responsePlan({ people: alone }), "slack")).toEqual([
      { kind: "role.assigned", role: "scribe", user: "slack:U0NOOR" },
    ]);
  });
});

describe("handing a role off", () => {
  it("leaves it with the giver until the other one accepts", async () => {
    const story = await declared();
    await story.type("U0SOFIA", "incident handoff incident-commander @U0NOOR");
    expect((await story.incident()).roles["incident commander"]).toBe("slack:U0SOFIA");
    expect(JSON.stringify(await story.card())).toContain("incident commander is offered to ");
    // From the account on the other platform, as the one person that she is.
    await story.press("discord:111111111111111111", "incident accept", {
      incident: "INC-0001",
      role: "incident commander",
    });
    const incident = await story.incident();
    expect(incident.roles["incident commander"]).toBe("slack:U0NOOR");
    expect(incident.offers).toEqual([]);
    const [offered, assigned] = (await story.facts()).slice(-2);
    expect(offered).toMatchObject({ kind: "role.offered", user: "slack:U0NOOR", from: "slack:U0SOFIA" });
    expect(assigned).toMatchObject({ kind: "role.assigned", user: "slack:U0NOOR", previous: "slack:U0SOFIA" });
  });

  it("is accepted once: the second press is not news", async () => {
    const story = await declared();
    await story.type("U0SOFIA", "incident handoff incident-commander @U0NOOR");
    const input = { incident: "INC-0001", role: "incident commander" };
    await story.press("U0NOOR", "incident accept", input);
    const before = (await story.facts()).length;
    const { answer } = await story.press("U0NOOR", "incident accept", input);
    expect([answer?.failed, (await story.facts()).length]).toEqual([undefined, before]);
  });

  it("is answered by the one who was asked, and by nobody else", async () => {
    const story = await declared();
    await story.type("U0SOFIA", "incident handoff incident-commander @U0NOOR");
    for (const who of ["U0ANA", "U0TOMAS", "U0STRANGER"]) {
      expect(await story.refused(who, "incident accept incident-commander INC-0001")).toContain("offered to Noor");
      expect(await story.refused(who, "incident decline incident-commander INC-0001")).toContain("offered to Noor");
    }
    expect((await story.incident()).offers).toHaveLength(1);
  });

  it("is taken by whoever was asked, in the plan or not", async () => {
    const story = await declared();
    await story.type("U0NOOR", "incident handoff legal @U0LAWYER");
    await story.type("U0LAWYER", "incident accept INC-0001");
    expect((await story.incident()).roles.legal).toBe("slack:U0LAWYER");
  });

  it("may be declined, with a reason, and is offered anew", async () => {
    const story = await declared();
    await story.type("U0SOFIA", "incident handoff incident-commander @U0NOOR");
    await story.type("U0NOOR", "incident decline incident-commander I am on a train");
    expect((await story.facts()).at(-1)).toEqual({
      kind: "role.offer_declined",
      role: "incident commander",
      user: "slack:U0NOOR",
      reason: "I am on a train",
    });
    expect(await story.refused("U0NOOR", "incident accept incident-commander")).toContain("not offered to you");
    await story.type("U0SOFIA", "incident handoff incident-commander @U0NOOR");
    expect((await story.incident()).offers).toHaveLength(1);
  });

  it("puts a second offer in the first one's place, and settles both messages", async () => {
    const story = await declared();
    await story.type("U0SOFIA", "incident handoff incident-commander @U0NOOR");
    await story.type("U0SOFIA", "incident handoff incident-commander @U0NOOR");
    const first = (await story.facts()).length;
    await story.type("U0SOFIA", "incident handoff incident-commander @U0ANA");
    expect(story.owed()).toEqual([first, first + 1]);
    expect((await story.incident()).offers.map(({ user }) => user)).toEqual(["slack:U0ANA"]);
    expect(await story.refused("U0NOOR", "incident accept incident-commander")).toContain("offered to Ana, not to you");
  });

  it("lapses when the role changes hands otherwise, and when the incident is resolved", async () => {
    const story = await declared();
    await story.type("U0SOFIA", "incident handoff incident-commander @U0NOOR");
    await story.type("U0SOFIA", "incident assign incident-commander @U0ANA");
    expect((await story.incident()).offers).toEqual([]);
    await story.type("U0ANA", "incident handoff incident-commander @U0NOOR");
    await story.type("U0ANA", "incident resolve It was a false alarm.");
    expect((await story.incident()).offers).toEqual([]);
    expect(await story.refused("U0NOOR", "incident accept incident-commander INC-0001")).toContain("not any more");
  });

  it("made once it is resolved lapses when it is closed: nobody takes a role of what is closed", async () => {
    const story = await declared();
    await story.type("U0SOFIA", "incident resolve It was a false alarm.");
    await story.type("U0SOFIA", "incident handoff incident-commander @U0NOOR INC-0001");
    expect((await story.incident()).offers).toHaveLength(1);
    const offer = story.owed();
    await story.submit("U0SOFIA", "incident close", { incident: "INC-0001", reason: "It taught us nothing new." });
    expect((await story.incident()).status).toBe("closed");
    expect(story.owed()).toEqual(offer);
    expect(await story.refused("U0NOOR", "incident accept incident-commander INC-0001")).toContain("not any more");
  });

  it("is the holder's to do; of what nobody holds, anybody's", async () => {
    const story = await declared();
    const words = await story.refused("U0NOOR", "incident handoff incident-commander @U0ANA");
    expect(words).toContain("Sofia is incident commander, so only they can hand it off.");
    await story.type("U0NOOR", "incident handoff deputy @U0ANA");
    expect((await story.incident()).offers).toMatchObject([{ role: "deputy", user: "slack:U0ANA" }]);
  });

  it("is not a way to take it oneself", async () => {
    const story = await declared();
    expect(await story.refused("U0NOOR", "incident handoff deputy @U0NOOR")).toContain("/incident claim deputy");
  });

  it("needs no role to be named where one is offered, and asks which where two are", async () => {
    const story = await declared();
    await story.type("U0NOOR", "incident handoff deputy @U0ANA");
    await story.type("U0NOOR", "incident handoff legal @U0ANA");
    expect(await story.refused("U0ANA", "incident accept INC-0001")).toContain("You were offered deputy and legal.");
    await story.type("U0ANA", "incident decline legal");
    await story.type("U0ANA", "incident accept INC-0001");
    expect((await story.incident()).roles.deputy).toBe("slack:U0ANA");
    expect(await story.refused("U0ANA", "incident accept INC-0001")).toContain("Nothing is offered to you");
  });
});

describe("roles that the severity requires", () => {
  it("are wanted until somebody holds them; one that is only offered is still wanted", async () => {
    const story = await declared();
    const missing = async () => missingRoles(await story.incident(), story.plan);
    expect(await missing()).toEqual(["deputy", "communications lead", "operations"]);
    await story.type("U0NOOR", "incident handoff deputy @U0ANA");
    expect(await missing()).toEqual(["deputy", "communications lead", "operations"]);
    expect(JSON.stringify((await story.card()).body)).toContain("deputy (offered to ");
    await story.type("U0ANA", "incident accept deputy INC-0001");
    expect(await missing()).toEqual(["communications lead", "operations"]);
  });

  it("stand on the card with a button each, three at most", async () => {
    const story = await declared({ people: { noor: { name: "Noor", slack: "U0NOOR" } } });
    const take = (await story.buttons()).filter(({ label }) => label.startsWith("Take "));
    expect(take.map(({ label }) => label)).toEqual(["Take incident commander", "Take deputy", "Take scribe"]);
    const [first] = take;
    await story.press("U0NOOR", first?.command ?? "", first?.input);
    expect((await story.incident()).roles["incident commander"]).toBe("slack:U0NOOR");
    const next = (await story.buttons()).filter(({ label }) => label.startsWith("Take "));
    expect(next.map(({ label }) => label)).toEqual(["Take deputy", "Take scribe", "Take communications lead"]);
  });

  it("are not asked for at a milder severity, which takes nothing away; nor once it is over", async () => {
    const story = await declared();
    await story.type("U0NOOR", "incident claim deputy");
    await story.type("U0NOOR", "incident severity high");
    const incident = await story.incident();
    expect(missingRoles(incident, story.plan)).toEqual([]);
    expect(incident.roles.deputy).toBe("slack:U0NOOR");
    await story.type("U0NOOR", "incident severity critical");
    await story.type("U0NOOR", "incident resolve Done.");
    expect(missingRoles(await story.incident(), story.plan)).toEqual([]);
  });
});
