import { statSync } from "node:fs";
import { resolve } from "node:path";
import { type LoadedPlan, ResponsePlan } from "./core/plan.ts";
import { crossCheck } from "./core/plan-check.ts";
import { nearest } from "./nearest.ts";
import { checkAddresses } from "./plan-addresses.ts";
import { checkInterventions } from "./plan-interventions.ts";
import { FileMistakes, type Locate, readYamlFile } from "./yaml-file.ts";
import type { PathMessage } from "./yaml-mistakes.ts";

/** How often the file is looked at. Polling also sees editors that swap the file, and mounted volumes. */
const POLL_MS = 2_000;

export interface PlanOptions {
  /** Keys of the playbooks that exist; where given, the plan may name no other. */
  playbooks?: readonly string[];
  /** Ids of the chains that have providers; where given, the plan may have no other. */
  chains?: readonly string[];
}

/** Reads and checks a response plan. Throws `FileMistakes` that names every mistake with its line. */
export function loadPlan(path: string, options: PlanOptions = {}): LoadedPlan {
  return loadPlanFile(path, options).plan;
}

/** The same, and where in the file each of its parts stands. */
export function loadPlanFile(path: string, options: PlanOptions = {}): { plan: LoadedPlan; locate: Locate } {
  const { value, hash, locate } = readYamlFile(path, ResponsePlan, (plan) => [
    ...crossCheck(plan, { nearest: guesses(), playbooks: options.playbooks }),
    ...checkAddresses(plan),
    ...checkInterventions(plan),
    ...checkProviders(plan, options.chains),
  ]);
  return { plan: { ...value, hash }, locate };
}

const GUESSES_MAX = 100;

/** A file with thousands of unknown names is told at once: nobody reads that many guesses. */
function guesses(): typeof nearest {
  let left = GUESSES_MAX;
  return (typed, known) => (left-- > 0 ? nearest(typed, known) : undefined);
}

export interface WatchedPlan {
  /** The newest plan without mistakes. */
  current(): LoadedPlan;
  /** Looks at the file now. */
  reload(): void;
  close(): void;
}

/**
 * Loads the plan, then loads it again whenever the file changes or the process gets SIGHUP. A plan with mistakes is
 * told to `onMistakes`, once for each state of the file, and the last good one stays. Throws `FileMistakes` when the
 * first one is bad: the bot does not start on a bad plan.
 */
export function watchPlan(options: {
  path: string;
  onLoaded: (plan: LoadedPlan) => void;
  onMistakes: (mistakes: FileMistakes) => void;
  playbooks?: readonly string[];
  chains?: readonly string[];
  pollMs?: number;
}): WatchedPlan {
  const path = resolve(options.path);
  // Looked at before it is read: a change in between is then a change, and not the state to compare with.
  let stamp = stampOf(path);
  let plan = loadPlan(path, options);
  let toldOf: string | undefined;

  const reload = () => {
    try {
      const next = loadPlan(path, options);
      toldOf = undefined;
      if (next.hash === plan.hash) return;
      plan = next;
    } catch (error) {
      if (!(error instanceof FileMistakes)) throw error;
      if (error.message === toldOf) return;
      toldOf = error.message;
      options.onMistakes(error);
      return;
    }
    options.onLoaded(plan);
  };
  const look = () => {
    const now = stampOf(path);
    if (now === stamp) return;
    stamp = now;
    reload();
  };
  const polling = setInterval(look, options.pollMs ?? POLL_MS).unref();
  process.on("SIGHUP", reload);
  return {
    current: () => plan,
    reload,
    close() {
      clearInterval(polling);
      process.off("SIGHUP", reload);
    },
  };
}

/** What tells one state of a file from another, without reading it; also an editor's swap of the whole file. */
function stampOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? "none" : [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(" ");
}

function checkProviders(plan: ResponsePlan, known: readonly string[] | undefined): PathMessage[] {
  return Object.keys(plan.chains)
    .filter((id) => known !== undefined && !known.includes(id))
    .map((id) => ({
      path: ["chains", id],
      atKey: true,
      message: `It has no providers: set RPC_URLS_${id} and restart.`,
    }));
}
