import { encodeFunctionData, type Hex, parseAbi } from "viem";
import { type ChainOptions, createChain } from "../../src/chain/index.ts";
import type { PreparedPause, SignedExecution } from "../../src/core/chain-port.ts";
import { beginPause, foldPause, type Pause } from "../../src/core/pause-state.ts";
import type { LoadedPlan } from "../../src/core/plan.ts";
import { canonicalSignature, recoverOwner, safeTypedData } from "../../src/core/safe-tx.ts";
import type { EventOf, StoredEvent, TimelineEvent } from "../../src/core/timeline.ts";
import type { SandboxChain } from "../../src/sandbox/chain/index.ts";
import { chainPlan } from "./world.ts";

/** The port on the test chain, behind any providers, with a plan that may be changed. */
export function openPort(
  chain: SandboxChain,
  options: Partial<Omit<ChainOptions, "rpcUrls" | "plan">> & { urls?: string[]; plan?: LoadedPlan } = {},
) {
  const { urls = [chain.rpcUrl], plan = chainPlan(chain), ...rest } = options;
  return createChain({
    plan: () => plan,
    rpcUrls: { 31337: urls },
    executorPrivateKey: chain.executor.privateKey,
    pollIntervalMs: 40,
    ...rest,
  });
}

/** A prepared pause as the timeline would hold it. */
export function proposalOf(prepared: PreparedPause, id = "P-0001"): Pause {
  const facts: EventOf<"pause.proposed"> = {
    kind: "pause.proposed",
    proposal: id,
    planHash: "9f3a",
    acknowledgementsRequired: 0,
    execute: "by-press",
    stillWorks: ["withdraw()"],
    ...prepared,
  };
  return beginPause("INC-0001", stored(facts), facts);
}

/** With the signatures of these people over its safeTxHash. */
export async function signedBy(chain: SandboxChain, pause: Pause, ...people: string[]): Promise<Pause> {
  let signed = pause;
  for (const person of people) {
    const signature = canonicalSignature(await signatureOf(chain, pause, person));
    const owner = await recoverOwner(pause.facts.safeTxHash, signature);
    signed = after(signed, { kind: "pause.confirmed", proposal: pause.id, owner, signature, via: "page" });
  }
  return signed;
}

export function signatureOf(chain: SandboxChain, { facts }: Pause, person: string): Promise<Hex> {
  const typed = safeTypedData(facts.chain.id, facts.safe.address, facts.safeTx);
  return chain.wallet.signTypedData(`U0${person.toUpperCase()}`, { ...typed, message: { ...typed.message } });
}

/** With this execution signed. */
export function attempted(pause: Pause, signed: SignedExecution): Pause {
  const { gas, maxFeePerGas, maxPriorityFeePerGas, ...rest } = signed;
  return after(pause, {
    kind: "pause.signed",
    proposal: pause.id,
    attempt: pause.attempts.length + 1,
    ...rest,
    gas: gas.toString(),
    maxFeePerGas: maxFeePerGas.toString(),
    maxPriorityFeePerGas: maxPriorityFeePerGas.toString(),
  });
}

export function after(pause: Pause, event: Parameters<typeof foldPause>[2]): Pause {
  return foldPause(pause, stored(event), event);
}

function stored(event: TimelineEvent): StoredEvent {
  const at = "2026-11-21T03:00:00.000Z";
  const hash = "0".repeat(64);
  return { stream: "incident/INC-0001", seq: 1, at, recordedAt: at, by: "allstop", event, previousHash: hash, hash };
}

const ownerAbi = parseAbi([
  "function removeOwner(address prevOwner, address owner, uint256 threshold)",
  "function changeThreshold(uint256 threshold)",
  "function pause()",
]);
const SENTINEL = "0x0000000000000000000000000000000000000001";

/** The Safe itself acts, as after a transaction that nobody told us of. Its nonce does not move. */
export async function asSafe(chain: SandboxChain, to: Hex, data: Hex): Promise<void> {
  const { client, safe } = chain;
  await client.setBalance({ address: safe, value: 10n ** 18n });
  await client.impersonateAccount({ address: safe });
  const hash = await client.sendUnsignedTransaction({ from: safe, to, data, gas: 500_000n });
  await client.stopImpersonatingAccount({ address: safe });
  const receipt = await client.waitForTransactionReceipt({ hash });
  if (receipt.status === "reverted") throw new Error("What the Safe was made to do reverted.");
}

export async function removeOwner(chain: SandboxChain, owner: Hex, threshold = chain.threshold): Promise<void> {
  const owners = await chain.client.readContract({
    address: chain.safe,
    abi: chain.abi.safe,
    functionName: "getOwners",
  });
  const index = owners.findIndex((one) => one.toLowerCase() === owner.toLowerCase());
  const previous = owners[index - 1] ?? SENTINEL;
  const args = [previous, owner, BigInt(threshold)] as const;
  await asSafe(chain, chain.safe, encodeFunctionData({ abi: ownerAbi, functionName: "removeOwner", args }));
}

export const pauseDirectly = (chain: SandboxChain) =>
  asSafe(chain, chain.vault, encodeFunctionData({ abi: ownerAbi, functionName: "pause" }));

/** Somebody else sends these bytes' call, from an account of their own. */
export async function sentByAnother(chain: SandboxChain, data: Hex): Promise<Hex> {
  const receipt = await chain.send({ from: "attacker", to: chain.safe, data });
  return receipt.transactionHash;
}

/** Takes the newest blocks back, and puts empty ones in their place. */
export async function reorg({ rpcUrl }: SandboxChain, depth: number): Promise<void> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "anvil_reorg", params: [depth, []] });
  const answer = await fetch(rpcUrl, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { error } = (await answer.json()) as { error?: { message: string } };
  if (error !== undefined) throw new Error(error.message);
}
