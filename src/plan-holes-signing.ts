import { tiersOf } from "./core/on-call.ts";
import type { LoadedPlan } from "./core/plan.ts";
import type { Hole } from "./plan-holes.ts";
import {
  type Ahead,
  aheadOf,
  DAYS_AHEAD,
  isAllAlong,
  keysAt,
  sayTimes,
  spansOf,
  type Time,
  timesWhen,
  zoneOf,
} from "./plan-holes-times.ts";

/**
 * Whether the people of the plan could sign. Owners and threshold stand on the chain, and here only as far as the plan
 * itself says them: by people's `owner`, and by its own checks of owners.
 */
export function findSigningHoles(plan: LoadedPlan, now: Date): Hole[] {
  const called = tiersOf(plan).flatMap(({ who }) => who);
  const ahead = aheadOf(now);
  const onDuty = spansOf(plan, called, ahead).map((span) => ({ ...span, keys: keysAt(plan, called, span.from) }));
  const ofSafes = Object.keys(plan.safes).flatMap((safe) => {
    const interventions = Object.entries(plan.interventions).filter(([, one]) => one.safe === safe);
    if (interventions.length === 0) return [];
    return [...findUnsignable(plan, safe, interventions, { ...ahead, called, onDuty }), ...findTooFew(plan, safe)];
  });
  return [...findSharedKeys(plan), ...ofSafes];
}

/** One of two was copied wrong, or one person can sign for both. */
function findSharedKeys({ people }: LoadedPlan): Hole[] {
  const seen = new Map<string, string>();
  return Object.entries(people).flatMap(([key, { name, owner }]) => {
    if (owner === undefined) return [];
    const other = seen.get(owner.toLowerCase());
    if (other === undefined) {
      seen.set(owner.toLowerCase(), name);
      return [];
    }
    const message = `${owner} is also ${other}'s: one key is one signature, whoever holds it.`;
    return [{ path: ["people", key, "owner"], message, remedy: `Write the address of ${name}'s own key.` }];
  });
}

/** At some time nobody who is called has a key: they would have to find somebody who has one first. */
function findUnsignable(
  plan: LoadedPlan,
  safe: string,
  interventions: [string, unknown][],
  { called, onDuty, ...ahead }: Ahead & { called: readonly string[]; onDuty: readonly (Time & { keys: string[] })[] },
): Hole[] {
  const known = ownersOf(plan, safe);
  const times = timesWhen(onDuty, ({ keys }) => !keys.some((key) => isOwner(plan, key, known)));
  const [first, ...more] = interventions;
  if (first === undefined || times.length === 0) return [];
  const others = more.length === 0 ? "" : `, nor for ${more.length} more of ${safe}`;
  const when = isAllAlong(times, ahead)
    ? ""
    : `, in the next ${DAYS_AHEAD} days ${sayTimes(times, ahead, zoneOf(plan, called))}`;
  return [
    {
      path: ["interventions", first[0]],
      message: `Nobody on call, and nobody in escalation, can sign for it${others}${when}: none of them has an owner address${known === undefined ? "" : ` of ${safe}`}.`,
      remedy: "Write owner for those who hold a key, and have one of them called.",
    },
  ];
}

function findTooFew(plan: LoadedPlan, safe: string): Hole[] {
  const known = ownersOf(plan, safe);
  const owners = Object.keys(plan.people).filter((key) => isOwner(plan, key, known));
  const addresses = new Set(owners.map((key) => plan.people[key]?.owner?.toLowerCase()));
  const [named] = checksOf(plan, safe);
  const threshold = named?.[1].threshold;
  if (named !== undefined && threshold !== undefined && addresses.size < threshold) {
    const message = `The threshold is ${threshold}, and the plan knows the people behind ${addresses.size} of the owners.`;
    return [
      { path: ["checks", named[0], "threshold"], message, remedy: "Write owner for the people behind the others." },
    ];
  }
  // A plan that names no owner at all leaves it to /signer link.
  if (addresses.size === 0) return [];
  const wanted = Object.entries(plan.interventions).filter(([, one]) => one.safe === safe);
  const short = wanted.find(([, { acknowledgements }]) => acknowledgements > addresses.size);
  if (short === undefined) return [];
  const [key, { acknowledgements }] = short;
  const message = `It wants ${acknowledgements} acknowledgements of owners, and the plan knows ${addresses.size}.`;
  const remedy = "Write owner for more people, or ask for fewer acknowledgements.";
  return [{ path: ["interventions", key, "acknowledgements"], message, remedy }];
}

/** The owners that a Safe should have, where the plan says so; else unknown. */
function ownersOf(plan: LoadedPlan, safe: string): Set<string> | undefined {
  const [named] = checksOf(plan, safe);
  return named && new Set(named[1].are.map((address) => address.toLowerCase()));
}

function checksOf({ checks }: LoadedPlan, safe: string) {
  return Object.entries(checks).flatMap(([key, check]) =>
    check.kind === "owners" && check.safe === safe ? [[key, check] as const] : [],
  );
}

function isOwner({ people }: LoadedPlan, key: string, known: Set<string> | undefined): boolean {
  const owner = Object.hasOwn(people, key) ? people[key]?.owner : undefined;
  return owner !== undefined && (known === undefined || known.has(owner.toLowerCase()));
}
