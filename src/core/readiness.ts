import type { ChainPort, SafeState } from "./chain-port.ts";
import type { Effect } from "./effects.ts";
import type { Address, Hex } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { statusOf } from "./pause-state.ts";
import type { LoadedPlan } from "./plan.ts";
import type { App, Cause, Decision } from "./ports.ts";
import { type Colour, type ReadinessLine, type Rung, rungs } from "./readiness-events.ts";
import { judgePeople } from "./readiness-people.ts";
import { judgeLadder, judgeQueue } from "./readiness-queue.ts";
import { dayOf, meaningOf, type Readiness, worstOf } from "./readiness-state.ts";
import type { EventOf } from "./timeline.ts";

/** What came of one rung. A rung that could not be tried, since one before it fails, has no verdict. */
export interface Verdict {
  rung: Rung;
  colour: Colour;
  /** Stable name of what was found, such as `role_missing`. */
  code: string;
  /** A sentence. */
  says: string;
  /** What to do about it, a sentence. Absent where it is green. */
  remedy?: string;
  /** Addresses and hashes that the sentences speak of by name. */
  facts?: { label: string; value: string }[];
}

/** The chain's part of the proof: nothing in it needed a key. */
export interface ChainProof {
  blocks: { chain: number; name: string; number: bigint; hash: Hex }[];
  /** By the plan's key. A Safe that could not be read is absent, and its lines say why. */
  safes: Record<string, Pick<SafeState, "chainId" | "address" | "owners" | "threshold" | "nonce">>;
  /** One for each intervention and executor, in the plan's order. */
  lines: { intervention: string; executor?: Address; verdicts: Verdict[] }[];
}

export interface BoardLine {
  subject: string;
  intervention: string;
  title: string;
  executor?: Address;
  colour: Colour;
  verdicts: Verdict[];
}

/** Whether each pause would work now, and what says so. */
export interface Board {
  /** ISO 8601. */
  at: string;
  planHash: string;
  blocks: ChainProof["blocks"];
  lines: BoardLine[];
}

type Asking = Pick<App, "journal" | "clock" | "plan" | "queue"> & {
  chain: Pick<ChainPort, "proveReadiness" | "planned">;
};

/** Looks at everything, now. Does not throw for what is wrong: that is what it says. */
export async function lookAtReadiness(app: Asking): Promise<Board> {
  const plan = app.plan();
  const [proof, roster, ladder, incidents] = await Promise.all([
    app.chain.proveReadiness(),
    app.journal.state("roster"),
    app.journal.state("ladder"),
    app.journal.incidents(),
  ]);
  const now = app.clock.now();
  const lines = await Promise.all(
    proof.lines.map(async (line): Promise<BoardLine> => {
      const key = line.intervention;
      const safe = proof.safes[plan.interventions[key]?.safe ?? ""];
      const verdicts = line.verdicts.filter(({ code }) => code !== "executor_stuck" || !isSending(incidents));
      if (safe !== undefined) {
        verdicts.push(await judgeQueue(app, { key, safe, incidents }));
        verdicts.push(
          ...judgePeople({ plan, safe, roster, ladder, incidents, now }),
          ...judgeLadder(ladder, { key, safe }),
        );
      }
      verdicts.sort((a, b) => rungs.indexOf(a.rung) - rungs.indexOf(b.rung));
      const colour = worstOf(verdicts.map((verdict) => verdict.colour));
      const { executor } = line;
      return { ...nameLine(plan, proof, line), ...(executor && { executor }), colour, verdicts };
    }),
  );
  return { at: now.toISOString(), planHash: plan.hash, blocks: proof.blocks, lines };
}

/** Whether an execution is on its way: then a transaction of the executor waits as it should. */
export function isSending(incidents: readonly Incident[]): boolean {
  const sending = ["requested", "signed", "broadcast"];
  return incidents.some(({ pauses }) => pauses.some((pause) => sending.includes(statusOf(pause))));
}

