import type { ContractOwner } from "../../core/chain-port.ts";
import type { Pause } from "../../core/pause-state.ts";
import type { Network } from "../network.ts";
import { readContractOwners } from "./contract-owners.ts";

/** A page asks every two seconds for each of its readers; owners change by a transaction. */
const KEPT_MS = 6_000;
const KEPT_MAX = 200;

/** The contract owners of proposals, kept for a few seconds. Those who ask at the same time share one answer. */
export function createContractOwners(networkOf: (chainId: number) => Network, now: () => number = Date.now) {
  const kept = new Map<string, { at: number; answer: Promise<ContractOwner[]> }>();
  return async function contractOwners(pause: Pause): Promise<ContractOwner[]> {
    const key = `${pause.id} ${pause.safe.owners.join()}`;
    const known = kept.get(key);
    if (known !== undefined && now() - known.at < KEPT_MS) return known.answer;
    const answer = readContractOwners(networkOf(pause.facts.chain.id), pause);
    if (kept.size >= KEPT_MAX) kept.clear();
    kept.set(key, { at: now(), answer });
    try {
      return await answer;
    } catch (error) {
      if (kept.get(key)?.answer === answer) kept.delete(key);
      throw error;
    }
  };
}
