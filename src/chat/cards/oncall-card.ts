import { type Duty, dutiesAt, type Gap, gapsOf, peopleAt, type Tier, tiersOf } from "../../core/on-call.ts";
import { accountsOf, type LoadedPlan, type Person } from "../../core/plan.ts";
import { sayLocal } from "../../core/rotation-turns.ts";
import { shorten } from "../prose.ts";
import type { Block, Span, View } from "../view.ts";

const DAYS_AHEAD = 28;
/** More than that nobody reads on a phone. */
const DUTIES_SHOWN = 6;
const GAPS_SHOWN = 3;
const NAME_LENGTH_MAX = 60;

/** Who has each level now, until when, who is next, and when nobody does. */
export function onCallCard(plan: LoadedPlan, now: Date): View {
  const gaps = gapsAhead(plan, now);
  const open = tiersOf(plan).some((tier) => peopleAt(plan, tier.who, now).length === 0);
  return {
    tone: open ? "danger" : gaps.length > 0 ? "warning" : "info",
    title: open ? "On call: a level has nobody now" : "On call",
    body: onCallBlocks(plan, now),
    buttons: [{ label: "The whole plan", command: "incident plan", input: {} }],
  };
}

export function onCallBlocks(plan: LoadedPlan, now: Date): Block[] {
  const gaps = gapsAhead(plan, now);
  const tiers = tiersOf(plan).map((tier): Block => {
    const duties = dutiesAt(plan, tier, now);
    const more = duties.length - DUTIES_SHOWN;
    const value = duties
      .slice(0, DUTIES_SHOWN)
      .flatMap((duty, index) => [index === 0 ? "" : " · ", ...dutyWords(duty)]);
    const label = shorten(tier.title, NAME_LENGTH_MAX);
    return { kind: "fields", fields: [{ label, value: more > 0 ? [...value, `, and ${more} more`] : value }] };
  });
  const none: Block[] =
    plan.escalation.length > 0
      ? []
      : [{ kind: "text", quiet: true, text: "The plan has no levels of escalation: nobody is paged." }];
  return [...tiers, ...none, ...gapBlocks(plan, gaps, now)];
}

/** `@ana until 23 Nov 09:00, then @bo`: in one line. */
export function dutyWords(duty: Duty): Span[] {
  const { title, person, until, next } = duty;
  const by: Span[] = title === undefined ? [] : [`${shorten(title, NAME_LENGTH_MAX)}: `];
  const now: Span[] = person === undefined ? [{ bold: "nobody" }] : [personSpan(person.person)];
  if (until === undefined) return [...by, ...now];
  const then: Span[] =
    next === undefined ? [] : [", then ", next.person === undefined ? "nobody" : personSpan(next.person.person)];
  const back: Span[] =
    next !== undefined && next.person === undefined && next.until !== undefined
      ? [" until ", { time: next.until.toISOString() }]
      : [];
  return [...by, ...now, " until ", { time: until.toISOString() }, ...then, ...back];
}

/** Somebody as the chat can show and call them; by name where they have no account. */
export function personSpan(person: Person): Span {
  const [account] = accountsOf(person);
  return account === undefined ? shorten(person.name, NAME_LENGTH_MAX) : { person: account };
}

function gapsAhead(plan: LoadedPlan, now: Date): Gap[] {
  return gapsOf(plan, now, new Date(now.getTime() + DAYS_AHEAD * 86_400_000));
}

function gapBlocks(plan: LoadedPlan, gaps: Gap[], now: Date): Block[] {
  if (gaps.length === 0) {
    return [{ kind: "text", quiet: true, text: `No gap in the next ${DAYS_AHEAD} days.` }];
  }
  return tiersOf(plan).flatMap((tier) => {
    const here = gaps.filter((gap) => gap.tier.level === tier.level);
    if (here.length === 0) return [];
    const end = now.getTime() + DAYS_AHEAD * 86_400_000;
    const zone = zoneOf(plan, tier);
    const times = here.slice(0, GAPS_SHOWN).map(({ from, until }) => {
      const begins = from.getTime() <= now.getTime() ? "now" : sayLocal(from, zone);
      return `${begins} to ${until.getTime() >= end ? `${DAYS_AHEAD} days from now, or longer` : sayLocal(until, zone)}`;
    });
    const more = here.length - times.length;
    const text = `${times.join("; ")}${more > 0 ? `; and ${more} more times` : ""} (${zone})`;
    return [
      {
        kind: "text",
        text: [{ bold: `Nobody has ${tier.level === "onCall" ? "on-call duty" : `level ${tier.level}`}: ` }, text],
      },
    ];
  });
}

function zoneOf({ rotations }: LoadedPlan, { who }: Tier): string {
  const [first = ""] = who;
  return Object.hasOwn(rotations, first) ? (rotations[first]?.timeZone ?? "UTC") : "UTC";
}
