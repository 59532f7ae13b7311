import type { Logger } from "pino";
import { type Config, ConfigError } from "../config.ts";
import type { LoadedPlan } from "../core/plan.ts";
import { assertExecutorIsNoOwner } from "../doctor/executor.ts";
import { watchPlan } from "../plan.ts";

export interface KeptPlan {
  current(): LoadedPlan;
  /** Calls whenever another plan than `known` is in force from now on; at once, if one has come in meanwhile. */
  onTaken(known: LoadedPlan, listener: () => Promise<void>): void;
  close(): void;
}

/**
 * The response plan as it stands on disk, while it is right: one with mistakes, with a chain that has no providers here,
 * or with a Safe that the executor owns is told to the operator, and the last good one stays.
 *
 * Throws `ConfigError` when the executor owns a Safe of the first plan, and `FileMistakes` when that one has mistakes.
 */
export async function keepPlan({
  config,
  playbooks,
  log,
}: {
  config: Pick<Config, "responsePlan" | "rpc" | "executor" | "submission" | "service">;
  playbooks: readonly string[];
  log: Logger;
}): Promise<KeptPlan> {
  // One after the other: an older file must not overtake a newer one.
  let taking = Promise.resolve();
  const watched = watchPlan({
    path: config.responsePlan,
    playbooks,
    chains: Object.keys(config.rpc),
    onLoaded: (next) => {
      taking = taking.then(() => take(next));
    },
    onMistakes: ({ message }) =>
      log.error({ mistakes: message }, "The response plan has mistakes; the last good one stays"),
  });
  let plan = watched.current();
  const listeners: (() => Promise<void>)[] = [];
  await checkExecutor(plan);

  async function take(next: LoadedPlan): Promise<void> {
    try {
      await checkExecutor(next);
    } catch (err) {
      if (!(err instanceof ConfigError)) throw err;
      log.error({ mistakes: err.message }, "The response plan can't be taken; the last good one stays");
      return;
    }
    plan = next;
    log.info({ hash: next.hash }, "The response plan was loaded again");
    for (const listener of listeners) await tell(listener);
  }

  async function tell(listener: () => Promise<void>): Promise<void> {
    try {
      await listener();
    } catch (err) {
      log.error({ err }, "A change of the response plan has not come to effect everywhere; restart the bot");
    }
  }

  async function checkExecutor(of: LoadedPlan): Promise<void> {
    const { unread } = await assertExecutorIsNoOwner(config, of);
    for (const { safe, why } of unread)
      log.warn({ safe, why }, "Whether the executor owns this Safe could not be checked");
  }

  return {
    current: () => plan,
    onTaken(known, listener) {
      listeners.push(listener);
      if (known.hash !== plan.hash) taking = taking.then(() => tell(listener));
    },
    close: watched.close,
  };
}
