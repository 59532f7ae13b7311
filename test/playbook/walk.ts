import { expect } from "vitest";
import { msOf } from "../../src/core/duration.ts";
import type { PlaybookStep } from "../../src/core/playbook-file.ts";
import { currentStep, type Run } from "../../src/core/playbook-state.ts";
import type { Message, OpenView } from "../../src/sandbox/slack/client-api.ts";
import { buttonsIn, textOf } from "../job/people.ts";
import type { World } from "../job/world.ts";
import { moveClock } from "./moved-clock.ts";
import type { Answers } from "./paths.ts";

/** A card may be edited so often by the minute. Nobody walks thirteen steps in a second, so a second is a while here. */
const BETWEEN_PRESSES_MS = 6_000;
const TRANSACTION = `0x${"ab".repeat(32)}`;

export interface Walk {
  world: World;
  room: string;
  incident: string;
  /** The two of them may decide, and are asked in this order. */
  deciders: readonly [string, string];
  /** Has no role at which a gate would take their word. */
  stranger: string;
  /** What was offered by a step and has been tried: each command with its input once. */
  offers: Set<string>;
}

/** Declares an incident and gives two people roles whose word counts at gates. */
export async function openRoom(world: World, offers: Set<string>, line: string): Promise<Walk> {
  const { people, slack } = world;
  const before = new Set(slack.workspace.rooms.keys());
  await people.say("noor", "general", `/incident declare ${line}`);
  const room = await slack.until(
    () =>
      [...slack.workspace.rooms.values()].find(
        ({ id, kind, pins }) => !before.has(id) && kind === "private" && pins.length > 0,
      ),
    { what: "the room with its card" },
  );
  await slack.until(() => ["U0SOFIA", "U0NOOR", "U0TOMAS"].every((id) => room.members.has(id)) || undefined);
  const incident = room.name.slice(0, 8).toUpperCase();
  await people.press("noor", room.name, "Assign a role…");
  await people.submit("noor", { role: "decision maker", user: "U0NOOR" });
  await soon("the decision maker", async () => (await world.incident(incident)).roles["decision maker"]);
  return { world, room: room.name, incident, deciders: ["sofia", "noor"], stranger: "tomas", offers };
}

/** What a walk came past, for whoever wants to know that all of it was pressed. */
export interface Walked {
  steps: string[];
  answered: string[];
}

/** Starts a playbook and presses what its card shows, until the card says that it is finished. */
export async function walkThrough(
  walk: Walk,
  key: string,
  answers: Answers,
  { start, atStep = {} }: { start?: () => Promise<void>; atStep?: AtStep } = {},
): Promise<Walked> {
  const { world, room } = walk;
  const [lead] = walk.deciders;
  const before = (await world.incident(walk.incident)).runs.length;
  await (start?.() ?? world.people.say(lead, room, `/playbook start ${key}`));
  const id = await soon(`${key} to be started`, async () => (await world.incident(walk.incident)).runs[before]?.id);
  const walked: Walked = { steps: [], answered: [] };
  for (;;) {
    const run = await runOf(walk, id);
    const current = currentStep(run);
    if (current === undefined) break;
    const { step } = current;
    const isBehind = async () => currentStep(await runOf(walk, id))?.step.id !== step.id || undefined;
    const { pauses } = await world.incident(walk.incident);
    const isProven = pauses.some(({ verified }) => verified !== undefined);
    if (step.check?.owners !== undefined || (step.check?.paused !== undefined && isProven)) {
      // What the chain says needs nobody's press, and may be said before anybody has looked at the card.
      await soon(`${key}/${step.id} to be seen on the chain`, isBehind);
      continue;
    }
    const card = await cardThatSays(walk, run, `Step ${run.steps.indexOf(current) + 1}: `);
    moveClock(BETWEEN_PRESSES_MS);
    const isOverAlready = await atStep[step.id]?.(card);
    await tryOffer(walk, card, step);
    if (isOverAlready !== true) await doStep(walk, run, card, step, answers, walked);
    await soon(`${key}/${step.id} to be behind us`, isBehind);
  }
  await cardThatSays(walk, await runOf(walk, id), "All steps are done or skipped.");
  const { steps } = await runOf(walk, id);
  return { ...walked, steps: steps.filter(({ state }) => state !== "passed").map(({ step }) => step.id) };
}

/** What else happens while a step is the one to do, by its id; true if it leaves nothing to press on the card. */
export type AtStep = Record<string, (card: Message) => Promise<true | undefined>>;

