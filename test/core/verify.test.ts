import { describe, expect, it } from "vitest";
import { exportIncident, type TimelineFile } from "../../src/core/export.ts";
import { verifyTimeline } from "../../src/core/verify.ts";
import { openStory } from "../story.ts";

async function exported(): Promise<{ file: TimelineFile; markdown: string }> {
  const story = openStory();
  await story.type("U0NOOR", "incident declare critical Vault is <!channel> *draining* [x](http://evil)");
  await story.type("U0NOOR", "playbook start active-exploit");
  await story.type("U0NOOR", "playbook complete");
  await story.type("U0NOOR", "pause propose pause-vault");
  for (const index of [0, 1, 2]) await story.type("U0NOOR", `pause confirm P-0001 ${await story.signature(index)}`);
  await story.type("U0NOOR", "incident note check the bridge --action");
  const files = await exportIncident(story.app, "INC-0001", async (user) => user);
  return { file: JSON.parse(files.json.content), markdown: files.markdown.content };
}
const check = (file: TimelineFile) => verifyTimeline(JSON.stringify(file));

describe("an exported timeline", () => {
  it("verifies, with every signature", async () => {
    const { file } = await exported();
    expect(await check(file)).toMatchObject({ ok: true, events: file.events.length, signatures: 3 });
  });

  it("names the event that was changed", async () => {
    const { file } = await exported();
    const event = file.events[0]!.event;
    if (event.kind === "incident.declared") event.title = "Nothing happened";
    expect(await check(file)).toMatchObject({ ok: false, seq: 1, kind: "incident.declared" });
  });

  it("names the event that was removed, and where two were swapped", async () => {
    const { file } = await exported();
    const removed = structuredClone(file);
    removed.events.splice(3, 1);
    expect(await check(removed)).toMatchObject({
      ok: false,
      seq: 4,
      why: expect.stringContaining("Event 4 is missing"),
    });
    const swapped = structuredClone(file);
    [swapped.events[2], swapped.events[3]] = [swapped.events[3]!, swapped.events[2]!];
    expect(await check(swapped)).toMatchObject({ ok: false, seq: 3 });
    const cut = structuredClone(file);
    cut.events.pop();
    expect(await check(cut)).toMatchObject({ ok: false, seq: file.events.length });
  });

  it("answers what is no timeline at all", async () => {
    expect(await verifyTimeline("nonsense")).toMatchObject({ ok: false, why: expect.stringContaining("not JSON") });
    expect(await verifyTimeline("{}")).toMatchObject({ ok: false, why: expect.stringContaining("not a timeline") });
  });

  it("prints what people wrote as they wrote it, formatting nothing", async () => {
    const { markdown } = await exported();
    expect(markdown).toContain("\\<\\!channel\\> \\*draining\\* \\[x\\](http\\://evil)");
    expect(markdown).toContain("- [ ] check the bridge");
    expect(markdown).toContain("### P-0001: Pause Vault-USDC (collecting)");
  });
});
