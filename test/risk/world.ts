import type { LoadedPlan } from "../../src/core/plan.ts";
import { ResponsePlan } from "../../src/core/plan.ts";
import { type Playbook, PlaybookFile } from "../../src/core/playbook-file.ts";
import type { App } from "../../src/core/ports.ts";
import { createTimerDelivery } from "../../src/outbox/timers.ts";
import { openStory, storyPlan, storyPlaybook } from "../story.ts";

/** What is walked once an incident is resolved; two steps, as a story's people have little time. */
export const checklist: Playbook = {
  key: "post-incident",
  hash: "cd".repeat(32),
  ...PlaybookFile.parse({
    title: "After the incident",
    summary: "What is still owed.",
    reviewed: "2026-11-01",
    steps: [
      { id: "numbers", do: "Write down the loss", why: "The first number sticks." },
      { id: "people", do: "Send home who was up all night", why: "Tired people sign what they should not." },
    ],
  }),
};

export const seeds = {
  oracle: { title: "The oracle stalls", likelihood: "medium", impact: "high", owner: "noor" },
  keys: {
    title: "A signer loses the key",
    likelihood: "low",
    impact: "high",
    mitigation: "Five owners, three needed.",
  },
} as const;

/** The story's plan with what this part reads of a plan. */
export function riskPlan({ closing, risks = {} }: { closing?: string; risks?: object } = {}): LoadedPlan {
  const { hash, ...plan } = storyPlan();
  return { hash, ...ResponsePlan.parse({ ...plan, closing, risks }) };
}

/** A story whose plan can be exchanged, with what is owed delivered by the bot's own hand, and no chat. */
export function openRiskStory({
  plan = riskPlan(),
  ...options
}: { plan?: LoadedPlan } & Omit<NonNullable<Parameters<typeof openStory>[0]>, "plan"> = {}) {
  const story = openStory({ ...options, plan });
  const held = { plan };
  const app: App = story.app;
  app.plan = () => held.plan;
  app.playbooks = () => [storyPlaybook, checklist];
  const deliver = createTimerDelivery(app);
  const now = () => app.clock.now().getTime();
  return {
    ...story,
    setPlan: (next: LoadedPlan) => {
      held.plan = next;
    },
    risks: async () => (await story.journal.state("risk-register"))?.risks ?? [],
    register: () => story.journal.events("risk-register"),
    owedNow: (lane: "timers" | "chat/slack") => story.owed.due(lane, now()).map(({ effect }) => effect),
    /** Delivers what is due in the bot's own lane, as its pump would. */
    async deliverOwn() {
      for (const owed of story.owed.due("timers", now())) {
        await deliver(owed, new AbortController().signal);
        story.owed.done(owed, now());
      }
    },
  };
}
