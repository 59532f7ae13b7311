import { describe, expect, it } from "vitest";
import { incidentCard } from "../../src/chat/cards/incident-card.ts";
import type { View } from "../../src/chat/view.ts";
import { timersOf } from "../../src/core/timers.ts";
import { formOf, wordsOf } from "../story.ts";
import { openRiskStory, riskPlan } from "./world.ts";

type Story = ReturnType<typeof openRiskStory>;

async function declared({ closing, drill = false }: { closing?: string; drill?: boolean } = {}): Promise<Story> {
  const story = openRiskStory({ plan: riskPlan({ closing }) });
  await story.type("U0NOOR", `incident declare high The oracle is off${drill ? " --drill" : ""}`);
  return story;
}

async function resolved(options: Parameters<typeof declared>[0] = {}): Promise<Story> {
  const story = await declared(options);
  await story.type("U0NOOR", "incident resolve Another feed is used.");
  return story;
}

const cardOf = async (story: Story): Promise<View> => incidentCard(story.app, await story.incident());
const buttonsOf = ({ buttons }: View) =>
  buttons.map(({ label, style }) => (style === undefined ? label : `${label} [${style}]`));
const closeIt = (story: Story, reason?: string) =>
  story.press("U0NOOR", "incident close", { incident: "INC-0001", ...(reason && { reason }) });

async function walkChecklist(story: Story): Promise<void> {
  await story.press("U0NOOR", "playbook start", { incident: "INC-0001", playbook: "post-incident" });
  for (const step of ["numbers", "people"]) {
    await story.press("U0NOOR", "playbook complete", { incident: "INC-0001", run: "R-0001", step });
  }
}

