import { getAddress } from "viem";
import type { SafeState } from "../../core/chain-port.ts";
import { UserError } from "../../core/errors.ts";
import type { Address, Hex } from "../../core/ids.ts";
import type { Rival } from "../../core/pause-shapes.ts";
import { includesAddress, type Pause } from "../../core/pause-state.ts";
import { canonicalSignature, recoverOwner } from "../../core/safe-tx.ts";
import { type GivenSignature, readSignatures } from "../../core/signature-file.ts";
import { ServiceRefusal, startKitWorker } from "./kit-worker.ts";
import { hashOf, ServiceList, ServiceTransaction } from "./shapes.ts";

/** The account in whose name proposals are shown to owners in Safe's own interface: a delegate, never an owner. */
export interface Proposer {
  address: Address;
  /** Signs a hash: 65 bytes. */
  sign(hash: Hex): Promise<Hex>;
}

type AskedSafe = Pick<SafeState, "address" | "owners" | "threshold">;

/** The transaction service of one chain. Everything in it throws `ServiceRefusal`. */
export interface SafeService {
  /**
   * Signatures that the service has for this proposal. `unknown` when it has no such transaction, `another` when what it
   * has is not ours: its fields hash to something else.
   */
  signaturesFor(pause: Pause): Promise<GivenSignature[] | "unknown" | "another">;
  /** Shows the proposal to its owners in Safe's own interface. Does nothing without a proposer. */
  propose(pause: Pause): Promise<void>;
  /** What else is signed for this nonce, as far as its signatures are of the Safe's owners. */
  queuedAt(safe: AskedSafe, nonce: bigint): Promise<Rival[]>;
  close(): void;
}

export function openSafeService(
  service: { chainId: number; url: string; apiKey?: string | undefined },
  proposer: Proposer | undefined,
): SafeService {
  const { chainId } = service;
  const kit = startKitWorker(service);
  return {
    async signaturesFor(pause) {
      const { facts } = pause;
      let answer: unknown;
      try {
        answer = await kit.call("getTransaction", [facts.safeTxHash]);
      } catch (error) {
        if (error instanceof ServiceRefusal && error.status === 404) return "unknown";
        throw error;
      }
      const tx = parsed(answer);
      if (hashOf(chainId, tx) !== facts.safeTxHash) return "another";
      return tx.confirmations.flatMap(({ owner, signature }) =>
        signature === undefined || signature === null || signature === "0x"
          ? []
          : readSignatures(signature).map((given) => ({ ...given, where: `${owner}'s`, claimed: owner })),
      );
    },
    async propose(pause) {
      if (proposer === undefined) return;
      if (includesAddress(pause.safe.owners, proposer.address)) throw ownsTheSafe(proposer.address);
      const { id, facts } = pause;
      const { nonce, ...fields } = facts.safeTx;
      await kit.call("proposeTransaction", [
        {
          safeAddress: getAddress(facts.safe.address),
          safeTransactionData: { ...fields, to: getAddress(fields.to), nonce: Number(nonce) },
          safeTxHash: facts.safeTxHash,
          senderAddress: getAddress(proposer.address),
          senderSignature: await proposer.sign(facts.safeTxHash),
          origin: `Allstop ${id}`,
        },
      ]);
    },
    async queuedAt(safe, nonce) {
      const options = { executed: false, nonce: nonce.toString(), limit: QUEUE_MAX };
      const { results } = parsedList(await kit.call("getMultisigTransactions", [getAddress(safe.address), options]));
      const rivals: Rival[] = [];
      for (const result of results) {
        const tx = ServiceTransaction.safeParse(result);
        if (!tx.success || tx.data.nonce !== nonce || tx.data.safe.toLowerCase() !== safe.address.toLowerCase())
          continue;
        rivals.push(await rivalOf(chainId, safe, tx.data));
      }
      return rivals;
    },
    close: kit.close,
  };
}

/** Start-up refuses such a key; owners may change later. */
function ownsTheSafe(proposer: Address): ServiceRefusal {
  return new ServiceRefusal(
    `The proposer ${proposer} owns this Safe: a key on a server must not. Nothing is proposed.`,
    undefined,
  );
}

/** More than one person queues for one nonce. */
const QUEUE_MAX = 50;

function parsed(answer: unknown): ServiceTransaction {
  const tx = ServiceTransaction.safeParse(answer);
  if (tx.success) return tx.data;
  throw new ServiceRefusal(
    `What it answered is no transaction: ${tx.error.issues[0]?.message ?? "it can't be read"}`,
    undefined,
  );
}

function parsedList(answer: unknown): { results: unknown[] } {
  const list = ServiceList.safeParse(answer);
  if (list.success) return list.data;
  throw new ServiceRefusal("What it answered is no list of transactions.", undefined);
}

async function rivalOf(chainId: number, safe: AskedSafe, tx: ServiceTransaction): Promise<Rival> {
  const safeTxHash = hashOf(chainId, tx);
  const signers = new Set<string>();
  for (const { signature } of tx.confirmations) {
    for (const { read } of readSignatures(signature ?? "")) {
      const signer = read.kind === "ecdsa" ? await signerOf(safeTxHash, read.signature) : undefined;
      if (signer !== undefined && includesAddress(safe.owners, signer)) signers.add(signer.toLowerCase());
    }
  }
  return { safeTxHash, confirmations: signers.size, executable: signers.size >= safe.threshold };
}

async function signerOf(hash: Hex, signature: Hex): Promise<Address | undefined> {
  try {
    return await recoverOwner(hash, canonicalSignature(signature));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
