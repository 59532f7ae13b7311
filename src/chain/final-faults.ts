import { getAddress, sliceHex } from "viem";
import { UserError } from "../core/errors.ts";
import type { Address, Hex } from "../core/ids.ts";
import { includesAddress, type Pause, sameAddress } from "../core/pause-state.ts";
import { recoverOwner } from "../core/safe-tx.ts";
import { isNone } from "../core/safe-words.ts";
import type { Call, CallOutcome } from "./calls.ts";
import { readFittings } from "./guards.ts";
import type { Network } from "./network.ts";
import { agree, agreeOnCall } from "./quorum.ts";
import type { Standing } from "./read-safe.ts";
import { describeRevert, reasonOf } from "./reverts.ts";
import { findExecutions } from "./safe-logs.ts";
import type { Block } from "./wire.ts";

/** Which fault it is, by a stable name, and in a sentence. */
export interface Fault {
  code: string;
  detail: string;
}

/** What was seen at one block. */
export interface Seen {
  network: Network;
  pause: Pause;
  block: Block;
  safe: Standing;
  /** As `execTransaction` was given them. */
  signatures: Hex;
  /** The whole execution as it would be sent. */
  call: Call;
  outcome: CallOutcome;
}

/** A Safe's codes, and what is behind them: GS013 hides the true reason, and GS026 stands for seven faults. */
export async function faultOf(seen: Seen): Promise<Fault> {
  const { outcome } = seen;
  if (outcome.ok) {
    return {
      code: "returned_false",
      detail: "The Safe would return false, although its gas fields are zero: a bug of ours.",
    };
  }
  const reason = reasonOf(outcome);
  switch (reason) {
    case "GS010":
      return { code: "out_of_gas", detail: `The gas limit is too low: ${describeRevert(outcome)}.` };
    case "GS011":
    case "GS012":
      return {
        code: "refund_fields",
        detail: `Its refund fields are not zero, a bug of ours: ${describeRevert(outcome)}.`,
      };
    case "GS020":
      return tooFew(seen);
    case "GS021":
    case "GS022":
    case "GS023":
    case "GS024":
    case "GS027":
      return { code: "contract_signature", detail: `${sayContractOwners(seen)} ${describeRevert(outcome)}.` };
    case "GS025":
      return approvalMissing(seen);
    case "GS026":
      return signatureFault(seen);
    default:
      return innerFault(seen, outcome);
  }
}

/**
 * GS013 says only that the inner call reverted; 1.5.0 passes its revert on, and so does every version with a guard's; and
 * a gas limit that is too low looks like any of them. The same call made from the Safe, without the Safe around it, and
 * the same execution without a limit, tell them apart.
 */
async function innerFault(seen: Seen, outcome: Extract<CallOutcome, { ok: false }>): Promise<Fault> {
  const { network, pause, block, call } = seen;
  const { safe, safeTx } = pause.facts;
  const inner = { from: safe.address, to: safeTx.to, data: safeTx.data };
  const { gas, ...unlimited } = call;
  const [{ value: alone }, { value: generous }] = await Promise.all([
    agreeOnCall(network, "the inner call", inner, block),
    agreeOnCall(network, "the execution without a gas limit", unlimited, block),
  ]);
  const said = describeRevert(outcome);
  if (!alone.ok) {
    const via = reasonOf(outcome) === "GS013" ? " (GS013 from the Safe)" : "";
    return { code: "inner_reverts", detail: `The call itself reverts with ${describeRevert(alone)}${via}.` };
  }
  if (generous.ok && gas !== undefined) {
    return {
      code: "out_of_gas",
      detail: `Its gas limit of ${BigInt(gas)} is too low: ${said}. Without a limit it succeeds.`,
    };
  }
  const { value } = await agree(network, "the guard", (provider) => readFittings(provider, safe.address, block));
  if (isNone(value.guard))
    return { code: "reverts", detail: `The execution reverts with ${said}, though the call itself works.` };
  return {
    code: "guard_refuses",
    detail: `The Safe's guard ${value.guard} refuses it, with ${said}. The call itself works.`,
  };
}

function tooFew({ signatures, safe }: Seen): Fault {
  const given = entriesOf(signatures, safe.threshold).length;
  return {
    code: "too_few_signatures",
    detail: `The Safe asks for ${safe.threshold} signatures now, and these are ${given} (GS020).`,
  };
}

function approvalMissing({ signatures, safe }: Seen): Fault {
  const approvers = entriesOf(signatures, safe.threshold).filter(({ v }) => v === 1);
  const who = approvers.map(({ r }) => addressIn(r)).join(", ");
  return {
    code: "approval_missing",
    detail: `There is no approval on the chain of ${who || "one of the owners"} (GS025).`,
  };
}

