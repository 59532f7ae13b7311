import { msOf } from "./duration.ts";
import { UserError } from "./errors.ts";
import type { Incident } from "./incident.ts";
import type { LoadedPlan } from "./plan.ts";
import type { messageFields } from "./plan-response.ts";
import { currentStep } from "./playbook-state.ts";
import { ruleFor, severityName } from "./severity-rule.ts";

/** The longest update. It stands in `#security-alerts`, beside all else that the alert says. */
export const UPDATE_LENGTH_MAX = 1500;

interface Filling {
  plan: LoadedPlan;
  /** Left out, what only an incident can say is left for a person to fill in. */
  incident?: Incident | undefined;
  now: Date;
}

/**
 * A prepared message with what the timeline knows put in the place of `{…}`. What it doesn't know stays visible, for the
 * person who reads it over: nothing is guessed. The description and the cause of an incident are never among it.
 */
export function fillMessage(text: string, filling: Filling): string {
  const known = valuesFor(filling);
  return text.replaceAll(/\{([a-z-]+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(known, name) ? (known[name as keyof typeof known] ?? placeholder) : placeholder,
  );
}

/** True where something is left that only a person can fill in. */
export function isUnfinished(text: string): boolean {
  return /\{[a-z-]+\}/.test(text);
}

function valuesFor({ plan, incident, now }: Filling): Partial<Record<(typeof messageFields)[number], string>> {
  const { organisation } = plan;
  if (incident === undefined) return { organisation };
  const { updateEvery } = ruleFor(plan, incident.severity);
  const paused = incident.pauses.filter(({ verified, facts }) => verified !== undefined && facts.act === undefined);
  const works = unique(paused.flatMap(({ facts }) => facts.stillWorks));
  return {
    organisation,
    incident: incident.id,
    title: incident.title,
    severity: severityName(plan, incident.severity),
    status: incident.status,
    declared: utc(new Date(incident.declaredAt)),
    // Only what was proven on the chain counts as paused.
    paused: unique(paused.map(({ facts }) => facts.target.label)) || "nothing",
    ...(works !== "" && { "still-works": works }),
    ...(updateEvery !== undefined && { "next-update": utc(new Date(now.getTime() + msOf(updateEvery))) }),
  };
}

function unique(words: string[]): string {
  return [...new Set(words)].join(", ");
}

function utc(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** What there is to start an update from: the words of the steps that are to be done now, then the plan's messages. */
export function draftsFor(plan: LoadedPlan, incident: Incident | undefined): { key: string; title: string }[] {
  const steps = (incident?.runs ?? []).flatMap((run) => {
    const step = currentStep(run)?.step;
    return step?.draft?.text === undefined ? [] : [{ key: `${run.id}/${step.id}`, title: step.do }];
  });
  return [...steps, ...Object.entries(plan.messages).map(([key, { title }]) => ({ key, title }))];
}

/** The words behind a draft's name, a message of the plan or `R-0001/tell-users`, filled in. Throws `UserError` where there are none. */
export function draftNamed(named: string, filling: Filling): string {
  const words = fillMessage(textNamed(named, filling), filling);
  if (words.length <= UPDATE_LENGTH_MAX) return words;
  throw new UserError(
    "message_too_long",
    `The prepared message ${named} has ${words.length} characters, and an update has room for ${UPDATE_LENGTH_MAX}.`,
    "Write the update in a few words with `/incident update`, and shorten the message in the plan afterwards.",
    { draft: named, length: words.length },
  );
}

function textNamed(named: string, { plan, incident }: Filling): string {
  const [runId, stepId] = named.split("/");
  const draft = incident?.runs.find(({ id }) => id === runId)?.steps.find(({ step }) => step.id === stepId)?.step.draft;
  if (draft?.text !== undefined) return draft.text;
  const key = draft?.message ?? named;
  const message = Object.hasOwn(plan.messages, key) ? plan.messages[key] : undefined;
  if (message !== undefined) return message.text;
  const known = draftsFor(plan, incident).map((one) => one.key);
  throw new UserError(
    "unknown_message",
    `There is no prepared message "${named}".`,
    known.length === 0
      ? "The response plan has none. Write the update yourself with `/incident update`."
      : `There are: ${known.join(", ")}. Or write it yourself with \`/incident update\`.`,
    { draft: named },
  );
}
