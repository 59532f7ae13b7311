import { encodeFunctionData } from "viem";
import type { Address, Hex } from "../../../src/core/ids.ts";
import type { Pause } from "../../../src/core/pause-state.ts";
import { buildSafeTx, safeTypedData } from "../../../src/core/safe-tx.ts";
import { approveHashData, messageForOwner, safeMessageTypedData } from "../../../src/core/signature-message.ts";
import { packSignatures } from "../../../src/core/signature-pack.ts";
import type { SandboxChain } from "../../../src/sandbox/chain/index.ts";

const account = (person: string) => `U0${person.toUpperCase()}`;

/** A signature of one of the nested Safe's owners, over the message that the parent's version asks for. */
export function partBy(chain: SandboxChain, { facts }: Pause, child: Address, person: string): Promise<Hex> {
  const message = messageForOwner(facts.safe.version, facts);
  const { domain, types, primaryType, message: typed } = safeMessageTypedData(facts.chain.id, child, message);
  return chain.wallet.signTypedData(account(person), { domain, types, primaryType, message: { ...typed } });
}

/** These people, all owners of `child`, make it approve the proposal on the chain: one SafeTx of its own. */
export async function approveBySafe(chain: SandboxChain, { facts }: Pause, child: Address, people: string[]) {
  const { client, abi } = chain;
  const nonce = await client.readContract({ address: child, abi: abi.safe, functionName: "nonce" });
  const tx = buildSafeTx({ to: facts.safe.address, data: approveHashData(facts.safeTxHash), nonce });
  const typed = safeTypedData(facts.chain.id, child, tx);
  const entries = await Promise.all(
    people.map(async (person) => {
      const signature = await chain.wallet.signTypedData(account(person), { ...typed, message: { ...typed.message } });
      const owner = chain.wallet.addressOf(account(person));
      if (owner === undefined) throw new Error(`${person} has no wallet.`);
      return { owner, signature };
    }),
  );
  const gas = [0n, 0n, 0n] as const;
  const data = encodeFunctionData({
    abi: abi.safe,
    functionName: "execTransaction",
    args: [tx.to, 0n, tx.data, 0, ...gas, tx.gasToken, tx.refundReceiver, packSignatures(entries, entries.length)],
  });
  return chain.send({ from: "attacker", to: child, data });
}

/** An owner with a key approves on the chain. */
export async function approveByKey(chain: SandboxChain, { facts }: Pause, owner: Address): Promise<Hex> {
  const { client } = chain;
  await client.setBalance({ address: owner, value: 10n ** 18n });
  await client.impersonateAccount({ address: owner });
  const data = approveHashData(facts.safeTxHash);
  const hash = await client.sendUnsignedTransaction({ from: owner, to: facts.safe.address, data, gas: 200_000n });
  await client.stopImpersonatingAccount({ address: owner });
  const receipt = await client.waitForTransactionReceipt({ hash });
  if (receipt.status === "reverted") throw new Error("The approval reverted.");
  return receipt.transactionHash;
}
