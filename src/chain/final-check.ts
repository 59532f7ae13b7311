import { concatHex, decodeFunctionData, parseTransaction } from "viem";
import type { FinalCheck } from "../core/chain-port.ts";
import { UserError } from "../core/errors.ts";
import type { Address, Hex } from "../core/ids.ts";
import type { Pause } from "../core/pause-state.ts";
import { safeAbi } from "./abi.ts";
import type { CallOutcome } from "./calls.ts";
import { type Fault, faultOf } from "./final-faults.ts";
import type { Network } from "./network.ts";
import { agree, agreeOnCall } from "./quorum.ts";
import { readStanding } from "./read-safe.ts";
import { checkSignatures, type SignatureCheck } from "./signatures/check.ts";
import { type Block, quantity } from "./wire.ts";

/** What is about to be sent, or is being sent. */
export interface Outgoing {
  pause: Pause;
  raw: Hex;
  executor: Address;
}

/** What `execTransaction` returns when the inner call succeeded. */
const TRUE = `0x${"1".padStart(64, "0")}`;

/**
 * The last look at an execution with its real signatures, on every provider at one block: the Safe's own check of them,
 * asked from an account that is no owner, and the whole `execTransaction` from the executor with its own gas limit. The
 * block is the one on which the execution was made: what happens later, our own inclusion above all, is no fault of it.
 * Throws `RetryableError` when too few answer.
 */
export async function finalCheck(network: Network, outgoing: Outgoing, block: Block): Promise<FinalCheck> {
  try {
    return await checkAt(network, outgoing, block);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Two providers that contradict each other are a fault of their own, and prove nothing.
    return verdict(network, block, 0, { code: error.code, detail: error.message });
  }
}

async function checkAt(network: Network, outgoing: Outgoing, block: Block): Promise<FinalCheck> {
  const { pause, raw, executor } = outgoing;
  const { address, version } = pause.facts.safe;
  const { data = "0x", gas } = parseTransaction(raw);
  const signatures = signaturesIn(data);
  const safe = (await agree(network, `the Safe ${address}`, (provider) => readStanding(provider, address, block)))
    .value;
  if (safe === undefined)
    return verdict(network, block, 0, { code: "not_a_safe", detail: `${address} does not answer as a Safe.` });
  const call = { from: executor, to: address, data, ...(gas && { gas: quantity(gas) }) };
  const packed = { safeTxHash: pause.facts.safeTxHash, preimage: preimageOf(pause), signatures };
  const [checked, executed] = await Promise.all([
    checkSignatures(network, { address, version, threshold: safe.threshold }, packed, block),
    agreeOnCall(network, "the whole execution", call, block),
  ]);
  const agreed = Math.min(checked.agreed.length, executed.agreed.length);
  if (checked.value.ok && executed.value.ok && executed.value.data === TRUE) return verdict(network, block, agreed);
  const found = { network, pause, block, safe, signatures, call, outcome: outcomeOf(checked.value, executed.value) };
  return verdict(network, block, agreed, await faultOf(found));
}

/** The whole execution says more than the check of the signatures alone; where it passes, that one counts. */
function outcomeOf(checked: SignatureCheck, executed: CallOutcome): CallOutcome {
  if (!executed.ok || checked.ok) return executed;
  return { ok: false, data: checked.data, message: checked.reason ?? "The Safe refuses the signatures." };
}

function verdict(network: Network, { number }: Block, providers: number, fault?: Fault): FinalCheck {
  const of = network.providers.length;
  const where = `at block ${number} on ${providers} of ${of} RPC providers`;
  if (fault !== undefined) return { ok: false, ...fault, blockNumber: number, providers, of };
  const detail = `The Safe accepts these signatures, and the whole execution succeeds ${where}.`;
  return { ok: true, detail, blockNumber: number, providers, of };
}

function signaturesIn(data: Hex): Hex {
  const { functionName, args } = decodeFunctionData({ abi: safeAbi, data });
  if (functionName !== "execTransaction")
    throw new Error(`The transaction calls ${functionName}, not execTransaction.`);
  return args[9];
}

function preimageOf({ facts }: Pause): Hex {
  return concatHex(["0x1901", facts.domainHash, facts.messageHash]);
}
