import { afterEach, expect, it } from "vitest";
import { openStory, wordsOf } from "../story.ts";

let story: ReturnType<typeof openStory>;
afterEach(() => story.store.close());

it.each([
  ["playbook complete", "No playbook is running in INC-0001.", "/playbook start"],
  ["playbook take", "No playbook is running in INC-0001.", "/playbook start"],
  ["pause execute", "No pause is proposed.", "/pause propose"],
  ["risk update", "The register of risks is empty.", "/risk add"],
])("/%s where there is none: nobody is asked for an id of what is not there", async (line, what, todo) => {
  story = openStory();
  await story.type("U0NOOR", "incident declare critical Vault is draining");
  const { opened, answer } = await story.type("U0NOOR", line);
  expect(opened.kind).toBe("run");
  expect(answer?.failed).toBe(true);
  expect(wordsOf(answer)).toContain(what);
  expect(wordsOf(answer)).toContain(todo);
});

it("/incident note before anything was declared says what to do", async () => {
  story = openStory();
  const { answer } = await story.type("U0NOOR", "incident note It began at block 100");
  expect(wordsOf(answer)).toContain("There is no incident yet.");
});
