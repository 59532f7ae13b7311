import { setImmediate as nextTurn } from "node:timers/promises";
import { hexToBytes } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { signHash, warmCurve } from "../core/curve.ts";
import { UserError } from "../core/errors.ts";
import type { Address, Hex } from "../core/ids.ts";
import { type Outer, type RawTransaction, signRaw } from "./raw-transaction.ts";

/** The account that pays for gas. It is no owner and holds no role: stealing its key steals its gas money. */
export interface Executor {
  address: Address;
  /** The bytes for `eth_sendRawTransaction`, and their hash. The same input, the same bytes. */
  signTransaction(outer: Outer): Promise<RawTransaction>;
}

export function openExecutor(privateKey: Hex | undefined): Executor | undefined {
  if (privateKey === undefined) return undefined;
  const key = hexToBytes(privateKey);
  return {
    address: privateKeyToAddress(privateKey),
    signTransaction: (outer) => signRaw(outer, (hash) => signHash(hash, key)),
  };
}

/** Opens the second executor. Throws when it is the first one: two that share nonces would only outbid each other. */
export function openHedge(privateKey: Hex | undefined, first: Executor | undefined): Executor | undefined {
  const hedge = openExecutor(privateKey);
  if (hedge === undefined || hedge.address !== first?.address) return hedge;
  throw new Error("The second executor has the first one's key.");
}

export function mustExecute(executor: Executor | undefined): Executor {
  if (executor !== undefined) return executor;
  throw new UserError(
    "no_executor",
    "No executor is configured, so nothing can be sent to a chain.",
    "Set EXECUTOR_PRIVATE_KEY to a key that holds gas money and nothing else, and restart.",
  );
}

let warm: Promise<void> | undefined;

/**
 * The first signatures of a process are slow: code is loaded and compiled. Paid here, once, not in the hot path. `fill`
 * makes a transaction's data from signatures, as the hot path does.
 */
export function warmSigning(fill: () => Hex): Promise<void> {
  warm ??= warmUp(fill);
  return warm;
}

const WARM_ROUNDS = 400;
const ROUNDS_IN_A_ROW = 10;

async function warmUp(fill: () => Hex): Promise<void> {
  await warmCurve();
  const outer = {
    chainId: 1,
    nonce: 1,
    maxPriorityFeePerGas: 1_000_000_000n,
    maxFeePerGas: 2_000_000_000n,
    gas: 1_000_000n,
    to: `0x${"00".repeat(20)}` as const,
  };
  // Signed by nobody: no bytes come to be that a chain would take.
  const nobody = { r: `0x${"5a".repeat(32)}` as const, s: `0x${"5a".repeat(32)}` as const, yParity: 0 };
  for (let round = 0; round < WARM_ROUNDS; round += 1) {
    await signRaw({ ...outer, data: fill() }, async () => nobody);
    // A hundred milliseconds in one piece would hold up everything else.
    if (round % ROUNDS_IN_A_ROW === 0) await nextTurn();
  }
}