function sayContractOwners({ signatures, safe }: Seen): string {
  const contracts = entriesOf(signatures, safe.threshold).filter(({ v }) => v === 0);
  const who = contracts.map(({ r }) => addressIn(r)).join(", ");
  return `The signature of an owner that is a contract${who === "" ? "" : ` (${who})`} does not hold:`;
}

/** GS026, told apart by what the Safe was at that very block. */
async function signatureFault(seen: Seen): Promise<Fault> {
  const { pause, safe } = seen;
  const ours = BigInt(pause.facts.safeTx.nonce);
  if (safe.nonce > ours) return nonceUsed(seen);
  if (safe.nonce < ours) {
    const detail = `The Safe is at nonce ${safe.nonce}, and this is signed for ${ours}: what is before it has to run first.`;
    return { code: "nonce_ahead", detail };
  }
  const entries = await Promise.all(entriesOf(seen.signatures, safe.threshold).map((entry) => ownerFault(seen, entry)));
  for (const [index, entry] of entries.entries()) {
    if (entry.fault !== undefined) return entry.fault;
    const before = entries[index - 1];
    if (before === undefined) continue;
    if (sameAddress(before.owner, entry.owner)) {
      return {
        code: "duplicate_signature",
        detail: `${entry.owner} stands among the signatures twice. A bug of ours.`,
      };
    }
    if (BigInt(before.owner) > BigInt(entry.owner)) {
      return {
        code: "unsorted_signatures",
        detail: "The signatures are not in the order of their owners. A bug of ours.",
      };
    }
  }
  return {
    code: "signatures_refused",
    detail: "The Safe refuses the signatures with GS026, and each of them looks right.",
  };
}

/** Whoever executed it, it is done if it is our hash: that is looked for before anything is called overtaken. */
async function nonceUsed({ network, pause, safe, block }: Seen): Promise<Fault> {
  const { facts } = pause;
  const from = BigInt(facts.observed.blockNumber) + 1n;
  const executions = await findExecutions(network, facts.safe.address, { from, to: block });
  const done = executions.find(({ safeTxHash, success }) => success && safeTxHash === facts.safeTxHash);
  if (done !== undefined) {
    return {
      code: "already_executed",
      detail: `It has been executed already, by transaction ${done.transactionHash}.`,
    };
  }
  const detail = `The Safe is at nonce ${safe.nonce} already, and this is signed for ${facts.safeTx.nonce}.`;
  return { code: "nonce_used", detail };
}

async function ownerFault({ pause, safe }: Seen, entry: Entry): Promise<{ owner: Address; fault?: Fault }> {
  const { facts, confirmations } = pause;
  if (entry.v <= 1) {
    const owner = addressIn(entry.r);
    return {
      owner,
      ...(includesAddress(safe.owners, owner) ? {} : { fault: strangerFault(facts.safe.owners, owner) }),
    };
  }
  const claimed = confirmations.find(({ signature }) => sameAddress(signature, entry.bytes))?.owner;
  const owner = await recovered(facts.safeTxHash, entry.bytes);
  if (owner === undefined || (claimed !== undefined && !sameAddress(owner, claimed))) {
    const whose = claimed === undefined ? "One of the signatures" : `The signature of ${claimed}`;
    return {
      owner: owner ?? claimed ?? addressIn(entry.r),
      fault: { code: "corrupt_signature", detail: `${whose} is corrupt: it recovers to ${owner ?? "nobody"}.` },
    };
  }
  return { owner, ...(includesAddress(safe.owners, owner) ? {} : { fault: strangerFault(facts.safe.owners, owner) }) };
}

function strangerFault(proposed: readonly Address[], owner: Address): Fault {
  return includesAddress(proposed, owner)
    ? { code: "owner_removed", detail: `${owner} signed, and is no longer an owner.` }
    : {
        code: "not_an_owner",
        detail: `A signature recovers to ${owner}, which is not an owner: it is corrupt, or a stranger's.`,
      };
}

async function recovered(safeTxHash: Hex, signature: Hex): Promise<Address | undefined> {
  try {
    return await recoverOwner(safeTxHash, signature);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

interface Entry {
  r: Hex;
  v: number;
  bytes: Hex;
}

/** The static parts: 65 bytes for each signature, as many as the Safe reads. */
function entriesOf(signatures: Hex, threshold: number): Entry[] {
  const entries: Entry[] = [];
  const length = (signatures.length - 2) / 2;
  for (let at = 0; at + 65 <= length && entries.length < threshold; at += 65) {
    const bytes = sliceHex(signatures, at, at + 65);
    entries.push({ bytes, r: sliceHex(bytes, 0, 32), v: Number.parseInt(bytes.slice(130), 16) });
  }
  return entries;
}

function addressIn(word: Hex): Address {
  return getAddress(sliceHex(word, 12));
}
