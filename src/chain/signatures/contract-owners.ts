import type { ContractOwner, SafeState } from "../../core/chain-port.ts";
import { UserError } from "../../core/errors.ts";
import { type Address, Hex } from "../../core/ids.ts";
import type { Pause } from "../../core/pause-state.ts";
import { messageForOwner, takesHash } from "../../core/signature-message.ts";
import type { Network } from "../network.ts";
import { agree, pinHead } from "../quorum.ts";
import { readSafe } from "../read-safe.ts";

/**
 * Which owners of the proposal's Safe are contracts, and how each one's word can come. Read from a quorum of providers at
 * the newest head. Throws as `agree` does.
 */
export async function readContractOwners(network: Network, pause: Pause): Promise<ContractOwner[]> {
  const { owners } = pause.safe;
  const head = await pinHead(network);
  const { value: codes } = await agree(network, "the owners' code", (provider) =>
    Promise.all(
      owners.map(async (owner) =>
        Hex.parse(await provider.request("eth_getCode", [owner, { blockHash: head.hash }])).slice(0, 8),
      ),
    ),
  );
  const contracts = owners.filter((_, index) => isContract(codes[index]));
  return Promise.all(contracts.map((owner) => readContractOwner(network, pause, owner)));
}

/** An account that lends itself code (EIP-7702) still signs with its key. */
function isContract(codeStart: string | undefined): boolean {
  return codeStart !== undefined && codeStart !== "0x" && codeStart !== "0xef0100";
}

async function readContractOwner(network: Network, { facts }: Pause, owner: Address): Promise<ContractOwner> {
  const { domainHash, messageHash, safeTxHash } = facts;
  const message = messageForOwner(facts.safe.version, { domainHash, messageHash, safeTxHash });
  let child: SafeState;
  try {
    child = await readSafe(network, owner);
  } catch (error) {
    if (!(error instanceof UserError) || error.code === "wrong_chain" || error.code === "providers_disagree")
      throw error;
    // What is no Safe may still sign: a passkey's contract, say. An old or unknown Safe can only approve.
    if (error.code === "not_a_safe") return { owner, way: "sign", message };
    return { owner, way: "approve", message, why: error.message };
  }
  const { version, owners, threshold } = child;
  const safe = { version, owners, threshold };
  const why = whyItCantSign(facts.safe.version, child);
  return why === undefined ? { owner, safe, way: "sign", message } : { owner, safe, way: "approve", message, why };
}

/** Safe's own fallback handlers, through which a Safe answers to `isValidSignature`. */
const handlers: Record<string, string> = {
  "0xf48f2b2d2a534e402487b3ee7c18c33aec0fe5e4": "1.3.0",
  "0x017062a1de2fe6b99be3d9d37841fed19f573804": "1.3.0",
  "0xfd0732dc9e303f09fcef3a7388ad10a83459ec99": "1.4.1",
  "0x3efcbb83a4a7afcb4f68d501e2c2203a38be77f4": "1.5.0",
};

/**
 * Which child can answer which parent depends on both versions and on the child's fallback handler: the parent decides
 * the form of the question, the handler whether there is an answer. Tried with real Safes in each pair.
 */
function whyItCantSign(parentVersion: string, { version, fittings }: SafeState): string | undefined {
  const handler = fittings?.fallbackHandler?.toLowerCase() ?? "";
  const known = handlers[handler];
  if (/^(0x0*)?$/.test(handler)) return "It has no fallback handler, so it can't say whether a signature is its own.";
  if (known === undefined)
    return `Its fallback handler ${handler} is none of Safe's own, so what it says is not known.`;
  const old = known !== "1.5.0";
  if (version === "1.5.0" && !takesHash(parentVersion)) {
    return `It is a Safe of version 1.5.0, and one of version ${parentVersion} asks in a way that it does not understand.`;
  }
  if (version !== "1.5.0" && !old) return `Its fallback handler is 1.5.0's, and it is a Safe of version ${version}.`;
  return undefined;
}
