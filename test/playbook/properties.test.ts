import fc from "fast-check";
import { expect, it } from "vitest";
import type { Incident } from "../../src/core/incident.ts";
import { foldIncident } from "../../src/core/incident-fold.ts";
import { personOf } from "../../src/core/plan.ts";
import { agreedAt, personKeyOf } from "../../src/core/playbook-gate.ts";
import { currentStep, type Run, stepsToReopen } from "../../src/core/playbook-state.ts";
import { canonicalJson, type StoredEvent, TimelineEvent } from "../../src/core/timeline.ts";
import { randomPlaybook } from "./random-playbook.ts";
import { IVO, NOOR_ON_DISCORD, openWalk, playbookPlan } from "./world.ts";

const seed = Number(process.env.ALLSTOP_SEED ?? 20261121);
const ACTORS = ["U0NOOR", NOOR_ON_DISCORD, "U0SOFIA", "U0TOMAS", "U0LENA", IVO, "U0STRANGER"];
const GIVEN = [
  undefined,
  "ok",
  "Two engineers saw it",
  "https://example.org/a",
  `0x${"5a".repeat(32)}`,
  "<https://evil.example|x>",
  "",
];
const OPERATIONS = [
  "complete",
  "answer",
  "agree",
  "skip",
  "reopen",
  "take",
  "note",
  "evidence",
  "look",
  "role",
  "sight",
  "time",
  "complete",
  "answer",
  "answer",
  "agree",
  "agree",
  "skip",
  "reopen",
  "reopen",
  "go on",
] as const;
const ROLES = ["incident commander", "decision maker", "legal"] as const;

const operation = fc.record({
  what: fc.constantFrom(...OPERATIONS),
  actor: fc.constantFrom(...ACTORS),
  /** Half of them press what is due, the others whatever was ever shown. */
  step: fc.option(fc.nat({ max: 8 }), { nil: undefined }),
  given: fc.nat({ max: 40 }),
});
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;
type Walk = Awaited<ReturnType<typeof openWalk>>;

it(`any walk over any playbook keeps its promises, and can be ended (seed ${seed})`, { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      randomPlaybook,
      fc.array(operation, { minLength: 25, maxLength: 60 }),
      async (playbook, operations) => {
        const walk = await openWalk(playbook.steps);
        try {
          for (const one of operations) await doOne(walk, one);
          await mustBeReplayed(walk);
          await walkToTheEnd(walk);
          await mustBeReplayed(walk);
          // What is our own bug is logged, and nothing else is.
          expect(walk.logged).toEqual([]);
        } finally {
          walk.store.close();
        }
      },
    ),
    { seed, numRuns: Number(process.env.ALLSTOP_RUNS ?? 60) },
  );
});

async function doOne(walk: Walk, { what, actor, step, given }: Operation): Promise<void> {
  const before = await walk.incident();
  const run = runOf(before);
  const now = currentStep(run)?.step.id;
  const behind = what === "reopen" && step !== undefined ? stepsToReopen(run) : [];
  const among = behind.length > 0 ? behind : run.steps;
  const id = step === undefined ? (now ?? "s0") : (among[step % among.length]?.step.id ?? "s0");
  await press(walk, { what, actor, given }, id);
  const after = await walk.incident();
  mustHold(walk, after);
  const changed = statesOf(runOf(after)) !== statesOf(run);
  const isPress = ["complete", "answer", "agree", "skip", "look"].includes(what);
  if (isPress && id !== now && changed) throw new Error(`${what} at ${id} changed something while ${now} was due`);
  if (["take", "note", "evidence", "role", "sight"].includes(what) && changed) throw new Error(`${what} moved a step`);
  if (actor === "U0STRANGER" && isPress && changed) throw new Error("A stranger moved a step");
  await mustBeRightful(walk, before, after);
}