describe("Closing an incident", () => {
  it("that was reopened wants its checklist anew: the old one knows nothing of what came then", async () => {
    const story = await resolved({ closing: "post-incident" });
    await walkChecklist(story);
    await closeIt(story, "It taught us nothing new.");
    expect((await story.incident()).status).toBe("closed");
    await story.type("U0NOOR", "incident reopen INC-0001 It is back");
    await story.type("U0NOOR", "incident resolve INC-0001 Now it is fixed.");
    const again = (await closeIt(story, "It taught us nothing new.")).answer;
    expect(again?.failed).toBe(true);
    expect(wordsOf(again) + buttonsOf(again?.view as View)).toContain("Start the post-incident checklist");
    await story.press("U0NOOR", "playbook start", { incident: "INC-0001", playbook: "post-incident" });
    for (const step of ["numbers", "people"]) {
      await story.press("U0NOOR", "playbook complete", { incident: "INC-0001", run: "R-0002", step });
    }
    await closeIt(story, "It taught us nothing new.");
    expect((await story.incident()).status).toBe("closed");
  });

  it("names all that is left at once, with the presses that do it, and then lets it be closed", async () => {
    const story = await declared({ closing: "post-incident" });
    const first = (await closeIt(story)).answer;
    expect(first?.failed).toBe(true);
    expect(wordsOf(first)).toContain("INC-0001 can't be closed yet");
    expect(buttonsOf(first?.view as View)).toEqual([
      "Resolve… [primary]",
      "Start the post-incident checklist",
      "Add a risk…",
      "Link a known risk…",
    ]);

    await story.type("U0NOOR", "incident resolve Another feed is used.");
    expect(buttonsOf(await cardOf(story)).slice(0, 4)).toEqual([
      "Start the post-incident checklist [primary]",
      "Add a risk…",
      "Link a known risk…",
      "Close…",
    ]);
    await story.press("U0NOOR", "playbook start", { incident: "INC-0001", playbook: "post-incident" });
    await story.press("U0NOOR", "playbook complete", { incident: "INC-0001", run: "R-0001", step: "numbers" });
    const second = wordsOf((await closeIt(story)).answer);
    expect(second).toContain('"R-0001",", 1 of 2 steps"');
    expect(second).toContain("Send home who was up all night");
    expect(second).not.toContain("Write down the loss");

    await story.press("U0NOOR", "playbook skip", {
      incident: "INC-0001",
      run: "R-0001",
      step: "people",
      reason: "Nobody was.",
    });
    await story.press("U0NOOR", "risk add", {
      incident: "INC-0001",
      likelihood: "high",
      impact: "high",
      title: "Stale prices",
    });
    expect(buttonsOf(await cardOf(story)).slice(0, 3)).toEqual([
      "Add a risk…",
      "Link a known risk…",
      "Close the incident [primary]",
    ]);
    expect((await closeIt(story)).answer).toEqual({});
    expect((await story.incident()).status).toBe("closed");
    expect(wordsOf({ view: await cardOf(story) })).toContain("It taught or touched RISK-0001.");
    expect(story.owedNow("chat/slack").map(({ kind }) => kind)).toContain("deliver_export");
  });

  it("asks which risks it taught, and takes none for an answer only with the reason why", async () => {
    const story = await resolved();
    const form = formOf((await closeIt(story)).opened);
    expect(JSON.stringify(form.intro)).toContain("No risk is linked to INC-0001 so far.");
    expect(form.fields).toEqual([expect.objectContaining({ name: "reason", required: true })]);
    expect(form.carried).toEqual({ incident: "INC-0001" });
    const empty = await story.submit("U0NOOR", "incident close", { incident: "INC-0001" });
    expect(empty.opened).toEqual({ kind: "mistakes", mistakes: { reason: "This is needed." } });
    await story.submit("U0NOOR", "incident close", { incident: "INC-0001", reason: "A false alarm." });
    expect((await story.incident()).closed).toMatchObject({ noNewRisk: "A false alarm." });
    expect(wordsOf({ view: await cardOf(story) })).toContain("No new risk: A false alarm.");
  });

  it("can be typed in one line", async () => {
    const story = await resolved();
    await story.type("U0NOOR", "incident close INC-0001 A false alarm: the feed was being upgraded");
    expect((await story.incident()).closed?.noNewRisk).toBe("A false alarm: the feed was being upgraded");
  });

  it("asks after a drill as well, but makes nobody invent a reason", async () => {
    const story = await resolved({ drill: true });
    const form = formOf((await closeIt(story)).opened);
    expect(form.fields).toEqual([expect.objectContaining({ name: "reason", required: false })]);
    await story.submit("U0NOOR", "incident close", { incident: "INC-0001" });
    expect((await story.incident()).closed).toEqual({ at: expect.any(String), noNewRisk: undefined });
  });

  it("opens no form that would be refused for something else anyhow", async () => {
    const story = await resolved({ closing: "post-incident" });
    expect((await closeIt(story)).opened.kind).toBe("run");
    const { answer } = await closeIt(story, "A false alarm.");
    expect(wordsOf(answer)).toContain("not begun");
    expect(wordsOf(answer)).not.toContain("Which risks");
    expect((await story.incident()).status).toBe("resolved");
  });

  it("twice is no news, and a redelivered press is the same press", async () => {
    const story = await resolved();
    for (const id of ["slack:1", "slack:1", "slack:2"]) {
      await story.press("U0NOOR", "incident close", { incident: "INC-0001", reason: "None." }, { id });
    }
    expect(wordsOf((await closeIt(story)).answer)).toContain("INC-0001 is closed already");
    expect((await story.kinds()).filter((kind) => kind === "incident.closed")).toHaveLength(1);
  });

  it("is for responders, and knows no incident that there is not", async () => {
    const story = await resolved();
    const stranger = await story.press("U0STRANGER", "incident close", { incident: "INC-0001", reason: "Mine." });
    expect(wordsOf(stranger.answer)).toContain("not in Example's response plan");
    const unknown = await story.press("U0NOOR", "incident close", { incident: "INC-0404" });
    expect(wordsOf(unknown.answer)).toContain("There is no incident INC-0404");
    expect((await story.incident()).status).toBe("resolved");
  });

  it("holds against whoever comes in between: the decision looks again", async () => {
    const story = await resolved();
    const opened = await story.press("U0NOOR", "incident close", { incident: "INC-0001" });
    expect(opened.opened.kind).toBe("form");
    await story.type("U0SOFIA", "incident reopen INC-0001 It is back");
    const late = await story.submit("U0NOOR", "incident close", { incident: "INC-0001", reason: "A false alarm." });
    expect(wordsOf(late.answer)).toContain("Resolve it");
    expect((await story.incident()).status).toBe("active");
  });
});

describe("After it is resolved", () => {
  it("the checklist is walked to its end; after it is closed nothing is walked any more", async () => {
    const story = await resolved({ closing: "post-incident" });
    await walkChecklist(story);
    await closeIt(story, "A false alarm.");
    expect((await story.incident()).status).toBe("closed");
    const { answer } = await story.press("U0NOOR", "playbook start", {
      incident: "INC-0001",
      playbook: "active-exploit",
    });
    expect(wordsOf(answer)).toContain("INC-0001 is closed.");
    expect((await story.incident()).runs).toHaveLength(1);
    expect(timersOf(await story.incident(), story.app.plan())).toEqual([]);
  });

  it("a closed incident can be reopened, and is asked anew when it is closed again", async () => {
    const story = await resolved();
    await closeIt(story, "A false alarm.");
    await story.type("U0NOOR", "incident reopen INC-0001 It was none");
    await story.type("U0NOOR", "incident resolve INC-0001 Really mended.");
    expect((await closeIt(story)).opened.kind).toBe("form");
    expect((await story.incident()).closed).toBeUndefined();
  });
});
