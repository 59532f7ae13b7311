import { UPDATE_LENGTH_MAX } from "./core/message-template.ts";
import type { LoadedPlan } from "./core/plan.ts";
import type { Playbook } from "./core/playbook-file.ts";
import { sayStale } from "./core/review.ts";
import { roleNames, severities } from "./core/severity.ts";
import { findPeopleHoles } from "./plan-holes-people.ts";
import { findSigningHoles } from "./plan-holes-signing.ts";
import type { PathMessage } from "./yaml-mistakes.ts";

/**
 * What a plan leaves open: not wrong, so that it never keeps a plan from being used, and found out at 3 a.m. unless it is
 * found now. `remedy` says what to do, as a sentence.
 */
export interface Hole extends PathMessage {
  remedy: string;
}

export const REVIEW_REMEDY = "Go through it line by line with the people in it, and set the new date.";

export function findHoles(plan: LoadedPlan, now: Date): Hole[] {
  return [
    ...findStale(plan, now, REVIEW_REMEDY),
    ...findSeverityHoles(plan),
    ...findPeopleHoles(plan, now),
    ...findSigningHoles(plan, now),
    ...findInterventionHoles(plan),
    ...findPowerless(plan),
    ...findDependencyHoles(plan, now),
    ...findLongMessages(plan),
  ];
}

/** Of playbooks, only their age: their mistakes are named elsewhere. */
export function findStalePlaybooks(playbooks: readonly Playbook[], now: Date): (Hole & { playbook: string })[] {
  const remedy = "Walk through it with the people who would, and set the new date.";
  return playbooks.flatMap((playbook) =>
    findStale(playbook, now, remedy).map((hole) => ({ playbook: playbook.key, ...hole })),
  );
}

function findStale(what: { reviewed: string }, now: Date, remedy: string): Hole[] {
  const message = sayStale(what, now);
  return message === undefined ? [] : [{ path: ["reviewed"], message, remedy }];
}

function findSeverityHoles(plan: LoadedPlan): Hole[] {
  if (Object.keys(plan.severities).length === 0) {
    const message = "Nothing is said of what a severity calls for: nobody is paged, and no role is asked for.";
    return [{ path: ["severities"], message, remedy: "Write severities, at least critical and high." }];
  }
  const found: Hole[] = [];
  for (const severity of severities) {
    const rule = plan.severities[severity];
    const isGrave = severity === "critical" || severity === "high";
    const path = ["severities", severity];
    if (rule === undefined) {
      const message = `Nothing is said of ${severity}: it calls for nobody and nothing.`;
      if (isGrave) found.push({ path, message, remedy: `Write severities.${severity}.` });
      continue;
    }
    if (rule.owner === undefined) {
      const remedy = "Name the person or rotation that answers for it, under owner.";
      found.push({ path, message: "Nobody answers for this severity.", remedy });
    }
    if (isGrave && rule.page === undefined) {
      const remedy = "Write page, such as { from: 1, upTo: 3 }.";
      found.push({ path, message: `At ${severity} nobody is paged.`, remedy });
    }
    for (const [index, role] of rule.roles.entries()) {
      if (Object.values(plan.people).some(({ roles }) => roles.includes(role))) continue;
      const message = `"${role}" is asked for, and nobody in the plan usually takes it.`;
      found.push({ path: [...path, "roles", index], message, remedy: `Give somebody under people the role ${role}.` });
    }
  }
  return found;
}

function findInterventionHoles({ interventions }: LoadedPlan): Hole[] {
  if (Object.keys(interventions).length === 0) {
    const remedy = "Add one under interventions.";
    return [{ path: ["interventions"], message: "There are none: nothing can be paused.", remedy }];
  }
  return Object.entries(interventions).flatMap(([key, { acknowledgements, limits, who }]) => {
    const path = ["interventions", key];
    const found: Hole[] = [];
    if (acknowledgements === 0) {
      const message = "It wants no acknowledgement: nobody has to say that they compared the hash.";
      found.push({ path: [...path, "acknowledgements"], message, remedy: "Set it to 1 or more." });
    }
    if (limits?.longestPause !== undefined && who?.resume === undefined) {
      const message = `It may last ${limits.longestPause} at most, and nobody is named who decides that it ends.`;
      found.push({ path: [...path, "limits"], message, remedy: "Name people or roles under who.resume." });
    }
    return found;
  });
}

/** What only a role decides that nobody is there to take; told once for each such role, however often it stands there. */
function findPowerless({ interventions, people }: LoadedPlan): Hole[] {
  const taken = new Set<string>(Object.values(people).flatMap(({ roles }) => roles));
  const isIdle = (one: string) => roleNames.some((role) => role === one) && !taken.has(one);
  const places = new Map<string, PropertyKey[][]>();
  for (const [key, { who }] of Object.entries(interventions)) {
    for (const [deed, authorities = []] of Object.entries(who ?? {})) {
      if (authorities.length === 0 || !authorities.every(isIdle)) continue;
      const named = authorities.map((one) => `"${one}"`).join(" or ");
      places.set(named, [...(places.get(named) ?? []), ["interventions", key, "who", deed]]);
    }
  }
  return [...places].flatMap(([named, [path, ...more]]) => {
    if (path === undefined) return [];
    const others = more.length === 0 ? "" : `, and in ${more.length} more ${more.length === 1 ? "place" : "places"}`;
    const message = `Only ${named} decides here${others}, and nobody in the plan usually takes that role.`;
    return [{ path, message, remedy: "Give somebody under people the role, or name a person." }];
  });
}

function findDependencyHoles({ dependencies }: LoadedPlan, now: Date): Hole[] {
  return Object.entries(dependencies).flatMap(([key, { name, contacts, reviewed }]) => {
    const path = ["dependencies", key];
    const [contact] = contacts;
    if (contact === undefined) {
      const message = `Nobody at ${name} can be told: it has no contact.`;
      return [{ path, message, remedy: "Write at least one under contacts, with the hours at which they answer." }];
    }
    if (reviewed === undefined) {
      const message = `Whether ${contact.name} still answers was never tried: there is no reviewed date.`;
      return [{ path, message, remedy: "Try the contacts, and set reviewed." }];
    }
    const remedy = "Try the contacts, and set the new date.";
    return findStale({ reviewed }, now, remedy).map((hole) => ({ ...hole, path: [...path, ...hole.path] }));
  });
}

/** What users are told goes out as an update, and what is filled in only makes it longer. */
function findLongMessages({ messages }: LoadedPlan): Hole[] {
  return Object.entries(messages).flatMap(([key, { for: audience, text }]) => {
    if (audience !== "users" || text.length <= UPDATE_LENGTH_MAX) return [];
    const message = `It has ${text.length} characters, and an update has room for ${UPDATE_LENGTH_MAX}.`;
    return [{ path: ["messages", key, "text"], message, remedy: "Say it in fewer words." }];
  });
}
