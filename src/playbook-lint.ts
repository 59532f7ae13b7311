import { type Command, commandFields } from "./chat/command.ts";
import { INVOKE_LENGTH_MAX } from "./chat/invoke.ts";
import { msOf } from "./core/duration.ts";
import type { ResponsePlan } from "./core/plan.ts";
import { checkPlaceholders } from "./core/plan-contradictions.ts";
import { ANY_INTERVENTION, type PlaybookFile, type PlaybookStep } from "./core/playbook-file.ts";
import { nearest } from "./nearest.ts";
import type { PathMessage } from "./yaml-mistakes.ts";

export interface PlaybookOptions {
  /** All commands, or only their names; where given, a step may offer no other, and only with input that it takes. */
  commands?: readonly (string | Command)[];
  /** Where given, whatever steps name must be in it; what is proposed may be one of its groups. */
  plan?: Pick<ResponsePlan, "interventions"> &
    Partial<Pick<ResponsePlan, "groups" | "safes" | "messages" | "checks" | "people">>;
}

/** What only the whole of a playbook shows, or the commands and the plan beside it. */
export function lintPlaybook(file: PlaybookFile, options: PlaybookOptions): PathMessage[] {
  return [
    ...repeatedIds(file),
    ...file.steps.flatMap((step, index) =>
      [
        ...oneEnd(step),
        ...oneKind(step),
        ...badTargets(file, index),
        ...badAnswers(file, index),
        ...badOffer(step, options),
        ...badDraft(step),
        ...notInPlan(step, options),
      ].map(({ path, ...rest }) => ({ path: ["steps", index, ...path], ...rest })),
    ),
    ...wrongOrder(file),
  ];
}

function repeatedIds({ steps }: PlaybookFile): PathMessage[] {
  return steps.flatMap(({ id }, index) => {
    const earlier = steps.findIndex((other) => other.id === id);
    if (earlier === index) return [];
    const message = `"${id}" is already the id of step ${earlier + 1}. Each step has its own.`;
    return [{ path: ["steps", index, "id"], message }];
  });
}

const ends = ["ask", "gate", "wait", "check"] as const;

/** A step has one end. What ends by itself waits for nobody to hand anything in. */
function oneEnd(step: PlaybookStep): PathMessage[] {
  const [first, second] = ends.filter((name) => step[name] !== undefined);
  if (first !== undefined && second !== undefined) {
    const message = `This step has ${first === "ask" ? "an" : "a"} ${first} already. A step has one of ${list(ends)} at most: make two steps of it.`;
    return [{ path: [second], message, atKey: true }];
  }
  if (step.evidence !== undefined && (first === "wait" || first === "check")) {
    const message = `A step with a ${first} completes itself, and waits for no evidence. Ask for it in the step after it.`;
    return [{ path: ["evidence"], message, atKey: true }];
  }
  return [];
}

function oneKind({ check, draft }: PlaybookStep): PathMessage[] {
  return [
    ...exactlyOne("check", check, ["paused", "notPaused", "owners", "named"]),
    ...exactlyOne("draft", draft, ["message", "text"]),
  ];
}

function exactlyOne(field: "check" | "draft", block: object | undefined, names: readonly string[]): PathMessage[] {
  if (block === undefined) return [];
  const [first, second] = Object.keys(block);
  if (first === undefined) return [{ path: [field], message: `is empty. Wanted: one of ${list(names)}.` }];
  if (second === undefined) return [];
  return [{ path: [field, second], message: `There is ${first} already. Wanted: one of ${list(names)}.`, atKey: true }];
}

/** Never back, so that every run comes to an end. */
function badTargets({ steps }: PlaybookFile, from: number): PathMessage[] {
  const later = steps.slice(from + 1).map(({ id }) => id);
  const accepted = ["next", "end", ...later];
  return (steps[from]?.ask?.answers ?? []).flatMap(({ then }, index) => {
    if (accepted.includes(then)) return [];
    const known = steps.some(({ id }) => id === then);
    const message = known
      ? `"${then}" is not a later step. Answers lead on, never back: ${list(accepted)}.`
      : unknown("step", then, accepted, "Accepted");
    return [{ path: ["ask", "answers", index, "then"], message }];
  });
}

