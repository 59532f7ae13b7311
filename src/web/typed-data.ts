import type { LinkChallenge } from "../core/link-challenge.ts";
import { linkTypedData } from "../core/link-challenge.ts";
import type { Pause } from "../core/pause-state.ts";
import { safeTypedData } from "../core/safe-tx.ts";

/**
 * Typed data as wallets and offline tools are given it: with the domain's type spelt out, which libraries derive by
 * themselves and wallets do not. Its fields stand in the order of EIP-712.
 */
export function pauseTypedData({ facts }: Pause) {
  return withDomainType(safeTypedData(facts.chain.id, facts.safe.address, facts.safeTx), [
    { name: "chainId", type: "uint256" },
    { name: "verifyingContract", type: "address" },
  ]);
}

export function challengeTypedData(challenge: LinkChallenge) {
  return withDomainType(linkTypedData(challenge), [
    { name: "name", type: "string" },
    { name: "version", type: "string" },
  ]);
}

function withDomainType<T extends { types: object }>(typed: T, EIP712Domain: { name: string; type: string }[]) {
  return { ...typed, types: { EIP712Domain, ...typed.types } };
}
