import { formatUnits, getAddress } from "viem";
import { actWords } from "./act-words.ts";
import { msOf, sayMs } from "./duration.ts";
import type { Address } from "./ids.ts";
import type { Pause } from "./pause-state.ts";
import { includesAddress, sameAddress } from "./pause-state.ts";
import { groupHash, ZERO_ADDRESS } from "./safe-tx.ts";
import { addressOrNone, isNone } from "./safe-words.ts";

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
  return [id, actWords(facts.act).title, facts.target.label].join("  ");
}

/** All that a signature over this proposal agrees to, in the order in which people read it. */
export function pauseCardRows(pause: Pause, { phrase }: { phrase: string }): CardRow[] {
  const { chain, call, safeTx, stillWorks, undo, planHash } = pause.facts;
  return [
    { label: "Chain", value: `${chain.name} (${chain.id})`, mono: false },
    safeRow(pause),
    ...fittingRows(pause),
    nonceRow(pause),
    toRow(pause),
    { label: "Call", value: `${call.signature}  ${call.selector}`, mono: true },
    ...argumentRows(pause),
    ...movementRows(pause),
    // Arguments, where a call has them: nothing that is signed goes unshown.
    ...(sameAddress(safeTx.data, call.selector) ? [] : [{ label: "Data", value: safeTx.data, mono: true }]),
    { label: "Operation", value: `CALL (${safeTx.operation})`, mono: true },
    gasRow(pause),
    ...hashRows(pause),
    simulationRow(pause),
    { label: "Still works", value: stillWorks.join(", "), mono: false },
    ...limitRows(pause),
    ...(undo === undefined ? [] : [{ label: "To undo", value: undo, mono: false }]),
    { label: "Plan sha256", value: planHash, mono: true },
    {
      label: "Check words",
      value: phrase,
      mono: false,
      note: "the same in chat and on the signing page; if they differ, do not sign",
    },
  ];
}

/** What the plan says of how far it may go, and who decides afterwards. Nothing that is signed depends on it. */
function limitRows({ facts: { limits = {} } }: Pause): CardRow[] {
  const row = (label: string, value: string | undefined): CardRow[] =>
    value === undefined ? [] : [{ label, value, mono: false }];
  const { trigger, longestPause, legalReview, extend, resume } = limits;
  return [
    ...row("Justified by", trigger),
    ...row("Longest pause", longestPause === undefined ? undefined : sayMs(msOf(longestPause))),
    ...row("Extended by", extend?.join(", ")),
    ...row("Resumed by", resume?.join(", ")),
    ...row("Legal review", legalReview === undefined ? undefined : `${legalReview} it runs`),
  ];
}

/** What the call is given, one by one. The data that is signed follows them, whole. */
function argumentRows({ facts: { call, movement } }: Pause): CardRow[] {
  return (call.arguments ?? []).map(({ name, type, value, meaning }) => {
    const amount = name === "amount" && movement?.decimals !== undefined;
    const means = amount ? `${formatUnits(BigInt(value), movement.decimals ?? 0)} ${movement.tokenLabel}` : meaning;
    return { label: name, value, mono: true, note: means === undefined ? type : `${type}; ${means}` };
  });
}

/** Where money leaves and where it arrives, with both balances as the simulation found them. */
function movementRows({ facts: { movement } }: Pause): CardRow[] {
  if (movement === undefined) return [];
  const { balances, decimals, tokenLabel, minimumReceived } = movement;
  const say = (units: string) => (decimals === undefined ? units : formatUnits(BigInt(units), decimals));
  const rows = balances.map(({ address, before, after }, index) => ({
    label: index === 0 ? "Moves from" : "Moves to",
    value: getAddress(address),
    mono: true,
    note: `${say(before)} → ${say(after)} ${tokenLabel} by simulation`,
  }));
  const least = {
    label: "At least",
    value: minimumReceived,
    mono: true,
    note: `${say(minimumReceived)} ${tokenLabel} must arrive`,
  };
  return [...rows, least];
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

function nonceRow({ facts, safe, rivals }: Pause): CardRow {
  const { nonce } = facts.safeTx;
  const moved = safe.nonce !== facts.observed.nonce;
  const seen = `on chain: ${facts.observed.nonce} @ block ${facts.observed.blockNumber}`;
  const after = facts.follows === undefined ? "" : `; runs after ${facts.follows}`;
  const queued = `${after}${sayQueued(nonce, rivals)}`;
  return { label: "Nonce", value: nonce, mono: true, note: `${moved ? `${seen}, ${safe.nonce} now` : seen}${queued}` };
}

/** Others at one nonce race: whichever is sent first voids the rest. */
function sayQueued(nonce: string, rivals: Pause["rivals"]): string {
  if (rivals.length === 0) return "";
  const executable = rivals.filter((rival) => rival.executable).length;
  const others = rivals.length === 1 ? "1 other" : `${rivals.length} others`;
  return `; ${others} queued at ${nonce}, ${executable === 0 ? "none" : executable} executable`;
}

/** Only what a Safe has beside its owners, or what the plan expects there. */
function fittingRows({ facts, safe }: Pause): CardRow[] {
  const { guard, moduleGuard, modules = [] } = safe.fittings;
  const planned = facts.safe.planned ?? {};
  const known = (address: string, expected: readonly string[]) =>
    includesAddress(expected, address) ? "in the plan" : "NOT IN THE PLAN";
  const guardRow = (label: string, now: Address | undefined, expected: Address | undefined): CardRow[] => {
    if (isNone(now) && isNone(expected)) return [];
    const note =
      now === undefined || isNone(now) ? `the plan says ${addressOrNone(expected)}` : known(now, [expected ?? ""]);
    return [{ label, value: addressOrNone(now), mono: true, note }];
  };
  return [
    ...guardRow("Guard", guard, planned.guard),
    ...guardRow("Module guard", moduleGuard, planned.moduleGuard),
    ...modules.map((module) => ({
      label: "Module",
      value: getAddress(module),
      mono: true,
      note: known(module, planned.modules ?? []),
    })),
  ];
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
      note: `row ${facts.safeTx.nonce} of the printed table (allstop hash)`,
    },
    { label: "safeTxHash", value: groupHash(facts.safeTxHash), mono: true },
  ];
}

function simulationRow({ facts, simulated }: Pause): CardRow {
  const { simulation, observed } = simulated
    ? { simulation: simulated, observed: { blockNumber: simulated.blockNumber } }
    : facts;
  const outcome = simulation.ok ? "succeeds" : "FAILS";
  const where = `at block ${observed.blockNumber} on ${simulation.providers}/${simulation.of} RPCs`;
  const detail = simulation.detail === "" ? "" : `; ${simulation.detail}`;
  return { label: "Simulation", value: `${outcome} ${where}${detail}`, mono: false };
}
