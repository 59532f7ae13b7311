import { openRiskStory } from "./world.ts";

/** A bot that is killed when the register has its fact, and the incident's timeline does not have its own yet. */
const story = openRiskStory({ databaseUrl: process.argv[2] ?? "" });
const { record } = story.journal;
story.journal.record = async (stream, cause, decide) => {
  if (stream.startsWith("incident/")) process.kill(process.pid, "SIGKILL");
  return record(stream, cause, decide);
};
const input = { likelihood: "high", impact: "high", title: "Stale prices", incident: "INC-0001" };
await story.press("U0NOOR", "risk add", input, { id: "slack:dying" });
