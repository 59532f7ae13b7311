import type { ContractOwner } from "../core/chain-port.ts";
import type { Rung, RungSet } from "../core/ladder-state.ts";
import type { LinkChallenge } from "../core/link-challenge.ts";
import { linkTypedData } from "../core/link-challenge.ts";
import type { Pause } from "../core/pause-state.ts";
import { buildSafeTx, safeTypedData } from "../core/safe-tx.ts";
import { safeMessageTypedData } from "../core/signature-message.ts";

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

/** What the owners of a Safe sign that owns the proposal's Safe: a message of their own Safe. */
export function nestedTypedData({ facts }: Pause, { owner, message }: ContractOwner) {
  return withDomainType(safeMessageTypedData(facts.chain.id, owner, message), [
    { name: "chainId", type: "uint256" },
    { name: "verifyingContract", type: "address" },
  ]);
}

/** Of one rung of the ladder: the same as of the proposal that it is made for. */
export function rungTypedData({ facts }: RungSet, { nonce }: Rung) {
  const tx = buildSafeTx({ to: facts.to, data: facts.data, nonce: BigInt(nonce) });
  return withDomainType(safeTypedData(facts.chain.id, facts.safe.address, tx), [
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
