import type { SafeState } from "./chain-port.ts";
import type { Address } from "./ids.ts";
import type { Incident } from "./incident.ts";
import type { Ladder } from "./ladder-state.ts";
import { includesAddress, sameAddress } from "./pause-state.ts";
import type { LoadedPlan } from "./plan.ts";
import type { Verdict } from "./readiness.ts";
import { type Roster, usersOf } from "./roster.ts";

/** Owners who have not signed anything for so long may have lost the key, or the habit. */
const DRILL_DAYS = 90;
const DAY_MS = 86_400_000;

/**
 * Whether the people are there: enough owners whom we know how to ask, and who have shown that they can sign. A linked
 * account was proven by a signature of the owner's key, so the link itself counts as one.
 */
export function judgePeople({
  plan,
  safe,
  roster,
  ladder,
  incidents,
  now,
}: {
  plan: LoadedPlan;
  safe: Pick<SafeState, "owners" | "threshold">;
  roster: Roster | undefined;
  ladder: Ladder | undefined;
  incidents: readonly Incident[];
  now: Date;
}): Verdict[] {
  const { owners, threshold } = safe;
  const linked = owners.filter((owner) => usersOf(roster, owner).length > 0);
  const unlinked = owners.filter((owner) => !includesAddress(linked, owner));
  const say = (
    colour: Verdict["colour"],
    code: string,
    says: string,
    remedy?: string,
    missing: readonly Address[] = [],
  ): Verdict => ({
    rung: "people",
    colour,
    code,
    says,
    ...(remedy && { remedy }),
    ...(missing.length > 0 && {
      facts: missing.map((owner) => ({ label: nameOf(plan, owner) ?? "owner", value: owner })),
    }),
  });
  if (linked.length < threshold) {
    return [
      say(
        "red",
        "people_unlinked",
        `${linked.length} of ${owners.length} owners have linked a chat account, and ${threshold} must sign: nobody would ask the others.`,
        `Have ${nameAll(plan, unlinked)} run /signer link.`,
        unlinked,
      ),
    ];
  }
  const closed = linked.filter((owner) => !isReached(incidents, usersOf(roster, owner)));
  if (linked.length - closed.length < threshold) {
    return [
      say(
        "amber",
        "people_closed",
        `Direct messages reach ${linked.length - closed.length} of the ${threshold} owners who must sign: the others were asked in the room only.`,
        `Have ${nameAll(plan, closed)} allow direct messages from Allstop.`,
        closed,
      ),
    ];
  }
  const lastOf = (owner: Address) => lastSignature({ roster, ladder, incidents }, owner);
  const fresh = linked.filter((owner) => {
    const last = lastOf(owner);
    return last !== undefined && now.getTime() - last <= DRILL_DAYS * DAY_MS;
  });
  if (fresh.length < threshold) {
    const stale = linked.filter((owner) => !includesAddress(fresh, owner));
    return [
      say(
        "amber",
        "people_stale",
        `${fresh.length} owners have signed anything in the last ${DRILL_DAYS} days, and ${threshold} must sign: ${sayAges(lastOf, plan, linked, now)}.`,
        `Hold a drill with ${nameAll(plan, stale)}.`,
        stale,
      ),
    ];
  }
  const says = `${linked.length} of ${owners.length} owners are linked. Last signed: ${sayAges(lastOf, plan, linked, now)}.`;
  return [say("green", "people", says)];
}

const AGES_MAX = 9;

/** `Ana today, Bao 12 days ago`: whoever has waited longest comes first. */
function sayAges(
  lastOf: (owner: Address) => number | undefined,
  plan: LoadedPlan,
  owners: readonly Address[],
  now: Date,
): string {
  const ages = owners
    .map((owner) => ({ owner, days: Math.floor((now.getTime() - (lastOf(owner) ?? 0)) / DAY_MS) }))
    .sort((a, b) => b.days - a.days)
    .slice(0, AGES_MAX)
    .map(({ owner, days }) => `${nameOf(plan, owner) ?? owner} ${agoOf(days)}`);
  const more = owners.length - AGES_MAX;
  return more > 0 ? `${ages.join(", ")}, and ${more} later` : ages.join(", ");
}

function agoOf(days: number): string {
  return days <= 0 ? "today" : days === 1 ? "yesterday" : `${days} days ago`;
}

/** False when the last direct message to every one of the person's accounts was refused. */
function isReached(incidents: readonly Incident[], users: string[]): boolean {
  const last = new Map<string, boolean>();
  // Incidents come newest first: the first word about an account is the last one.
  const asked = incidents.flatMap(({ pauses }) => pauses.toReversed().flatMap((pause) => pause.asked.toReversed()));
  for (const { user, message } of asked) {
    if (!last.has(user)) last.set(user, message !== undefined);
  }
  return users.some((user) => last.get(user) !== false);
}

/** When an owner's key last signed something that we checked, in ms since the epoch. */
function lastSignature(
  { roster, ladder, incidents }: { roster?: Roster; ladder?: Ladder; incidents: readonly Incident[] },
  owner: Address,
): number | undefined {
  const signed = [
    ...(roster?.links ?? []),
    ...(ladder?.sets ?? []).flatMap(({ rungs }) => rungs.flatMap(({ signatures }) => signatures)),
    ...incidents.flatMap(({ pauses }) => pauses.flatMap(({ confirmations }) => confirmations)),
  ];
  const times = signed.filter((one) => sameAddress(one.owner, owner)).map(({ at }) => Date.parse(at));
  return times.length === 0 ? undefined : Math.max(...times);
}

/** People by name; owners whom the plan does not name, by how many they are: their addresses stand below. */
function nameAll(plan: LoadedPlan, owners: readonly Address[]): string {
  const known = owners.flatMap((owner) => nameOf(plan, owner) ?? []);
  const rest = owners.length - known.length;
  const others = rest === 0 ? [] : [`${rest} ${known.length > 0 ? "other " : ""}owner${rest === 1 ? "" : "s"}`];
  return [...known, ...others].join(", ").replace(/, ([^,]*)$/, " and $1");
}

function nameOf(plan: LoadedPlan, owner: Address): string | undefined {
  return Object.values(plan.people).find((one) => one.owner !== undefined && sameAddress(one.owner, owner))?.name;
}
