import type { Looked, StepCheck } from "../../src/core/chain-port.ts";
import { RetryableError } from "../../src/core/errors.ts";
import { type LoadedPlan, ResponsePlan } from "../../src/core/plan.ts";
import { type Playbook, PlaybookFile } from "../../src/core/playbook-file.ts";
import { createTimerDelivery } from "../../src/outbox/timers.ts";
import { openStory, storyPlan } from "../story.ts";

/** Five people; Noor is on both platforms. Nobody but these is known to the plan. */
export function playbookPlan(change: object = {}): LoadedPlan {
  const { hash, people: _, ...plan } = storyPlan();
  return {
    hash,
    ...ResponsePlan.parse({
      ...plan,
      people: {
        noor: { name: "Noor", slack: "U0NOOR", discord: "100000000000000001" },
        sofia: { name: "Sofia", slack: "U0SOFIA", roles: ["incident commander"] },
        tomas: { name: "Tomas", slack: "U0TOMAS", roles: ["decision maker"] },
        lena: { name: "Lena", slack: "U0LENA", roles: ["legal"] },
        ivo: { name: "Ivo", discord: "100000000000000002", roles: ["decision maker"] },
      },
      messages: { first: { title: "First statement", text: "We are looking into it." } },
      ...change,
    }),
  };
}

export const NOOR_ON_DISCORD = "discord:100000000000000001";
export const IVO = "discord:100000000000000002";

export function playbookOf(steps: object[], more: object = {}): Playbook {
  return {
    key: "walk",
    hash: "cd".repeat(32),
    ...PlaybookFile.parse({ title: "Walk", summary: "A walk.", reviewed: "2026-11-01", steps, ...more }),
  };
}

export const plain = (id: string, more: object = {}) => ({ id, do: `Do ${id}`, why: "It matters.", ...more });

/** An answer, and where it leads: `then` is what an author writes, and never awaited. */
export const say = (words: string, to?: string) =>
  Object.fromEntries([["say", words], ...(to === undefined ? [] : [["then", to]])]);

/** A declared incident with one playbook under way, and a chain that answers what it is told to. */
export async function openWalk(
  steps: object[],
  options: { plan?: LoadedPlan; more?: object; start?: boolean; databaseUrl?: string } = {},
) {
  const { databaseUrl } = options;
  const plan = options.plan ?? playbookPlan();
  const story = openStory({ plan, chats: ["slack", "discord"], ...(databaseUrl && { databaseUrl }) });
  const playbook = playbookOf(steps, options.more);
  story.app.playbooks = () => [playbook];
  const asked: StepCheck[] = [];
  const sight: { answer: (check: StepCheck) => Looked | Promise<Looked> } = {
    answer: () => ({ holds: false, means: "paused() is false.", detail: "paused() is false. Block 100." }),
  };
  story.app.chain = {
    ...story.app.chain,
    lookUpCheck: async (check) => {
      asked.push(check);
      return sight.answer(check);
    },
  };
  // A second life finds its incident, and begins nothing.
  const isNew = (await story.journal.incidents()).length === 0;
  if (isNew) await story.type("U0NOOR", "incident declare critical Vault is draining");
  if (isNew && options.start !== false) await story.type("U0NOOR", "playbook start walk INC-0001");
  const deliver = createTimerDelivery(story.app);

  return {
    ...story,
    asked,
    sight,
    run: async (id?: string) => {
      const { runs } = await story.incident();
      const run = id === undefined ? runs[0] : runs.find((one) => one.id === id);
      if (run === undefined) throw new Error("Nothing is running.");
      return run;
    },
    states: async () => (await story.incident()).runs[0]?.steps.map(({ state }) => state).join(" "),
    at: (step: string, more: object = {}) => ({ incident: "INC-0001", run: "R-0001", step, ...more }),
    /** Delivers whatever is due in time, once. Returns how often it was put off. */
    pass: async (ms = 0): Promise<number> => {
      story.tick(ms);
      const now = story.steady.now().getTime();
      let later = 0;
      for (const row of [...story.owed.due("timers", now), ...story.owed.due("checks", now)]) {
        try {
          await deliver({ ...row }, new AbortController().signal);
          story.owed.done(row, now);
        } catch (error) {
          if (!(error instanceof RetryableError)) throw error;
          later += 1;
          story.owed.retry(row, now + (error.retryAfterMs ?? 0), error.message);
        }
      }
      return later;
    },
  };
}
