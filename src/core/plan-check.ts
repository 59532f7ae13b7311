import { kindOf } from "./intervention.ts";
import type { ResponsePlan } from "./plan.ts";
import { checkContradictions } from "./plan-contradictions.ts";
import { ANY_INTERVENTION } from "./playbook-file.ts";
import { roleNames, severities } from "./severity.ts";

/** A mistake that needs the whole plan to be seen: where it stands, in the file's own terms, and what would be accepted. */
export interface PlanProblem {
  path: (string | number)[];
  message: string;
  /** The name itself is wrong, not what stands under it. */
  atKey?: boolean;
}

export interface CheckOptions {
  /** The known word that was most likely meant, where one is near enough. */
  nearest?: (typed: string, known: readonly string[]) => string | undefined;
  /** Keys of the playbooks that exist; where given, the plan may name no other. */
  playbooks?: readonly string[] | undefined;
}

/** Every mistake that a schema can't see: names of what is not there, and what contradicts itself. */
export function crossCheck(plan: ResponsePlan, options: CheckOptions = {}): PlanProblem[] {
  return [
    ...checkNames(plan, options),
    ...checkGroups(plan, options),
    ...checkTwins(plan),
    ...checkContradictions(plan, options),
  ];
}

const LISTED_MAX = 20;

/** `There is no Safe "ops-paus". Did you mean "ops-pause"? Safes: ops-pause.` */
export function noSuch(
  what: string,
  typed: string,
  known: Record<string, readonly string[]>,
  { nearest }: CheckOptions,
): string {
  const meant = nearest?.(typed, Object.values(known).flat());
  const guess = meant === undefined ? "" : ` Did you mean "${meant}"?`;
  const lists = Object.entries(known).map(([heading, keys]) => ` ${heading}: ${listed(keys)}.`);
  return `There is no ${what} "${typed}".${guess}${lists.join("")}`;
}

