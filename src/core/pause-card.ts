import { getAddress } from "viem";
import type { Pause } from "./pause-state.ts";
import { sameAddress } from "./pause-state.ts";
import { groupHash, ZERO_ADDRESS } from "./safe-tx.ts";

/**
 * The card that a signer compares, once, for chat, signing page and terminal: what they show differs in typeface only.
 * A value is never shortened. Two spaces stand between parts that may be put on lines of their own.
 */
export interface CardRow {
  label: string;
  value: string;
  /** Digits to be compared one by one: monospaced wherever that exists. */
  mono: boolean;
  note?: string;
}

/** Parts of a value, in order, for those who lay them out themselves. */
export function partsOf(value: string): string[] {
  return value.split("  ");
}

/** `P-0007  PAUSE  Vault-USDC`, above the rows. */
export function pauseCardTitle({ id, facts }: Pause): string {
  return [id, "PAUSE", facts.target.label].join("  ");
}

/** All that a signature over this proposal agrees to, in the order in which people read it. */
export function pauseCardRows(pause: Pause, { phrase }: { phrase: string }): CardRow[] {
  const { chain, call, safeTx, stillWorks, planHash } = pause.facts;
  return [
    { label: "Chain", value: `${chain.name} (${chain.id})`, mono: false },
    safeRow(pause),
    nonceRow(pause),
    toRow(pause),
    { label: "Call", value: `${call.signature}  ${call.selector}`, mono: true },
    // Arguments, where a call has them: nothing that is signed goes unshown.
    ...(sameAddress(safeTx.data, call.selector) ? [] : [{ label: "Data", value: safeTx.data, mono: true }]),
    { label: "Operation", value: `CALL (${safeTx.operation})`, mono: true },
    gasRow(pause),
    ...hashRows(pause),
    simulationRow(pause),
    { label: "Still works", value: stillWorks.join(", "), mono: false },
    { label: "Plan sha256", value: planHash, mono: true },
    {
      label: "Check words",
      value: phrase,
      mono: false,
      note: "the same in chat and on the signing page; if they differ, do not sign",
    },
  ];
}

function safeRow({ facts, safe }: Pause): CardRow {
  const parts = [
    facts.safe.label,
    getAddress(facts.safe.address),
    `v${facts.safe.version}`,
    `${safe.threshold} of ${safe.owners.length}`,
  ];
  return { label: "Safe", value: parts.join("  "), mono: true };
}

function nonceRow({ facts, safe }: Pause): CardRow {
  const { nonce } = facts.safeTx;
  const moved = safe.nonce !== facts.observed.nonce;
  const seen = `on chain: ${facts.observed.nonce} @ block ${facts.observed.blockNumber}`;
  return { label: "Nonce", value: nonce, mono: true, note: moved ? `${seen}, ${safe.nonce} now` : seen };
}

function toRow({ facts }: Pause): CardRow {
  const { safeTx, target } = facts;
  const isTarget = sameAddress(safeTx.to, target.address);
  return {
    label: "To / value",
    value: `${getAddress(safeTx.to)} / ${safeTx.value}`,
    mono: true,
    note: isTarget ? target.label : `acts on ${target.label} ${getAddress(target.address)}`,
  };
}

function gasRow({ facts: { safeTx } }: Pause): CardRow {
  const parts = [
    `safeTxGas ${safeTx.safeTxGas}`,
    `baseGas ${safeTx.baseGas}`,
    `gasPrice ${safeTx.gasPrice}`,
    `gasToken ${shortZero(safeTx.gasToken)}`,
    `refundReceiver ${shortZero(safeTx.refundReceiver)}`,
  ];
  return { label: "Gas fields", value: parts.join("  "), mono: true };
}

function shortZero(address: string): string {
  return sameAddress(address, ZERO_ADDRESS) ? "0x0" : address;
}

function hashRows({ facts }: Pause): CardRow[] {
  return [
    {
      label: "Domain hash",
      value: groupHash(facts.domainHash),
      mono: true,
      note: "constant for this Safe on this chain",
    },
    {
      label: "Message hash",
      value: groupHash(facts.messageHash),
      mono: true,
      note: `constant for this call at nonce ${facts.safeTx.nonce}`,
    },
    { label: "safeTxHash", value: groupHash(facts.safeTxHash), mono: true },
  ];
}

function simulationRow({ facts: { simulation, observed } }: Pause): CardRow {
  const outcome = simulation.ok ? "succeeds" : "FAILS";
  const where = `at block ${observed.blockNumber} on ${simulation.providers}/${simulation.of} RPCs`;
  const detail = simulation.detail === "" ? "" : `; ${simulation.detail}`;
  return { label: "Simulation", value: `${outcome} ${where}${detail}`, mono: false };
}
