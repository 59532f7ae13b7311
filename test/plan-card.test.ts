import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { largePlan } from "../bench/large-plan.ts";
import { onCallCard } from "../src/chat/cards/oncall-card.ts";
import { planCard, planPartCard, planParts } from "../src/chat/cards/plan-card.ts";
import { encodeInvoke } from "../src/chat/invoke.ts";
import { plainText, type View } from "../src/chat/view.ts";
import { type LoadedPlan, ResponsePlan } from "../src/core/plan.ts";
import { loadPlan } from "../src/plan.ts";
import { renderMessage as renderDiscord, renderMessages as renderDiscordAll } from "../src/platforms/discord/render.ts";
import { renderMessage as renderSlack, renderMessages as renderSlackAll } from "../src/platforms/slack/render.ts";
import { EXAMPLE, planFolder } from "./plan-files.ts";
import { openStory, storyPlan, wordsOf } from "./story.ts";

const { write } = planFolder();
const NOW = new Date("2026-11-21T12:00:00Z");
const around = { teamUrl: "https://example.slack.com/" };

/** A view's words, line by line, as a person reads them. */
function read(view: View): string[] {
  const lines = view.body.flatMap((block) => {
    if (block.kind === "fields") return block.fields.map(({ label, value }) => `${label}: ${plainText(value)}`);
    if (block.kind === "text") return [plainText(block.text)];
    return block.kind === "quote" ? [block.text] : [];
  });
  return [view.title, ...lines, ...view.buttons.map(({ label }) => `[${label}]`)];
}

describe("the plan in chat", () => {
  const plan = loadPlan(EXAMPLE);

  it("begins with who is on call, what a severity sets going, and the hash", () => {
    const card = planCard(plan, NOW);
    const words = read(card);
    expect(words).toContain("Response plan of Example Protocol");
    expect(words).toContain(
      "Level 1: First responder: Primary on call: @slack:U0BO000002 until 2026-11-23 08:00:00 UTC, then @slack:U0ANA00001",
    );
    expect(words).toContain("Reviewed: 2026-11-16, 5 days ago");
    expect(words).toContain(
      "SEV1 · CRITICAL: calls levels 1 to 3, 3 min each, offers to pause everything, wants an update every 30 min",
    );
    expect(words.slice(-6)).toEqual([
      "[On call]",
      "[Severities]",
      "[Interventions]",
      "[Dependencies]",
      "[Signals]",
      "[Messages]",
    ]);
    expect(card.details).toEqual([{ kind: "code", label: "sha256 of the plan", code: plan.hash }]);
  });

  it("shows of an intervention what decides at 3 a.m.: when, how far, who, and what still works", () => {
    expect(read(planPartCard(plan, { part: "interventions", name: "pause-vault", now: NOW }))).toEqual([
      "Response plan: pause-vault",
      "Pause Vault-USDC pause-vault",
      "Pauses: Vault-USDC (contract), by ops-pause",
      "When: Shares are redeemed for more than was deposited, or deposits arrive from a known attacker.",
      "Limits: 3 days at most; from SEV2 · HIGH on; legal looks at it afterwards",
      "May propose it: incident commander, deputy, subject-matter expert",
      "May extend it: decision maker",
      "May end it: decision maker, incident commander",
      "Still works: withdraw() and redeem() of existing deposits",
      "Needs: 2 acknowledgements and the signatures, then a press",
      "[Interventions]",
      "[Back to the plan]",
    ]);
  });

  it("says of a signal what it calls for, and of a severity that the plan leaves out that it calls for nothing", () => {
    const signals = read(planPartCard(plan, { part: "signals", now: NOW }));
    expect(signals).toContain("Severity: SEV1 · CRITICAL");
    expect(signals).toContain("To do: ask a person whether it is one");
    expect(read(planPartCard(plan, { part: "severities", now: NOW }))).toContain(
      "Calls for: nothing: the plan does not speak of it",
    );
  });
});

describe("/incident plan and /oncall list", () => {
  it("are for responders, by words or by buttons", async () => {
    const story = openStory({ plan: loadPlan(EXAMPLE) });
    const { answer } = await story.type("U0ANA00001", "incident plan");
    expect(answer?.view?.title).toBe("Response plan of Example Protocol");
    for (const button of answer?.view?.buttons ?? []) {
      if (!("command" in button)) continue;
      const pressed = await story.press("U0ANA00001", button.command, button.input);
      expect(pressed.answer?.view?.title).toMatch(/^Response plan: /);
    }
    expect(wordsOf((await story.type("U0ANA00001", "incident plan pause-market")).answer)).toContain("Market-ETH");
    expect(wordsOf((await story.type("U0ANA00001", "incident plan messages first-statement")).answer)).toContain(
      "seed phrases",
    );
    expect(wordsOf((await story.type("U0ANA00001", "incident plan exchange")).answer)).toContain("case number");
    expect(wordsOf((await story.type("U0ANA00001", "oncall list")).answer)).toContain("No gap in the next 28 days.");
    const stranger = await story.type("U0STRANGER", "incident plan");
    expect(wordsOf(stranger.answer)).not.toContain("sha256");
    story.store.close();
  });

  it("name what there is where a name is not known, and take the last page for one beyond it", async () => {
    const story = openStory();
    expect(wordsOf((await story.type("U0NOOR", "incident plan interventions pause-valt")).answer)).toContain(
      "There are: pause-vault.",
    );
    const { answer } = await story.press("U0NOOR", "incident plan", { part: "interventions", page: "99" });
    expect(wordsOf(answer)).toContain("Pause Vault-USDC");
    for (const part of planParts) {
      const empty = await story.press("U0NOOR", "incident plan", { part });
      expect(empty.answer?.view?.body.length).toBeGreaterThan(0);
    }
    story.store.close();
  });
});

