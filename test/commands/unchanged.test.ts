import { expect, it } from "vitest";
import { openStory, wordsOf } from "../story.ts";

it.each([
  ["incident severity critical", "It is CRITICAL already."],
  ["incident reopen INC-0001 it is back", "INC-0001 is open: there is nothing to reopen."],
  ["incident assign incident-commander @U0SOFIA", "Sofia is incident commander already."],
  ["incident handoff incident-commander @U0SOFIA", "Sofia is incident commander already, or is being asked."],
])("/%s, where it is so already, is answered", async (line, words) => {
  const story = openStory();
  await story.type("U0NOOR", "incident declare critical Vault is draining");
  const before = (await story.kinds()).length;
  const { answer } = await story.type("U0NOOR", line, { id: "once" });
  expect(wordsOf(answer)).toContain(words);
  expect(await story.kinds()).toHaveLength(before);
});

it("a second press stays silent, and so does a line that the platform delivers twice", async () => {
  const story = openStory();
  await story.type("U0NOOR", "incident declare critical Vault is draining");
  const role = { incident: "INC-0001", role: "scribe" };
  await story.press("U0NOOR", "incident claim", role);
  expect((await story.press("U0NOOR", "incident claim", role)).answer).toEqual({});
  await story.type("U0NOOR", "incident severity high", { id: "twice" });
  expect((await story.type("U0NOOR", "incident severity high", { id: "twice" })).answer).toEqual({});
});

it("whatever has no words of its own is answered all the same", async () => {
  const story = openStory();
  await story.type("U0NOOR", "incident declare critical Vault is draining");
  await story.type("U0NOOR", "playbook start active-exploit");
  await story.type("U0NOOR", "playbook take");
  expect(wordsOf((await story.type("U0NOOR", "playbook take")).answer)).toContain("Nothing was changed");
});
