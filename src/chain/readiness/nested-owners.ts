import type { Address } from "../../core/ids.ts";
import { Hex } from "../../core/ids.ts";
import type { Network } from "../network.ts";
import { agree } from "../quorum.ts";
import type { Block } from "../wire.ts";
import type { ContractOwner } from "./judge-safe.ts";
import { readSafeFacts } from "./safe-facts.ts";

/** The owners that are contracts, and what they would answer with. Throws as `agree` does. */
export async function readContractOwners(
  network: Network,
  owners: readonly Address[],
  block: Block,
): Promise<ContractOwner[]> {
  const { value: withCode } = await agree(network, "the owners' code", async (provider) => {
    const codes = await Promise.all(
      owners.map(async (owner) => Hex.parse(await provider.request("eth_getCode", [owner, { blockHash: block.hash }]))),
    );
    return owners.filter((_, index) => !isAccount(codes[index] ?? "0x"));
  });
  return Promise.all(
    withCode.map(async (owner) => {
      const { value } = await readSafeFacts(network, owner, block);
      return { owner, version: value.standing === undefined ? undefined : value.version, handler: value.handler };
    }),
  );
}

/** A key's own account, also one that has delegated to a contract (EIP-7702): its key still signs for it. */
function isAccount(code: Hex): boolean {
  return code === "0x" || code.startsWith("0xef0100");
}