async function doStep(
  walk: Walk,
  run: Run,
  card: Message,
  step: PlaybookStep,
  answers: Answers,
  walked: Walked,
): Promise<void> {
  const { deciders, world } = walk;
  const [lead, other] = deciders;
  const { ask, gate, wait, check, evidence } = step;
  if (evidence !== undefined && ask === undefined && gate === undefined) return handIn(walk, card, evidence);
  if (ask !== undefined) {
    const say = answers[step.id] ?? ask.answers[0]?.say ?? "";
    walked.answered.push(`${run.playbook}/${step.id}/${say}`);
    return press(walk, lead, card, say);
  }
  if (gate !== undefined) {
    // Nobody gets past it alone, in a hurry, or without a role that counts.
    await press(walk, lead, card, "I agree");
    await press(walk, lead, card, "I agree");
    if (gate.roles.length > 0) await press(walk, walk.stranger, card, "I agree");
    await cardThatSays(walk, run, "1 more person");
    expect(buttonsIn(card).map(({ text }) => text.text)).not.toContain("Skip…");
    expect(currentStep(await runOf(walk, run.id))?.step.id).toBe(step.id);
    return press(walk, other, card, "I agree");
  }
  if (wait !== undefined) {
    moveClock(msOf(wait));
    // Whatever happens next, the clock is looked at.
    await press(walk, other, card, "Note…");
    return world.people.submit(other, { text: `Nothing moved while we waited at ${step.id}.` });
  }
  // Where there is nothing for the chain to say, people say why not.
  if (check?.paused !== undefined || check?.notPaused !== undefined) {
    await press(walk, lead, card, "Skip…");
    return world.people.submit(lead, { reason: "Nothing of ours can be paused here." });
  }
  await press(walk, lead, card, "Complete");
}

async function handIn(walk: Walk, card: Message, kind: NonNullable<PlaybookStep["evidence"]>): Promise<void> {
  const { deciders, world } = walk;
  const [lead] = deciders;
  await press(walk, lead, card, "Complete…");
  const link = "https://example.org/evidence/1";
  const given = { note: "What we saw, and when.", transaction: TRANSACTION, link, file: link };
  await world.people.submit(lead, { [kind === "note" ? "note" : "evidence"]: given[kind] });
}

/** What asks for more before it does anything. The others answer, or act. */
const opensForm = new Set(["pause propose", "incident note", "incident handoff", "risk add"]);

/** Presses each command that a step offers, once for each input, and a draft: what opens is a form or an answer. */
async function tryOffer(walk: Walk, card: Message, { offer, draft }: PlaybookStep): Promise<void> {
  const { world, room, offers } = walk;
  const [, who] = walk.deciders;
  if (offer !== undefined && !offers.has(JSON.stringify(offer))) {
    offers.add(JSON.stringify(offer));
    const seen = () => world.people.messages(who, room).filter(({ ephemeralTo }) => ephemeralTo !== undefined);
    const before = seen().length;
    const had = JSON.stringify(await world.incident(walk.incident));
    await press(walk, who, card, offer.label);
    await soon(`${offer.label} to do something`, async () => {
      if (opensForm.has(offer.command)) return viewsOf(walk, who).length > 0 || undefined;
      if (seen().length > before) return true;
      return JSON.stringify(await world.incident(walk.incident)) !== had || undefined;
    });
    expect(seen().slice(before).map(textOf).join(" "), offer.label).not.toMatch(/bug in Allstop|does not fit/i);
    await closeForms(walk, who);
  }
  if (draft?.text !== undefined && !offers.has(draft.text)) {
    offers.add(draft.text);
    await press(walk, who, card, "Draft the update…");
    const view = await soon("the draft", async () => viewsOf(walk, who).at(-1));
    const [first = ""] = draft.text.split("{organisation}").filter((part) => part !== "");
    expect(JSON.stringify(view)).toContain(JSON.stringify(first.slice(0, 12)).slice(1, -1));
    expect(JSON.stringify(view)).not.toMatch(/\{(organisation|declared|paused)\}/);
    await closeForms(walk, who);
  }
}

function viewsOf({ world }: Walk, who: string): OpenView[] {
  return world.slack.client.state(world.people.idOf(who)).views;
}

async function closeForms(walk: Walk, who: string): Promise<void> {
  for (const { id } of viewsOf(walk, who).toReversed()) await walk.world.people.act(who, { do: "close", viewId: id });
}

async function runOf({ world, incident }: Walk, id: string): Promise<Run> {
  const run = (await world.incident(incident)).runs.find((one) => one.id === id);
  if (run === undefined) throw new Error(`There is no ${id}.`);
  return run;
}

/** The run's card in its newest form, once it bears these words. */
async function cardThatSays(walk: Walk, run: Run, words: string): Promise<Message> {
  const { world, room, deciders } = walk;
  const [lead] = deciders;
  return soon(`${run.id} to say “${words}”`, async () => {
    const place = (await runOf(walk, run.id)).cards.slack;
    const card = world.people.messages(lead, room).find(({ ts }) => ts === place?.split("/")[2]);
    return card !== undefined && textOf(card).includes(words) ? card : undefined;
  });
}

/** Presses a button of the card as it was shown, and nothing that it does not show. */
export async function press({ world }: Pick<Walk, "world">, who: string, card: Message, label: string): Promise<void> {
  const labels = buttonsIn(card).map(({ text }) => text.text);
  expect(labels).toContain(label);
  const result = await world.people.pressOn(who, card, label);
  expect(result, label).toMatchObject({ ok: true });
}

/** Looks often: a bot in the same process mostly answers within a few milliseconds. */
async function soon<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = performance.now() + 10_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`Waited ten seconds for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
