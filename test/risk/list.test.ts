import { describe, expect, it } from "vitest";
import { riskCard, riskListCard } from "../../src/chat/cards/risk-card.ts";
import type { View } from "../../src/chat/view.ts";
import { riskLevels, riskStatuses } from "../../src/core/plan-response.ts";
import { renderForm as discordForm } from "../../src/platforms/discord/form.ts";
import { renderMessages as onDiscord } from "../../src/platforms/discord/render.ts";
import { renderForm as slackForm } from "../../src/platforms/slack/form.ts";
import { createOptionShelf } from "../../src/platforms/slack/options.ts";
import { renderMessages as onSlack } from "../../src/platforms/slack/render.ts";
import { word } from "../fuzz/nasty.ts";
import { type Random, seeded } from "../sim/random.ts";
import { formOf } from "../story.ts";
import { openRiskStory, riskPlan } from "./world.ts";

const around = { teamUrl: "https://example.slack.com/" };
const messages = (view: View) => [onSlack(view, around).length, onDiscord(view, new Map()).length];

async function withMany(count: number, text: (index: number) => string) {
  const story = openRiskStory();
  for (let index = 0; index < count; index += 1) {
    await story.press("U0NOOR", "risk add", {
      likelihood: riskLevels[index % 3] ?? "low",
      impact: riskLevels[Math.floor(index / 3) % 3] ?? "low",
      title: text(index),
      status: riskStatuses[index % 5] ?? "open",
      ...(index % 2 === 0 && { owner: "noor" }),
    });
  }
  return story;
}

const listed = async (story: Awaited<ReturnType<typeof withMany>>, line: string) => {
  const { answer } = await story.type("U0NOOR", line);
  if (answer?.view === undefined) throw new Error(`No answer to ${line}.`);
  return answer.view;
};
const ids = (view: View) =>
  view.body
    .flatMap((block) => (block.kind === "text" && typeof block.text !== "string" ? block.text : []))
    .flatMap((span) => (typeof span === "object" && "bold" in span ? [span.bold] : []));

describe("A list of risks", () => {
  it("has what weighs most first, says how many more there are, and turns its pages", async () => {
    const story = await withMany(20, (index) => `Risk ${index}`);
    const first = await listed(story, "risk list");
    expect(first.title).toBe("8 open risks");
    expect(first.body[0]).toMatchInlineSnapshot(`
      {
        "code": "likelihood     low  medium    high
      high             1       ·       2
      medium           ·       1       2
      low              ·       2       ·",
        "kind": "code",
        "label": "Open ones: likelihood down, impact across",
      }
    `);
    expect(ids(first)).toMatchInlineSnapshot(`
      [
        "RISK-0001",
        "RISK-0010",
        "RISK-0011",
        "RISK-0020",
        "RISK-0005",
        "RISK-0016",
        "RISK-0006",
        "RISK-0015",
      ]
    `);
    expect(JSON.stringify(first.body.at(-1))).toContain("1 to 8 of 20. 12 more after these.");
    const turned = first.buttons.find(({ label }) => label === "Next");
    expect(turned).toMatchObject({ command: "risk list", input: { page: "2" } });
    const last = await listed(story, "risk list --page 99");
    expect(JSON.stringify(last.body.at(-1))).toContain("17 to 20 of 20. No more after these.");
    expect(last.buttons.map(({ label }) => label)).toEqual(["Add a risk…", "Update…", "Export", "Back"]);
  });

  it("shows those of one status, and one's own", async () => {
    const story = await withMany(20, (index) => `Risk ${index}`);
    expect((await listed(story, "risk list accepted")).title).toBe("4 accepted risks");
    const mine = await listed(story, "risk list mine");
    expect(mine.title).toBe("4 open risks of yours");
    expect(mine.buttons.at(-1)).toMatchObject({ input: { whose: "mine", page: "2" } });
    const { answer } = await story.type("U0SOFIA", "risk list mine");
    expect(answer?.view?.title).toBe("No open risk of yours");
  });

  it("shows one risk in full", async () => {
    const story = await withMany(3, (index) => `Risk ${index}`);
    const view = await listed(story, "risk list RISK-0002");
    expect(view.title).toBe("RISK-0002 Risk 1");
    expect(view.buttons[0]).toMatchObject({ command: "risk update", input: { risk: "RISK-0002" } });
  });

  it("of a thousand is there at once, and its forms fit both chats", async () => {
    const story = await withMany(1_000, (index) => `A title that is about as long as people write them, no ${index}`);
    const began = performance.now();
    const view = await listed(story, "risk list");
    const form = formOf((await story.press("U0NOOR", "risk update")).opened);
    const suggested = await story.door.suggest({
      user: "slack:U0NOOR",
      command: "risk update",
      field: "risk",
      typed: "no 777",
    });
    const ms = performance.now() - began;
    expect(ms).toBeLessThan(250);
    expect(messages(view)).toEqual([1, 1]);
    expect(suggested.map(({ value }) => value)).toEqual(["RISK-0778"]);
    const shelf = createOptionShelf();
    const modal = slackForm(form, { around, shelf });
    expect(JSON.stringify(modal)).toContain("external_select");
    expect(discordForm(form).components).toHaveLength(5);
  });

  it("of nasty words is within every limit, and nothing in it formats", async () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    const random = seeded(seed);
    const plan = riskPlan();
    for (let round = 0; round < 60; round += 1) {
      const risks = Array.from({ length: random.between(1, 40) }, (_, index) => nastyRisk(random, index + 1));
      const page = random.between(1, 6);
      const one = risks[0];
      const views = [riskListCard(risks, plan, { page }), ...(one ? [riskCard(one, plan)] : [])];
      for (const view of views) {
        const [slack = [], discord = []] = [onSlack(view, around), onDiscord(view, new Map())];
        expect(slack.length, `SEED=${seed}`).toBeGreaterThan(0);
        expect(discord.length, `SEED=${seed}`).toBeGreaterThan(0);
        expect(JSON.stringify(slack).includes('"type":"broadcast"'), `SEED=${seed}`).toBe(false);
      }
    }
  });
});

function nastyRisk(random: Random, number: number) {
  const text = (max: number) => word(random).slice(0, max) || "x";
  return {
    id: `RISK-${String(number).padStart(4, "0")}`,
    title: text(200),
    likelihood: random.pick([...riskLevels]),
    impact: random.pick([...riskLevels]),
    status: random.pick([...riskStatuses]),
    owner: random.pick(["noor", "gone", "__proto__", "constructor"]),
    mitigation: text(2000),
    incidents: Array.from({ length: random.between(0, 30) }, (_, index) => `INC-${1000 + index}`),
    addedAt: "2026-11-21T03:00:00.000Z",
    addedBy: "allstop" as const,
    changedAt: "2026-11-21T03:00:00.000Z",
    changedBy: random.pick(["allstop", "slack:U0NOOR", "discord:1234567890123456789"] as const),
    changedByName: text(80),
    note: { text: text(2000), by: "slack:U0NOOR" as const, byName: text(80), at: "2026-11-21T03:00:00.000Z" },
  };
}