function listed(keys: readonly string[]): string {
  if (keys.length === 0) return "none";
  const more = keys.length - LISTED_MAX;
  return keys.slice(0, LISTED_MAX).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Every name that stands for something else in the plan. */
function checkNames(plan: ResponsePlan, options: CheckOptions): PlanProblem[] {
  const found: PlanProblem[] = [];
  const has = (table: object, key: string | undefined) => key === undefined || Object.hasOwn(table, key);
  const known = {
    People: Object.keys(plan.people),
    Rotations: Object.keys(plan.rotations),
    Interventions: Object.keys(plan.interventions),
    Groups: Object.keys(plan.groups),
  };
  const person = (key: string | undefined, ...path: (string | number)[]) => {
    if (key === undefined || has(plan.people, key)) return;
    const { People } = known;
    const message = has(plan.rotations, key)
      ? `"${key}" is a rotation, and a person is wanted here. People: ${listed(People)}.`
      : noSuch("person", key, { People }, options);
    found.push({ path, message });
  };
  /** A person, or whoever has a rotation at the time. */
  const responder = (key: string | undefined, ...path: (string | number)[]) => {
    if (key === undefined || has(plan.people, key) || has(plan.rotations, key)) return;
    const { People, Rotations } = known;
    found.push({ path, message: noSuch("person or rotation", key, { People, Rotations }, options) });
  };
  const authority = (key: string, ...path: (string | number)[]) => {
    if (has(plan.people, key) || has(plan.rotations, key) || roleNames.some((role) => role === key)) return;
    const { People, Rotations } = known;
    const message = noSuch("person, rotation or role", key, { People, Rotations, Roles: roleNames }, options);
    found.push({ path, message });
  };
  const among = (
    what: string,
    heading: string,
    table: object,
    key: string | undefined,
    ...path: (string | number)[]
  ) => {
    if (key === undefined || has(table, key)) return;
    found.push({ path, message: noSuch(what, key, { [heading]: Object.keys(table) }, options) });
  };
  const chain = (id: number, ...path: (string | number)[]) => {
    if (has(plan.chains, String(id))) return;
    found.push({ path, message: `Chain ${id} is not under chains. Chains: ${listed(Object.keys(plan.chains))}.` });
  };
  const playbook = (key: string | undefined, ...path: (string | number)[]) => {
    const { playbooks } = options;
    if (key === undefined || playbooks === undefined || playbooks.includes(key)) return;
    const where = ` A new one is a file, playbooks/${key}.yaml, in Allstop's folder.`;
    found.push({ path, message: noSuch("playbook", key, { Playbooks: playbooks }, options) + where });
  };

  for (const [index, key] of plan.onCall.entries()) responder(key, "onCall", index);
  for (const [level, { who }] of plan.escalation.entries()) {
    for (const [index, key] of who.entries()) responder(key, "escalation", level, "who", index);
  }
  for (const [key, rotation] of Object.entries(plan.rotations)) {
    for (const [index, one] of rotation.people.entries()) person(one, "rotations", key, "people", index);
    for (const [index, one] of rotation.overrides.entries()) {
      person(one.person, "rotations", key, "overrides", index, "person");
    }
  }
  for (const severity of severities) {
    responder(plan.severities[severity]?.owner, "severities", severity, "owner");
    for (const [index, key] of (plan.invite[severity] ?? []).entries()) responder(key, "invite", severity, index);
    playbook(plan.playbooks[severity], "playbooks", severity);
  }
  playbook(plan.closing, "closing");
  for (const [key, safe] of Object.entries(plan.safes)) chain(safe.chain, "safes", key, "chain");
  for (const [key, { safe, who }] of Object.entries(plan.interventions)) {
    among("Safe", "Safes", plan.safes, safe, "interventions", key, "safe");
    for (const [deed, people] of Object.entries(who ?? {})) {
      for (const [index, one] of (people ?? []).entries()) authority(one, "interventions", key, "who", deed, index);
    }
  }
  for (const [key, { message }] of Object.entries(plan.dependencies)) {
    among("message", "Messages", plan.messages, message, "dependencies", key, "message");
  }
  for (const [key, { owner }] of Object.entries(plan.risks)) responder(owner, "risks", key, "owner");
  for (const [key, signal] of Object.entries(plan.signals)) {
    playbook(signal.playbook, "signals", key, "playbook");
    const { intervention } = signal;
    if (!has(plan.interventions, intervention) && !has(plan.groups, intervention)) {
      const { Interventions, Groups } = known;
      const message = noSuch("intervention or group", intervention ?? "", { Interventions, Groups }, options);
      found.push({ path: ["signals", key, "intervention"], message });
    }
  }
  for (const [key, check] of Object.entries(plan.checks)) {
    if ("chain" in check) chain(check.chain, "checks", key, "chain");
    if (check.kind === "owners") among("Safe", "Safes", plan.safes, check.safe, "checks", key, "safe");
    if (check.kind === "paused") {
      const { intervention } = check;
      among("intervention", "Interventions", plan.interventions, intervention, "checks", key, "intervention");
    }
  }
  return found;
}

function checkGroups({ groups, interventions }: ResponsePlan, options: CheckOptions): PlanProblem[] {
  return Object.entries(groups).flatMap(([key, { together }]) => {
    const kinds = together.map((member) => {
      const one = Object.hasOwn(interventions, member) ? interventions[member] : undefined;
      return one && kindOf(one);
    });
    return together.flatMap((member, index) => {
      const path = ["groups", key, "together", index];
      if (kinds[index] === undefined) {
        const known = { Interventions: Object.keys(interventions) };
        return [{ path, message: noSuch("intervention", member, known, options) }];
      }
      if (together.indexOf(member) < index) return [{ path, message: `"${member}" stands in this group already.` }];
      if (kinds[index] === "pause" && kinds.slice(0, index).includes("withdraw")) {
        return [{ path, message: `Put "${member}" before the withdrawal: one that fails must not hold up a pause.` }];
      }
      return [];
    });
  });
}

/** One name, or one account, that would stand for two. */
function checkTwins(plan: ResponsePlan): PlanProblem[] {
  const found: PlanProblem[] = [];
  const clash = (table: string, key: string, message: string) => {
    found.push({ path: [table, key], atKey: true, message });
  };
  for (const key of Object.keys(plan.groups)) {
    if (Object.hasOwn(plan.interventions, key)) {
      clash("groups", key, `There is an intervention "${key}" too. Rename one of the two.`);
    }
    if (key === ANY_INTERVENTION) clash("groups", key, `"${key}" means whichever intervention is at hand. Rename it.`);
  }
  for (const key of Object.keys(plan.safes)) {
    if (key === ANY_INTERVENTION) clash("safes", key, `"${key}" means every Safe. Give this one another name.`);
  }
  for (const key of Object.keys(plan.rotations)) {
    if (Object.hasOwn(plan.people, key))
      clash("rotations", key, `There is a person "${key}" too. Rename one of the two.`);
  }
  for (const [table, what] of [
    ["people", "person"],
    ["rotations", "rotation"],
  ] as const) {
    for (const key of Object.keys(plan[table]).filter((one) => roleNames.some((role) => role === one))) {
      clash(table, key, `"${key}" is a role. Give this ${what} another name, such as ${key}-1.`);
    }
  }
  for (const platform of ["slack", "discord"] as const) {
    const seen = new Map<string, string>();
    for (const [key, person] of Object.entries(plan.people)) {
      const account = person[platform];
      if (account === undefined) continue;
      const other = seen.get(account);
      if (other !== undefined) {
        const message = `${account} is also ${other}'s account. One account is one person.`;
        found.push({ path: ["people", key, platform], message });
      }
      seen.set(account, key);
    }
  }
  return found;
}