function badAnswers({ steps }: PlaybookFile, from: number): PathMessage[] {
  const answers = steps[from]?.ask?.answers ?? [];
  const found: PathMessage[] = answers.flatMap(({ say }, index) => {
    const path = ["ask", "answers", index, "say"];
    if (/^\d+$/.test(say))
      return [{ path, message: `"${say}" is what people type for an answer's number. Use words.` }];
    const same = answers.findIndex((other) => other.say.toLowerCase() === say.toLowerCase());
    return same < index ? [{ path, message: `"${say}" is answer ${same + 1} already. Each has its own words.` }] : [];
  });
  // All of them to one later step is how a branch joins the other one again.
  if (answers.length > 0 && answers.every(({ then }) => indexOfTarget(steps, from, then) === from + 1)) {
    const message = `Every answer leads to the next step: it decides nothing. Let one lead elsewhere, or ask for a note as evidence.`;
    found.push({ path: ["ask", "answers"], message });
  }
  return found;
}

function badDraft({ draft }: PlaybookStep): PathMessage[] {
  return checkPlaceholders(draft?.text ?? "", { nearest }).map(({ message }) => ({ path: ["draft", "text"], message }));
}

/** The longest ids that are handed out in years, so that a button fits into Discord's. */
const INCIDENT_LONGEST = "INC-99999";

function badOffer({ offer }: PlaybookStep, { commands, plan }: PlaybookOptions): PathMessage[] {
  if (offer === undefined) return [];
  const names = commands?.map((one) => (typeof one === "string" ? one : one.name));
  const found: PathMessage[] = [];
  if (names !== undefined && !names.includes(offer.command)) {
    found.push({ path: ["offer", "command"], message: unknown("command", offer.command, names, "Commands") });
  }
  const command = commands?.find((one) => typeof one !== "string" && one.name === offer.command);
  if (command !== undefined && typeof command !== "string") found.push(...badInput(offer.input, command));
  const length = `${offer.command}?${new URLSearchParams({ ...offer.input, incident: INCIDENT_LONGEST })}`.length;
  if (length > INVOKE_LENGTH_MAX) {
    const message = `Makes a button of ${length} characters; ${INVOKE_LENGTH_MAX} fit. Fill in less: a form asks for the rest.`;
    found.push({ path: ["offer", "input"], message });
  }
  const { intervention } = offer.input;
  if (plan !== undefined && intervention !== undefined) {
    const known = [...Object.keys(plan.interventions), ...Object.keys(plan.groups ?? {})];
    found.push(...wantKnown("intervention", intervention, known, "Interventions", ["offer", "input", "intervention"]));
  }
  return found;
}

/** Fields that the command has, each with what it takes. */
function badInput(input: Record<string, string>, command: Command): PathMessage[] {
  const fields = commandFields(command);
  const names = fields.map(({ name }) => name).filter((name) => name !== "incident");
  return Object.entries(input).flatMap(([name, value]) => {
    const path = ["offer", "input", name];
    if (!names.includes(name)) {
      return [{ path, message: unknown("field", name, names, `Fields of ${command.name}`), atKey: true }];
    }
    const schema =
      fields.find((field) => field.name === name)?.type === "toggle" ? undefined : command.input.shape[name];
    const [issue] = schema?.safeParse(value).error?.issues ?? [];
    if (issue === undefined) return [];
    const options = fields.find((field) => field.name === name)?.options;
    return [{ path, message: options === undefined ? issue.message : unknown(name, value, options, "Accepted") }];
  });
}

