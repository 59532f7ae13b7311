/** Every command, pressed by a stranger, pressed twice, and pressed when it is too late. */
import { describe, expect, it } from "vitest";
import { commands } from "../../commands/index.ts";
import { add } from "../../commands/risk/add.ts";
import { incidentCard } from "../../src/chat/cards/incident-card.ts";
import { commandFields } from "../../src/chat/command.ts";
import type { View } from "../../src/chat/view.ts";
import { messageOf } from "../../src/core/errors.ts";
import { ResponsePlan } from "../../src/core/plan.ts";
import { renderMessages as onDiscord } from "../../src/platforms/discord/render.ts";
import { renderMessages as onSlack } from "../../src/platforms/slack/render.ts";
import { word } from "../fuzz/nasty.ts";
import { seeded } from "../sim/random.ts";
import { openRiskStory, riskPlan } from "./world.ts";

function plan() {
  const { hash, ...rest } = riskPlan({ closing: "post-incident" });
  const person = (name: string) => ({ name, slack: `U0${name.toUpperCase()}` });
  return {
    hash,
    ...ResponsePlan.parse({
      ...rest,
      people: { noor: person("Noor"), sofia: person("Sofia"), tom: person("Tom") },
      escalation: [{ who: ["noor"] }, { who: ["sofia"] }],
      severities: { high: { page: { upTo: 2 }, updateEvery: "30m", roles: ["scribe"] } },
      dependencies: { feed: { name: "Feed", contacts: [{ name: "Desk", via: "desk@feed.example" }] } },
    }),
  };
}

const incident = "INC-0001";
const step = { run: "R-0001", step: "confirm-it" };
/** What each is pressed with, beside the incident. Commands that are not here are pressed with nothing else. */
const inputs: Record<string, Record<string, string>> = {
  "incident declare": { severity: "low", title: "Another one" },
  "incident status": { status: "mitigated" },
  "incident severity": { severity: "critical" },
  "incident assign": { role: "scribe", user: "slack:U0TOM" },
  "incident claim": { role: "legal" },
  "incident handoff": { role: "incident commander", user: "slack:U0SOFIA" },
  "incident accept": { role: "deputy" },
  "incident decline": { role: "deputy" },
  "incident note": { text: "A note" },
  "incident update": { text: "It stands" },
  "incident notify": { contact: "feed/1", text: "Your feed is off." },
  "incident resolve": { summary: "Mended" },
  "incident close": { reason: "None" },
  "incident reopen": { reason: "It is back" },
  "oncall page": { reason: "Help" },
  "oncall answer": { page: "1" },
  "reminder snooze": { of: "update", for: "30m" },
  "reminder take": { of: "update" },
  "pause propose": { intervention: "pause-vault" },
  "playbook start": { playbook: "post-incident" },
  "playbook complete": step,
  "playbook take": step,
  "playbook look": step,
  "playbook agree": step,
  "playbook skip": { ...step, reason: "Not now" },
  "playbook reopen": { ...step, reason: "Too early" },
  "playbook answer": { ...step, answer: "1" },
  "playbook note": { ...step, text: "A note" },
  "playbook assign": { ...step, user: "slack:U0TOM" },
  "playbook evidence": { ...step, evidence: "https://example.org" },
  "risk add": { likelihood: "high", impact: "high", title: "Stale prices" },
  "risk update": { risk: "RISK-0001", note: "Again" },
  "message capture": { message: "slack:T1/C1/1700000000.000100", at: "2026-11-21T03:00:00.000Z", text: "Look" },
};

