import { expect, it } from "vitest";
import { exportIncident } from "../../src/core/export.ts";
import type { TimelineEvent } from "../../src/core/timeline.ts";
import { openRiskStory, riskPlan } from "./world.ts";

const section = (markdown: string, title: string) =>
  new RegExp(`\n## ${title}\n\n([\\s\\S]*?)\n\n(?:##|---)`).exec(markdown)?.[1];

it("The postmortem tells who led when, who was called and came, who was told, and what it taught", async () => {
  const story = openRiskStory({ plan: riskPlan({ closing: "post-incident" }) });
  await story.type("U0NOOR", "incident declare high The oracle is off");
  const happened = async (by: string, event: TimelineEvent) => {
    story.tick(90_000);
    await story.journal.record("incident/INC-0001", { by: `slack:${by}` }, () => ({ events: [event], effects: [] }));
  };
  const paged = { kind: "oncall.paged", page: 1, answerWithinMs: 300_000, lastLevel: 2 } as const;
  const person = (key: string, name: string) => ({ key, name, users: [`slack:U0${key.toUpperCase()}`] });
  await happened("U0NOOR", { ...paged, level: 1, why: "declared", people: [person("noor", "Noor")] });
  await happened("U0NOOR", { ...paged, level: 2, why: "unanswered", people: [person("sofia", "Sofia | lead")] });
  await happened("U0SOFIA", { kind: "oncall.answered", page: 1 });
  await happened("U0SOFIA", { kind: "role.assigned", role: "incident commander", user: "slack:U0NOOR" });
  const text = "Deposits are paused.";
  await happened("U0NOOR", {
    kind: "contact.notified",
    dependency: "feed",
    name: "Oracle <desk>",
    via: "desk@oracle.example",
    text,
  });
  await story.type("U0NOOR", "incident resolve Another feed is used.");
  await story.press("U0NOOR", "playbook start", { incident: "INC-0001", playbook: "post-incident" });
  const at = { incident: "INC-0001", run: "R-0001" };
  await story.press("U0NOOR", "playbook complete", { ...at, step: "numbers", note: "Nothing was lost" });
  await story.press("U0NOOR", "playbook skip", { ...at, step: "people", reason: "Nobody was up" });
  await story.press("U0NOOR", "risk add", {
    incident: "INC-0001",
    likelihood: "low",
    impact: "high",
    title: "*Stale*",
  });
  await story.press("U0NOOR", "incident close", { incident: "INC-0001", reason: "And nothing else." });

  const { markdown } = await exportIncident(story.app, "INC-0001", async (user) => user);
  const told = ["Roles", "Pages and answers", "Who was told", "Risks", "Playbooks", "Action items"].map(
    (title) => `${title}\n${section(markdown.content, title)}`,
  );
  expect(told.join("\n\n")).toMatchInlineSnapshot(`
    "Roles
    | Role | Who | From (UTC) | Until (UTC) |
    | --- | --- | --- | --- |
    | incident commander | Sofia | 2026-11-21 03:00:00 | 2026-11-21 03:06:00 |
    | incident commander | Noor | 2026-11-21 03:06:00 | – |

    Pages and answers
    Sofia was on it 4 min 30 s after declaring.

    | Page | Level | Paged (UTC) | Who | Answer |
    | --- | --- | --- | --- | --- |
    | 1 | 1 | 2026-11-21 03:01:30 | Noor | no answer in time |
    | 1 | 2 | 2026-11-21 03:03:00 | Sofia \\| lead | Sofia, 3 min 0 s after the page began |

    Who was told
    | When (UTC) | Whom | By | Told by | Words |
    | --- | --- | --- | --- | --- |
    | 2026-11-21 03:07:30 | Oracle \\<desk\\> | desk@oracle.example | Noor | Deposits are paused. |

    Risks
    - RISK-0001 \\*Stale\\* (new)

    No new risk: And nothing else.

    Playbooks
    ### R-0001: After the incident

    Text \`cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd\`

    | Step | State | When (UTC) | Who | Remark |
    | --- | --- | --- | --- | --- |
    | Write down the loss | done | 2026-11-21 03:07:30 | Noor | Nothing was lost |
    | Send home who was up all night | skipped | 2026-11-21 03:07:30 | Noor | Nobody was up |

    Action items
    - [ ] Skipped: Send home who was up all night (Nobody was up)"
  `);
  expect(markdown.content).toContain("| Somebody on it | 2026-11-21 03:04:30 | 4 min 30 s |");
  expect(markdown.content).toMatch(/\| Closed \| 2026-11-21/);
});
