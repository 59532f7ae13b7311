import { join } from "node:path";
import { expect, it } from "vitest";
import { commands } from "../../commands/index.ts";
import { ResponsePlan } from "../../src/core/plan.ts";
import { currentStep } from "../../src/core/playbook-state.ts";
import { loadPlaybooks } from "../../src/playbooks.ts";
import { packageRoot } from "../../src/root.ts";
import { openRiskStory, riskPlan } from "./world.ts";

const incident = "INC-0001";

it("The shipped checklist is walked to its end once the incident is resolved, and then it can be closed", async () => {
  const { hash, ...rest } = riskPlan({ closing: "post-incident" });
  const people = {
    noor: { name: "Noor", slack: "U0NOOR", roles: ["communications lead"] },
    sofia: { name: "Sofia", slack: "U0SOFIA", roles: ["incident commander"] },
  };
  const plan = { hash, ...ResponsePlan.parse({ ...rest, people, onCall: ["noor"] }) };
  const story = openRiskStory({ plan });
  const shipped = loadPlaybooks(join(packageRoot, "playbooks"), { commands: commands.map(({ name }) => name) });
  story.app.playbooks = () => shipped;
  await story.type("U0NOOR", "incident declare high The oracle is off");
  await story.press("U0SOFIA", "incident resolve", { incident, summary: "Another feed is used." });
  await story.press("U0SOFIA", "playbook start", { incident, playbook: "post-incident" });
  const current = async () => {
    const run = (await story.incident()).runs[0];
    return run && currentStep(run)?.step;
  };
  for (let step = await current(); step !== undefined; step = await current()) {
    const at = { incident, run: "R-0001", step: step.id };
    const evidence = {
      note: "Written down.",
      link: "https://example.org/doc",
      transaction: `0x${"ab".repeat(32)}`,
      file: "https://example.org/file",
    };
    if (step.gate !== undefined) {
      await story.press("U0NOOR", "playbook agree", at);
      expect((await story.press("U0SOFIA", "incident close", { incident, reason: "None." })).answer?.failed).toBe(true);
      await story.press("U0SOFIA", "playbook agree", at);
    } else if (step.ask !== undefined) await story.press("U0SOFIA", "playbook answer", { ...at, answer: "1" });
    else
      await story.press("U0SOFIA", "playbook complete", {
        ...at,
        ...(step.evidence && { evidence: evidence[step.evidence] }),
      });
    expect((await current())?.id, `${step.id} was done`).not.toBe(step.id);
  }
  await story.press("U0SOFIA", "incident close", { incident, reason: "None." });
  expect((await story.incident()).status).toBe("closed");
  expect(story.logged).toEqual([]);
});