/** The line's executor is part of its name only where there are several. */
function nameLine(
  plan: LoadedPlan,
  proof: ChainProof,
  { intervention, executor }: ChainProof["lines"][number],
): Pick<BoardLine, "subject" | "intervention" | "title"> {
  const several = proof.lines.filter((line) => line.intervention === intervention).length > 1;
  const title = plan.interventions[intervention]?.title ?? intervention;
  return {
    subject: executor === undefined ? intervention : `${intervention}@${executor}`,
    intervention,
    title: several ? `${title} by ${executor}` : title,
  };
}

/** The first reason why a line is not green: red before amber. */
export function firstReason<T extends Pick<Verdict, "colour">>(verdicts: readonly T[]): T | undefined {
  return verdicts.find(({ colour }) => colour === "red") ?? verdicts.find(({ colour }) => colour === "amber");
}

/** Whether a look says something else than what was recorded last. */
export function isNews(state: Readiness | undefined, board: Board): boolean {
  if (state === undefined || state.planHash !== board.planHash) return true;
  return meaning(state.lines) !== meaning(board.lines.map(lineFacts));
}

/** Whether two looks say the same. */
export function agrees(one: Board, other: Board): boolean {
  return meaning(one.lines.map(lineFacts)) === meaning(other.lines.map(lineFacts));
}

function meaning(lines: readonly ReadinessLine[]): string {
  return lines.map(meaningOf).sort().join("\n");
}

/** Whether today's daily look is still to be made. A day is a day of UTC, so that it does not drift. */
export function isDailyDue(state: Readiness | undefined, now: Date): boolean {
  return state?.lastDaily === undefined || state.lastDaily < dayOf(now.toISOString());
}

/**
 * Records a look, where it has news or is the day's. The day's bears the day as its invocation, so that it is recorded
 * once, however often a restart or a second process makes it.
 */
export async function recordBoard(
  app: Pick<App, "journal">,
  cause: Cause,
  why: EventOf<"readiness.checked">["cause"],
  board: Board,
): Promise<Readiness | undefined> {
  const invocation = why === "daily" ? `readiness/${dayOf(board.at)}` : cause.invocation;
  const before = await app.journal.state("readiness");
  if (why !== "daily" && !isNews(before, board)) return before;
  return app.journal.record("readiness", { ...cause, invocation }, (state): Decision => {
    if (why !== "daily" && !isNews(state, board)) return { events: [], effects: [] };
    const lines = board.lines.map(lineFacts);
    const turned = turnsOf(state, lines);
    const blocks = board.blocks.map(({ number, ...rest }) => ({ ...rest, number: number.toString() }));
    return {
      events: [{ kind: "readiness.checked", cause: why, planHash: board.planHash, blocks, lines, turned }],
      effects: [{ kind: "refresh_readiness" }, ...tell(state, turned)],
    };
  });
}

function lineFacts({ verdicts, ...line }: BoardLine): ReadinessLine {
  return {
    ...line,
    green: verdicts.filter(({ colour }) => colour === "green").length,
    reasons: verdicts.filter(({ colour }) => colour !== "green"),
  };
}

function turnsOf(state: Readiness | undefined, lines: ReadinessLine[]): EventOf<"readiness.checked">["turned"] {
  if (state === undefined) return [];
  return lines.flatMap(({ subject, colour: to }) => {
    const from = state.lines.find((line) => line.subject === subject)?.colour;
    if (from === to) return [];
    return [{ subject, ...(from && { from }), to }];
  });
}

/** Only what turned red, or is red no longer, is said aloud: the board shows the rest. */
function tell(state: Readiness | undefined, turned: EventOf<"readiness.checked">["turned"]): Effect[] {
  const aloud = turned.some(({ from, to }) => from === "red" || to === "red");
  return aloud && state !== undefined ? [{ kind: "tell_readiness", seq: state.head.seq + 1 }] : [];
}
