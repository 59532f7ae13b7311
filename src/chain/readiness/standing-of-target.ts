import type { Verdict } from "../../core/readiness.ts";
import type { Answer, Dialect, DialectState } from "../dialects/index.ts";
import type { Reader } from "../dialects/reader.ts";

/** What the contracts themselves say of an intervention. */
export interface TargetFacts {
  state: DialectState;
  /** When the pause that is in force ends by itself. */
  expiry: Date | undefined;
  again: Answer;
}

export async function readTarget(reader: Reader, dialect: Dialect): Promise<TargetFacts> {
  const [state, expiry, again] = await Promise.all([
    dialect.state(reader),
    dialect.pauseExpiry(reader),
    dialect.rePauseAvailable(reader),
  ]);
  return { state, expiry, again };
}

const HOUR_MS = 3_600_000;
const SOON = [
  { hours: 1, colour: "red" },
  { hours: 24, colour: "amber" },
  { hours: 72, colour: "amber" },
] as const;

/** Whether it is paused now, until when, and whether there is a pause left to use. */
export function judgeTarget(
  { state, expiry, again }: TargetFacts,
  { label, kind, now }: { label: string; kind: Dialect["kind"]; now: Date },
): Verdict[] {
  return [judgeState(state, label, kind), ...judgeExpiry(expiry, label, now), ...judgeAgain(again, state.done)];
}

function judgeState({ done, says, obstacle }: DialectState, label: string, kind: Dialect["kind"]): Verdict {
  const rung = "paused";
  if (obstacle !== undefined) {
    return { rung, colour: "red", code: "obstacle", says: obstacle.why, remedy: obstacle.remedy };
  }
  if (!done) return { rung, colour: "green", code: "not_paused", says: `${says}.` };
  const what = kind === "pause" ? `${label} is paused already` : "It is done already";
  return {
    rung,
    colour: "amber",
    code: "done_already",
    says: `${what} (${says}), so that a further pause can't be tried.`,
    remedy: "Nothing to do while that is meant. It is proven again once it is resumed.",
  };
}

function judgeExpiry(expiry: Date | undefined, label: string, now: Date): Verdict[] {
  if (expiry === undefined) return [];
  const left = expiry.getTime() - now.getTime();
  const at = `${expiry.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const soon = SOON.find(({ hours }) => left < hours * HOUR_MS);
  if (soon === undefined) {
    return [{ rung: "expiry", colour: "green", code: "expiry", says: `The pause in force ends at ${at}.` }];
  }
  return [
    {
      rung: "expiry",
      colour: soon.colour,
      code: `expiry_${soon.hours}h`,
      says: `The pause of ${label} ends by itself at ${at}, in less than ${soon.hours === 1 ? "an hour" : `${soon.hours} hours`}.`,
      remedy: "Decide now: extend it or pause anew, or be sure that it may end.",
    },
  ];
}

function judgeAgain({ yes, why }: Answer, done: boolean): Verdict[] {
  const rung = "once";
  if (yes === undefined) return [];
  if (yes) return [{ rung, colour: "green", code: "once", says: why }];
  const remedy = "Have it renewed by whoever may, or name another intervention in the plan that covers it.";
  return [{ rung, colour: done ? "amber" : "red", code: "spent", says: why, remedy }];
}