/** Incident in which somebody leads, somebody is asked to help, a playbook is walked and a risk is known. */
async function opened(until: "active" | "resolved" | "closed") {
  const story = openRiskStory({ plan: plan() });
  const press = (user: string, command: string, input: object) => story.press(user, command, { incident, ...input });
  await story.type("U0NOOR", "incident declare high The oracle is off");
  await press("U0TOM", "incident claim", { role: "incident commander" });
  await press("U0TOM", "incident handoff", { role: "deputy", user: "slack:U0SOFIA" });
  await press("U0TOM", "playbook start", { playbook: "active-exploit" });
  await story.type("U0NOOR", "risk add low low Known");
  if (until !== "active") await press("U0TOM", "incident resolve", { summary: "Mended" });
  if (until === "closed") {
    await story.journal.record("incident/INC-0001", { by: "slack:U0TOM" }, () => ({
      events: [{ kind: "incident.closed", noNewRisk: "None" }],
      effects: [],
    }));
  }
  const all = async () => [
    ...(await story.journal.events("incident/INC-0001")),
    ...((await story.journal.state("incident/INC-0002")) ? await story.journal.events("incident/INC-0002") : []),
    ...(await story.register()),
  ];
  return { story, all };
}

const allOf = commands.map(({ name }) => name);

describe("A stranger", () => {
  it.each(allOf)("changes nothing by %s, but for raising the alarm", async (command) => {
    const { story, all } = await opened("active");
    const before = (await all()).length;
    await story.press("U0STRANGER", command, { incident, ...inputs[command] });
    const news = (await all()).slice(before).map(({ event }) => event.kind);
    if (command !== "incident declare") expect(news).toEqual([]);
    expect(story.logged).toEqual([]);
  });
});

describe.each(["active", "resolved", "closed"] as const)(
  "An act that comes twice, in an incident that is %s",
  (state) => {
    it.each(allOf)("is one act: %s", async (command) => {
      const { story, all } = await opened(state);
      await story.press("U0TOM", command, { incident, ...inputs[command] }, { id: "slack:one" });
      const once = (await all()).length;
      await story.press("U0TOM", command, { incident, ...inputs[command] }, { id: "slack:one" });
      expect((await all()).length).toBe(once);
      expect(story.logged).toEqual([]);
    });
  },
);

describe("A closed incident", () => {
  /** What may still be said of it. All else wants it reopened first. */
  const still = new Set<string>([
    "note.added",
    "message.captured",
    "contact.notified",
    "risk.linked",
    "incident.reopened",
  ]);

  it.each(allOf)("is over for %s", async (command) => {
    const { story } = await opened("closed");
    const before = (await story.kinds()).length;
    await story.press("U0TOM", command, { incident, ...inputs[command] });
    const news = (await story.kinds()).slice(before);
    expect(news.filter((kind) => !still.has(kind))).toEqual([]);
  });
});

describe("Nonsense in every field", () => {
  it.each(allOf)("is answered by %s, and never a surprise", async (command) => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    const random = seeded(seed);
    const { story } = await opened(random.pick(["active", "resolved", "closed"]));
    const fields = commandFields(commands.find(({ name }) => name === command) ?? add);
    for (let round = 0; round < 40; round += 1) {
      const known: Record<string, string> = { incident, ...inputs[command] };
      const input = Object.fromEntries(
        fields.flatMap(({ name, options = [] }) => {
          const good = known[name] === undefined ? [] : [known[name]];
          return random.chance(0.15)
            ? []
            : [[name, random.chance(0.4) ? word(random, [...good, ...options]) : (good[0] ?? word(random, options))]];
        }),
      );
      const act = random.chance(0.5) ? story.press : story.submit;
      const { opened: shown, answer } = await act("U0TOM", command, input);
      if (shown.kind === "run" && answer?.view) fits(answer.view, `SEED=${seed} ${JSON.stringify(input)}`);
      expect(story.logged, `SEED=${seed} ${JSON.stringify(input)}`).toEqual([]);
    }
    for (const id of ["INC-0001", "INC-0002"]) {
      const state = await story.journal.state(`incident/${id}`);
      if (state !== undefined) fits(incidentCard(story.app, state), `SEED=${seed} card`);
    }
  });
});

/** Both chats have room for it. */
function fits(view: View, what: string): void {
  try {
    onSlack(view, { teamUrl: "https://example.slack.com/" });
    onDiscord(view, new Map());
  } catch (error) {
    throw new Error(`${what}: ${messageOf(error)}`);
  }
}
