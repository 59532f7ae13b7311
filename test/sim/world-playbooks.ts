import { type Playbook, PlaybookFile } from "../../src/core/playbook-file.ts";
import { storyPlaybook } from "../story.ts";

const playbook = (key: string, text: object): Playbook => ({
  key,
  hash: "cd".repeat(32),
  ...PlaybookFile.parse({ title: key, summary: "What to do.", reviewed: "2026-11-01", ...text }),
});
const step = (id: string, more: object = {}) => ({ id, do: `Do ${id}`, why: "It is left out otherwise.", ...more });

/** One step of every kind, in an order in which each is reached soon enough. */
const hunt = playbook("hunt", {
  steps: [
    step("look", { due: "1m", role: "operations" }),
    step("is-it-real", {
      ask: {
        question: "Is it real?",
        // biome-ignore-start lint/suspicious/noThenProperty: it is what an author writes, and never awaited
        answers: [
          { say: "Yes", then: "next" },
          { say: "Not sure", then: "cool-down" },
          { say: "No", then: "end" },
        ],
        // biome-ignore-end lint/suspicious/noThenProperty: as above
      },
    }),
    step("decide", { gate: { people: 2, roles: ["incident commander", "decision maker"] }, due: "2m" }),
    step("cool-down", { wait: "90s" }),
    step("write-down", { evidence: "note", due: "3m" }),
    step("settle", { wait: "4m" }),
    step("wind-down"),
  ],
});

/** What is walked before an incident can be closed. */
const afterwards = playbook("afterwards", {
  steps: [
    step("collect", { evidence: "note", due: "1m" }),
    step("agree", { gate: { people: 2 } }),
    step("let-it-rest", { wait: "1m" }),
    step("publish", { due: "5m" }),
  ],
});

export const worldPlaybooks: Playbook[] = [storyPlaybook, hunt, afterwards];