describe("gaps on the card", () => {
  const { hash, ...base } = storyPlan();
  const withRotation = (rotation: object): LoadedPlan => ({
    ...ResponsePlan.parse({
      ...base,
      rotations: {
        primary: { every: "weekly", timeZone: "UTC", from: "2026-11-02", people: ["noor", "sofia"], ...rotation },
      },
      onCall: ["primary"],
    }),
    hash,
  });

  it("that are open now are the title", () => {
    const card = onCallCard(withRotation({ from: "2026-12-07" }), NOW);
    expect(card.tone).toBe("danger");
    expect(read(card).slice(0, 2)).toEqual([
      "On call: a level has nobody now",
      "In every incident: primary: nobody until 2026-12-07 09:00:00 UTC, then @slack:U0NOOR",
    ]);
    expect(read(card)).toContain("Nobody has on-call duty: now to Mon 7 Dec 09:00 (UTC)");
    expect(read(card)).toContain("The plan has no levels of escalation: nobody is paged.");
  });

  it("that come are named with the rotation's own times, and with who is back", () => {
    const overrides = [{ from: "2026-11-22T00:00", until: "2026-11-22T12:00" }];
    const card = onCallCard(withRotation({ overrides }), NOW);
    expect(card.tone).toBe("warning");
    expect(read(card)).toContain(
      "In every incident: primary: @slack:U0NOOR until 2026-11-22 00:00:00 UTC, then nobody until 2026-11-22 12:00:00 UTC",
    );
    expect(read(card)).toContain("Nobody has on-call duty: Sun 22 Nov 00:00 to Sun 22 Nov 12:00 (UTC)");
  });
});

describe("a plan of 500 people and 200 interventions", () => {
  const path = () => write(largePlan());

  it("fits into the reader's limit with room to spare", () => {
    expect(readFileSync(path()).length).toBeLessThan(0.75 * 1024 * 1024);
  });

  it("is shown in single messages on both platforms, and no entry is out of reach", () => {
    const plan = loadPlan(path());
    const views = [planCard(plan, NOW), onCallCard(plan, NOW)];
    for (const part of planParts) {
      const seen: string[] = [];
      let view = planPartCard(plan, { part, now: NOW });
      for (let page = 1; page < 400; page += 1) {
        views.push(view);
        seen.push(...read(view));
        const more = view.buttons.find((button) => "command" in button && button.label.startsWith("More"));
        if (more === undefined || !("command" in more)) break;
        expect(encodeInvoke(more).length).toBeLessThanOrEqual(100);
        view = planPartCard(plan, { part, page: Number(more.input.page), now: NOW });
      }
      if (part === "interventions") {
        for (let index = 0; index < 200; index += 1)
          expect(seen).toContain(`Pause Vault number ${index} pause-${index}`);
      }
    }
    for (const view of views) {
      expect(() => renderSlack(view, around)).not.toThrow();
      expect(JSON.stringify(renderDiscord(view, new Map()))).not.toContain("The rest has no room");
    }
    expect(views[0] && read(views[0])).toContain(
      "500 people, 200 interventions, 20 groups of them, 50 dependencies, 50 signals, 30 prepared messages.",
    );
  });

  it("says how many are not shown", () => {
    const { buttons, title } = planPartCard(loadPlan(path()), { part: "interventions", now: NOW });
    expect(title).toMatch(/^Response plan: interventions \(1 of \d+\)$/);
    expect(buttons[0]?.label).toMatch(/^More: 2\d\d not shown$/);
  });
});

it("is shown whatever people wrote into it, at any length that a plan takes", () => {
  const plan = loadPlan(EXAMPLE);
  const long = "*_~`<!channel> @everyone [a](http://b) ".repeat(20).slice(0, 300);
  const [vault] = Object.values(plan.interventions);
  const [oracle] = Object.values(plan.dependencies);
  const [message] = Object.values(plan.messages);
  if (!vault || !oracle || !message) throw new Error("The example lacks them.");
  const nasty: LoadedPlan = {
    ...plan,
    organisation: long,
    interventions: {
      vault: { ...vault, title: long, targetLabel: long, trigger: long, stillWorks: Array(40).fill(long) },
    },
    dependencies: {
      oracle: {
        ...oracle,
        name: long,
        uses: long,
        contacts: Array(20).fill({ name: long, via: long, hours: long, note: long }),
        degraded: Array(10).fill(long),
      },
    },
    messages: { first: { ...message, title: long, text: long.repeat(10) } },
  };
  const views = [planCard(nasty, NOW), ...planParts.map((part) => planPartCard(nasty, { part, now: NOW }))];
  for (const [part, name] of [
    ["interventions", "vault"],
    ["dependencies", "oracle"],
    ["messages", "first"],
  ] as const) {
    views.push(planPartCard(nasty, { part, name, now: NOW }));
  }
  for (const view of views) {
    expect(renderSlackAll(view, around).length).toBeGreaterThan(0);
    expect(renderDiscordAll(view, new Map()).length).toBeGreaterThan(0);
  }
});
