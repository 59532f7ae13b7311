import { hash as sha256 } from "node:crypto";
import { messageOf, RetryableError, UserError } from "../../core/errors.ts";
import type { Address } from "../../core/ids.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import { buildSafeTx } from "../../core/safe-tx.ts";
import { createReader, NotAnswered } from "../dialects/reader.ts";
import { textOf } from "../disagreement.ts";
import type { Network } from "../network.ts";
import { findIntervention, type PlannedIntervention } from "../plan-lookup.ts";
import { agreeOnCall, pinHead } from "../quorum.ts";
import { type Block, timeOf } from "../wire.ts";
import { readExecutor } from "./executor-facts.ts";
import { readSafeFacts, type SafeFacts } from "./safe-facts.ts";
import { judgeTarget, readTarget } from "./standing-of-target.ts";
import { singleOwner } from "./trial.ts";

export interface MarkOptions {
  plan: LoadedPlan;
  networkOf: (chainId: number) => Network;
  executors: readonly Address[];
}

/**
 * A text that is another one whenever something is, on which readiness depends: owners, threshold, guard, modules, code,
 * the right to pause, the paused state, the executors' money. It is asked every few minutes, and says not what it means:
 * a whole look does, and is made when this has changed.
 */
export async function readMark(options: MarkOptions): Promise<string> {
  const planned = Object.keys(options.plan.interventions).map((key) => findIntervention(options.plan, key));
  const chainIds = [...new Set(planned.map(({ chainId }) => chainId))];
  const parts = await Promise.all(
    chainIds.map((id) =>
      said(() =>
        markChain(
          options,
          id,
          planned.filter(({ chainId }) => chainId === id),
        ),
      ),
    ),
  );
  return sha256("sha256", textOf(parts), "hex");
}

async function markChain(options: MarkOptions, chainId: number, planned: PlannedIntervention[]): Promise<unknown> {
  const network = options.networkOf(chainId);
  const block = await pinHead(network);
  const safes = [...new Set(planned.map(({ safe }) => safe.address))];
  return Promise.all([
    ...options.executors.map((executor) => said(() => readExecutor(network, executor, block))),
    ...safes.map((address) =>
      said(async () => {
        const { value: facts, silent, dissenting } = await readSafeFacts(network, address, block);
        const here = planned.filter(({ safe }) => safe.address === address);
        const lines = await Promise.all(here.map((one) => markLine({ network, block, facts, planned: one })));
        return { facts, lines, silent: silent.toSorted(), dissenting: dissenting.toSorted() };
      }),
    ),
  ]);
}

async function markLine(at: {
  network: Network;
  block: Block;
  facts: SafeFacts;
  planned: PlannedIntervention;
}): Promise<unknown> {
  const { network, block, facts, planned } = at;
  const { dialect, intervention, safe } = planned;
  const { standing } = facts;
  return Promise.all([
    said(async () => {
      const target = await readTarget(createReader(network, block), dialect);
      // Verdicts and not figures: a pause that will end is news when a bound is crossed, and not in every second.
      return judgeTarget(target, { label: intervention.targetLabel, kind: dialect.kind, now: timeOf(block) }).map(
        ({ code }) => code,
      );
    }),
    said(async () => {
      if (standing === undefined) return "no Safe";
      const tx = buildSafeTx({ to: dialect.call.to, data: dialect.call.data, nonce: standing.nonce });
      const { call, overrides } = singleOwner(safe.address, standing, tx);
      const { value } = await agreeOnCall(network, "the pause, tried by an owner", call, block, overrides);
      return [value.ok, value.data];
    }),
  ]);
}

/** That something can't be read is a fact, too. Its wording may differ from time to time, and is left out. */
async function said(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) return error.code;
    if (error instanceof RetryableError) return "unread";
    if (error instanceof NotAnswered) return messageOf(error);
    throw error;
  }
}