async function press(walk: Walk, { what, actor, given }: Omit<Operation, "step">, id: string): Promise<void> {
  const input = (more: object = {}) => walk.at(id, more) as unknown as Record<string, string>;
  const words = GIVEN[given % GIVEN.length];
  switch (what) {
    case "complete": {
      const field = given % 2 === 0 ? { evidence: words } : { note: words };
      await walk.submit(actor, "playbook complete", input(words === undefined ? {} : field));
      return;
    }
    case "answer":
      await walk.press(actor, "playbook answer", input({ answer: String((given % 5) + 1) }));
      return;
    case "agree":
      await walk.press(actor, "playbook agree", input());
      return;
    case "skip":
      await walk.press(actor, "playbook skip", input({ reason: "Not now" }));
      return;
    case "reopen":
      await walk.press(actor, "playbook reopen", input({ reason: "Once more" }));
      return;
    case "take":
      await walk.press(actor, "playbook take", input());
      return;
    case "note":
      await walk.press(actor, "playbook note", input({ text: "Seen" }));
      return;
    case "evidence":
      await walk.press(actor, "playbook evidence", input({ evidence: words || "x" }));
      return;
    case "look":
      await walk.press(actor, "playbook look", input());
      return;
    case "role":
      await give(walk, ROLES[given % 3]!, ACTORS[given % ACTORS.length]!);
      return;
    case "sight":
      see(walk, given % 3 === 0, given % 4);
      return;
    case "time":
      await walk.pass([1_000, 60_000, 400_000, 8_000_000][given % 4]);
      return;
    case "go on":
      await onward(walk);
      return;
    default:
      what satisfies never;
  }
}

function see(walk: Walk, holds: boolean, which = 0): void {
  walk.sight.answer = () => ({ holds, means: `It is ${which}.`, detail: `It is ${which}. Block ${which}.` });
}

async function give(walk: Walk, role: (typeof ROLES)[number], actor: string): Promise<void> {
  const user = actor.includes(":") ? actor : `slack:${actor}`;
  await walk.journal.record("incident/INC-0001", { by: "slack:U0NOOR" }, () => ({
    events: [{ kind: "role.assigned", role, user }],
    effects: [],
  }));
}

/** The one operation that always gets on, whatever stands there. */
async function onward(walk: Walk): Promise<void> {
  const { step } = currentStep(runOf(await walk.incident())) ?? {};
  if (step === undefined) return;
  const input = (more: object = {}) => walk.at(step.id, more) as unknown as Record<string, string>;
  if (step.evidence !== undefined) {
    const handed = { note: GIVEN[2], link: GIVEN[3], transaction: GIVEN[4], file: GIVEN[3] }[step.evidence];
    await walk.press("U0LENA", "playbook evidence", input({ evidence: handed }));
  }
  if (step.ask !== undefined) await walk.press("U0NOOR", "playbook answer", input({ answer: "1" }));
  else if (step.gate !== undefined) await agreeAll(walk, step.gate.roles[0], input());
  else if (step.wait !== undefined) await walk.pass(2 * 3_600_000);
  else if (step.check !== undefined && step.check.paused === undefined) {
    see(walk, true);
    await walk.pass(120_000);
  } else await walk.press("U0NOOR", "playbook complete", input());
}

async function agreeAll(walk: Walk, role: string | undefined, input: Record<string, string>): Promise<void> {
  for (const actor of ACTORS.slice(0, 6)) {
    if (role !== undefined) await give(walk, role as (typeof ROLES)[number], actor);
    await walk.press(actor, "playbook agree", input);
  }
}

async function walkToTheEnd(walk: Walk): Promise<void> {
  const { steps } = runOf(await walk.incident());
  for (let count = 0; count <= steps.length; count += 1) {
    const now = currentStep(runOf(await walk.incident()));
    if (now === undefined) return;
    await onward(walk);
    const after = currentStep(runOf(await walk.incident()));
    if (after?.step.id === now.step.id) throw new Error(`Stuck at ${JSON.stringify(now)}`);
    mustHold(walk, await walk.incident());
  }
  expect(currentStep(runOf(await walk.incident())), "It does not end").toBeUndefined();
}

