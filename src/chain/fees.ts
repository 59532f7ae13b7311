/** What one transaction may cost per gas, in wei. */
export interface Fees {
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

const GWEI = 1_000_000_000n;
const TIP_MIN = 5n * GWEI;
/** A base fee rises by an eighth per block at most: four times it lasts for eleven full blocks. */
const BASE_FEE_TIMES = 4n;

/** Default of the policy's cap: a pause of 118,000 gas then costs 0.6 ether at most. */
export const FEE_CAP_DEFAULT = 5_000n * GWEI;

/** The price of a first attempt. A pause is urgent: it pays to be in the next block, whatever the others pay. */
export function firstFees({ baseFee, tipP95, cap }: { baseFee: bigint; tipP95: bigint; cap: bigint }): Fees {
  const tip = max(TIP_MIN, (tipP95 * 3n) / 2n);
  const maxFeePerGas = min(BASE_FEE_TIMES * baseFee + tip, cap);
  return { maxFeePerGas, maxPriorityFeePerGas: min(tip, maxFeePerGas) };
}

/**
 * The price of a replacement: a quarter more on both, where nodes ask for a tenth, and never less than a first attempt
 * would pay now. Undefined when the cap leaves no room for a replacement that nodes would take.
 */
export function nextFees(previous: Fees, first: Fees, cap: bigint): Fees | undefined {
  const maxFeePerGas = min(max(bump(previous.maxFeePerGas), first.maxFeePerGas), cap);
  const tip = max(bump(previous.maxPriorityFeePerGas), first.maxPriorityFeePerGas);
  const maxPriorityFeePerGas = min(tip, maxFeePerGas);
  const enough = (now: bigint, before: bigint) => now * 10n >= before * 11n;
  return enough(maxFeePerGas, previous.maxFeePerGas) && enough(maxPriorityFeePerGas, previous.maxPriorityFeePerGas)
    ? { maxFeePerGas, maxPriorityFeePerGas }
    : undefined;
}

/** A first attempt that knows what was too little for another account's. */
export function atLeast(first: Fees, other: Fees, cap: bigint): Fees {
  const maxFeePerGas = min(max(first.maxFeePerGas, other.maxFeePerGas), cap);
  const tip = max(first.maxPriorityFeePerGas, other.maxPriorityFeePerGas);
  return { maxFeePerGas, maxPriorityFeePerGas: min(tip, maxFeePerGas) };
}

/** The middle one: a single provider cannot set our price. */
export function median(values: bigint[]): bigint {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0n;
}

/** × 1.25, rounded up. */
function bump(value: bigint): bigint {
  return (value * 5n + 3n) / 4n;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
