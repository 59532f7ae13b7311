import { UserError } from "./errors.ts";
import type { Incident } from "./incident.ts";
import type { Intervention } from "./intervention.ts";
import { peopleAt } from "./on-call.ts";
import { type LoadedPlan, personOf } from "./plan.ts";
import { nameOf, rolesOf, roleWord } from "./roles.ts";
import { isAtLeast, Role } from "./severity.ts";
import { severityName } from "./severity-rule.ts";
import type { EventOf } from "./timeline.ts";

export type PauseLimits = NonNullable<EventOf<"pause.proposed">["limits"]>;

/**
 * Whether the plan lets this intervention be proposed here and by this person. Throws `UserError` `severity_too_low` and
 * `not_theirs_to_propose`. It is about proposing alone: what counts on the chain is the owners' signatures, whoever asks
 * for them.
 */
export function mustBeLet(
  plan: LoadedPlan,
  incident: Incident,
  { key, intervention, by, now }: { key: string; intervention: Intervention; by: string; now: Date },
): void {
  mustBeSevere(plan, incident, { key, intervention });
  mustInitiate(plan, incident, { key, intervention, by, now });
}

const LIMIT_CODES: readonly string[] = ["severity_too_low", "not_theirs_to_propose"];

/** Why it can't be proposed. What the plan's limits refuse says what to do as well: somebody can do it at once. */
export function sayRefusal({ code, message, remedy }: UserError): string {
  return LIMIT_CODES.includes(code) ? `${message} ${remedy}` : message;
}

/** What a proposal says of its limits: in words that stand by themselves, as the plan may change. Nothing where it has none. */
export function limitsOf(plan: LoadedPlan, { trigger, limits, who }: Intervention): PauseLimits | undefined {
  const words = (keys: readonly string[]) => keys.map((key) => sayAuthority(plan, key));
  const said: PauseLimits = {
    ...(trigger !== undefined && { trigger }),
    ...(limits?.longestPause !== undefined && { longestPause: limits.longestPause }),
    ...(limits?.severityAtLeast !== undefined && { severityAtLeast: limits.severityAtLeast }),
    ...(limits !== undefined && limits.legalReview !== "none" && { legalReview: limits.legalReview }),
    ...(who?.extend !== undefined && { extend: words(who.extend) }),
    ...(who?.resume !== undefined && { resume: words(who.resume) }),
  };
  return Object.keys(said).length === 0 ? undefined : said;
}

function mustBeSevere(
  plan: LoadedPlan,
  { id, severity }: Incident,
  { key, intervention: { title, limits } }: { key: string; intervention: Intervention },
): void {
  const least = limits?.severityAtLeast;
  if (least === undefined || isAtLeast(severity, least)) return;
  const say = (one: typeof severity) => {
    const name = severityName(plan, one);
    return name.toLowerCase() === one ? one : `${name} (${one})`;
  };
  const orWorse = least === "critical" ? "" : " or worse";
  throw new UserError(
    "severity_too_low",
    `The plan has ${title} for ${say(least)}${orWorse}; ${id} is ${say(severity)}.`,
    `If it is that bad, run \`/incident severity ${least}\` first, then propose it again.`,
    { incident: id, intervention: key, severity, severityAtLeast: least },
  );
}

function mustInitiate(
  plan: LoadedPlan,
  incident: Incident,
  { key, intervention, by, now }: { key: string; intervention: Intervention; by: string; now: Date },
): void {
  const allowed = intervention.who?.initiate;
  if (allowed === undefined) return;
  const roles = rolesOf(incident, plan, by);
  const person = personOf(plan, by)?.key;
  const people = allowed.filter((one) => !Role.safeParse(one).success);
  if (allowed.some((one) => roles.some((role) => role === one))) return;
  if (person !== undefined && peopleAt(plan, people, now).some((one) => one.key === person)) return;
  const free = allowed.find((one) => isRole(one) && incident.roles[one] === undefined);
  const holders = allowed.map((one) => {
    const holder = isRole(one) ? incident.roles[one] : undefined;
    return `${sayAuthority(plan, one)}${holder === undefined ? "" : ` (${nameOf(plan, holder)})`}`;
  });
  throw new UserError(
    "not_theirs_to_propose",
    `The plan lets ${listed(holders)} propose ${intervention.title}.`,
    free !== undefined && isRole(free)
      ? `Nobody is ${free}: take it with \`/incident claim ${roleWord(free)}\`, or ask one of them now.`
      : "Ask one of them now. Whoever signs may sign all the same.",
    { incident: incident.id, intervention: key },
  );
}

function isRole(key: string): key is Role {
  return Role.safeParse(key).success;
}

/** A role as it is called, a person by name, a rotation by its title. */
function sayAuthority(plan: LoadedPlan, key: string): string {
  if (isRole(key)) return key;
  const person = Object.hasOwn(plan.people, key) ? plan.people[key]?.name : undefined;
  const rotation = Object.hasOwn(plan.rotations, key) ? (plan.rotations[key]?.title ?? key) : undefined;
  return person ?? rotation ?? key;
}

function listed(names: string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}