/** What holds of every state, read off the pinned text alone. */
function mustHold(walk: Walk, incident: Incident): void {
  const { steps } = runOf(incident);
  let until = 0;
  let by: string | undefined;
  for (const [index, { step, state, answer, passedBy, ...rest }] of steps.entries()) {
    const isPast = index < until;
    if ((state === "passed") !== (isPast && state !== "done" && state !== "skipped"))
      throw new Error("Led past wrongly");
    if (state === "passed" && passedBy !== by) throw new Error(`${step.id} is passed by ${passedBy}, not ${by}`);
    if (state === "todo" && isPast) throw new Error(`${step.id} is asked for though ${by} led past it`);
    if (step.gate !== undefined) {
      if (state === "skipped") throw new Error("A gate was skipped");
      const people = agreedAt(walk.app.plan(), { step, state, ...rest });
      if (state === "done" && people.length < step.gate.people) throw new Error("A gate opened to too few");
      if (state === "todo" && people.length >= step.gate.people) throw new Error("A gate stayed shut");
    }
    if (state === "done" && step.ask !== undefined && answer === undefined)
      throw new Error("A question was passed over");
    if (isPast || state !== "done" || step.ask === undefined) continue;
    const then = step.ask.answers.find(({ say }) => say === answer)?.then;
    by = step.id;
    until =
      then === "end" ? steps.length : then === "next" ? index + 1 : steps.findIndex((one) => one.step.id === then);
  }
  // Whatever is behind us on the way has been dealt with: nothing that is open lies before what is due.
  const due = steps.findIndex(({ state }) => state === "todo");
  if (due >= 0 && steps.slice(0, due).some(({ state }) => state === "todo")) throw new Error("Out of order");
}

/** Each new word at a gate came from somebody whose word counts there, and who had not given it. */
async function mustBeRightful(walk: Walk, before: Incident, after: Incident): Promise<void> {
  const plan = playbookPlan();
  for (const { event, by, seq } of await walk.journal.events("incident/INC-0001")) {
    if (seq <= before.head.seq || seq > after.head.seq || event.kind !== "playbook.step_agreed") continue;
    const state = runOf(before).steps.find(({ step }) => step.id === event.step);
    const { roles = [] } = state?.step.gate ?? {};
    const known = state?.agreed.map(({ by: one }) => personKeyOf(plan, one as string)) ?? [];
    // Several words in one operation come from "go on", which gives the roles as it goes.
    const held = ROLES.filter((role) => personOf(plan, after.roles[role] ?? "")?.key === event.person);
    const own = personOf(plan, by as string)?.person.roles ?? [];
    const isGoOn = after.head.seq - before.head.seq > 3;
    if (known.includes(event.person)) throw new Error(`${event.person} agreed twice`);
    if (!isGoOn && roles.length > 0 && ![...held, ...own].some((role) => roles.includes(role))) {
      throw new Error(`${event.person} agreed without a role`);
    }
    if (roles.length > 0 && (event.role === undefined || !roles.includes(event.role)))
      throw new Error("No role is named");
  }
}

/** The timeline, through the text in which it is kept, folds to the very same. */
async function mustBeReplayed(walk: Walk): Promise<void> {
  const events = await walk.journal.events("incident/INC-0001");
  const replayed = events.reduce<Incident | undefined>((state, stored) => {
    const event = TimelineEvent.parse(JSON.parse(canonicalJson(stored.event)));
    return foldIncident(state, { ...stored, event } as StoredEvent);
  }, undefined);
  expect(replayed).toEqual(await walk.incident());
}

function statesOf(run: Run): string {
  return run.steps.map(({ state, agreed, answer }) => `${state}/${agreed.length}/${answer}`).join(" ");
}

function runOf(incident: Incident): Run {
  const [run] = incident.runs;
  if (run === undefined) throw new Error("Nothing is running.");
  return run;
}