function notInPlan({ check, draft, gate }: PlaybookStep, { plan }: PlaybookOptions): PathMessage[] {
  if (plan === undefined) return [];
  const interventions = Object.keys(plan.interventions);
  const safes = plan.safes && [...Object.keys(plan.safes), ANY_INTERVENTION];
  return [
    ...wantKnown("intervention", check?.paused, [...interventions, ANY_INTERVENTION], "Interventions", [
      "check",
      "paused",
    ]),
    ...wantKnown("intervention", check?.notPaused, [...interventions, ANY_INTERVENTION], "Interventions", [
      "check",
      "notPaused",
    ]),
    ...wantKnown("Safe", check?.owners, safes, "Safes", ["check", "owners"]),
    ...wantKnown("check", check?.named, plan.checks && Object.keys(plan.checks), "Checks", ["check", "named"]),
    ...wantKnown("message", draft?.message, plan.messages && Object.keys(plan.messages), "Messages", [
      "draft",
      "message",
    ]),
    ...tooManyPeople(gate, plan.people),
  ];
}

/** A role is held by one person at a time; beside them the plan may give it to others. */
function tooManyPeople(gate: PlaybookStep["gate"], people: ResponsePlan["people"] | undefined): PathMessage[] {
  if (gate === undefined || people === undefined) return [];
  const all = Object.values(people);
  const having = all.filter(({ roles }) => gate.roles.some((role) => roles.includes(role))).length;
  const possible = gate.roles.length === 0 ? all.length : having + new Set(gate.roles).size;
  if (gate.people <= possible) return [];
  const whose = gate.roles.length === 0 ? "the response plan knows" : `can be ${list(gate.roles)}`;
  const message = `Wants ${gate.people} different people, and ${possible} at most ${whose}. Ask for fewer, or allow more roles.`;
  return [{ path: ["gate", "people"], message }];
}

/** What comes later is due later, wherever one step can lead to the other; and every step can be come to. */
function wrongOrder({ steps }: PlaybookFile): PathMessage[] {
  const reached = steps.map(() => new Set<number>());
  const found: PathMessage[] = [];
  for (const [index, step] of steps.entries()) {
    const before = reached[index] ?? new Set();
    if (index > 0 && before.size === 0) {
      found.push({ path: ["steps", index, "id"], message: "No answer leads here: nobody would ever see this step." });
    }
    const late = [...before].find((one) => isLater(steps[one]?.due, step.due));
    if (late !== undefined) {
      const message = `Is due before step ${late + 1} ("${steps[late]?.id}", ${steps[late]?.due}), which comes first. Both count from the start of the run.`;
      found.push({ path: ["steps", index, "due"], message });
    }
    for (const next of leadsTo(steps, index)) {
      for (const one of [...before, index]) reached[next]?.add(one);
    }
  }
  return found;
}

function isLater(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && msOf(a) > msOf(b);
}

function leadsTo(steps: readonly PlaybookStep[], from: number): number[] {
  // A question that is skipped leads to the next step: nobody means that, so no order is asked of it.
  const targets = steps[from]?.ask?.answers.map(({ then }) => indexOfTarget(steps, from, then)) ?? [from + 1];
  return [...new Set(targets)].filter((index) => index > from);
}

function indexOfTarget(steps: readonly PlaybookStep[], from: number, target: string): number {
  if (target === "next") return from + 1;
  return target === "end" ? steps.length : steps.findIndex(({ id }) => id === target);
}

function wantKnown(
  what: string,
  name: string | undefined,
  known: readonly string[] | undefined,
  heading: string,
  path: PropertyKey[],
): PathMessage[] {
  if (name === undefined || known === undefined || known.includes(name)) return [];
  return [{ path, message: unknown(what, name, known, heading) }];
}

function unknown(what: string, name: string, known: readonly string[], heading: string): string {
  const meant = nearest(name, known);
  const guess = meant === undefined ? "" : ` Did you mean "${meant}"?`;
  return `There is no ${what} "${name}".${guess} ${heading}: ${known.join(", ") || "none"}.`;
}

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
