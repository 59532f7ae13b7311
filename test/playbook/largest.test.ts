import { describe, expect, it } from "vitest";
import { playbookCard } from "../../src/chat/cards/playbook-card.ts";
import { playbookListCard } from "../../src/chat/cards/playbook-list-card.ts";
import { localise } from "../../src/chat/localise.ts";
import type { View } from "../../src/chat/view.ts";
import { renderMessages as renderDiscord } from "../../src/platforms/discord/render.ts";
import { renderMessages as renderSlack } from "../../src/platforms/slack/render.ts";
import { MessageBody } from "../../src/sandbox/discord/message-body.ts";
import { createValidator } from "../../src/sandbox/slack/validate.ts";
import { openWalk, playbookOf, playbookPlan, say } from "./world.ts";

const long = (length: number) => "wörd and more ".repeat(200).slice(0, length);

describe("the largest playbook that there can be", () => {
  const steps = Array.from({ length: 50 }, (_, index) => ({
    id: `${String(index).padStart(2, "0")}${"x".repeat(38)}`,
    do: long(299),
    why: long(499),
    role: "communications lead",
    due: "99999d",
    evidence: "link",
    offer: { label: "o".repeat(40), command: "pause propose", input: { intervention: "pause-vault" } },
    draft: { text: long(1499) },
    ...(index === 49
      ? { gate: { people: 10 } }
      : {
          ask: {
            question: long(199),
            answers: ["a", "b", "c", "d"].map((one) => say(one.repeat(40), one === "b" ? "end" : "next")),
          },
        }),
  }));

  it("is shown whole on both platforms, whatever people wrote, and fits into every button", {
    timeout: 60_000,
  }, async () => {
    const walk = await openWalk(steps);
    const check = await createCheck();
    for (const { id } of steps.slice(0, 49)) {
      const at = { incident: "INC-0001", run: "R-0001", step: id };
      for (let times = 0; times < 3; times += 1)
        await walk.press("U0NOOR", "playbook note", { ...at, text: long(1999) });
      await walk.press("U0NOOR", "playbook evidence", { ...at, evidence: `https://example.org/${"p".repeat(1900)}` });
      if (Number(id.slice(0, 2)) % 12 === 0) check(playbookCard(walk.app, await walk.incident(), await walk.run()));
      await walk.press("U0NOOR", "playbook answer", { ...at, answer: "1", note: long(1999) });
    }
    const last = playbookCard(walk.app, await walk.incident(), await walk.run());
    expect(JSON.stringify(last.body)).toContain("Step 50");
    check(last);
  });

  it("has its place in a list of many", async () => {
    const walk = await openWalk([steps[0] as object]);
    const many = Array.from({ length: 40 }, (_, index) => ({
      ...playbookOf(steps.slice(0, 2), { title: long(79), summary: long(299), reviewed: "2020-01-01" }),
      key: `${"k".repeat(37)}${String(index).padStart(3, "0")}`,
    }));
    const check = await createCheck();
    const app = { ...walk.app, playbooks: () => many };
    check(playbookListCard(app, undefined));
    const offered = playbookListCard(app, await walk.incident());
    check(offered);
    expect(renderDiscord(localise(offered, playbookPlan(), "discord"), new Map())).toHaveLength(1);
  });
});

/** Both platforms' own rules, as their servers here know them. */
async function createCheck(): Promise<(view: View) => void> {
  const slack = await createValidator();
  const plan = playbookPlan();
  return (view) => {
    for (const { blocks } of renderSlack(localise(view, plan, "slack"), { teamUrl: "https://example.slack.com/" })) {
      slack.blocks("message", blocks);
    }
    const bodies = renderDiscord(localise(view, plan, "discord"), new Map());
    for (const body of bodies) MessageBody.parse(body);
    // A run's card is edited, and has to be one message.
    if (view.title.startsWith("R-")) expect(bodies).toHaveLength(1);
  };
}
