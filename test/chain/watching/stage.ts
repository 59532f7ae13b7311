import { encodeFunctionData, type Hex, parseAbi } from "viem";
import { lineView } from "../../../src/chat/cards/line.ts";
import { pauseCard } from "../../../src/chat/cards/pause-card.ts";
import type { Address } from "../../../src/core/ids.ts";
import type { SafeTx } from "../../../src/core/pause-shapes.ts";
import { buildSafeTx, canonicalSignature, hashSafeTx, recoverOwner, safeTypedData } from "../../../src/core/safe-tx.ts";
import { packSignatures } from "../../../src/core/signature-pack.ts";
import type { TimelineEvent } from "../../../src/core/timeline.ts";
import { type RpcProxy, type SandboxChain, startRpcProxy } from "../../../src/sandbox/chain/index.ts";
import { useChain } from "../use-chain.ts";
import { openChainStory } from "../world.ts";

export type ChainStory = ReturnType<typeof openChainStory>;

/** One chain for a file of stories; each story begins where the chain was new. */
export function stage() {
  let chain: SandboxChain;
  const closers = useChain((started) => {
    chain = started;
  });
  return {
    get chain() {
      return chain;
    },
    open(options: Parameters<typeof openChainStory>[1] = {}): ChainStory {
      const story = openChainStory(chain, options);
      closers.push(story.close);
      return story;
    },
    async proxies(count: number): Promise<RpcProxy[]> {
      const started = await Promise.all(Array.from({ length: count }, () => startRpcProxy({ target: chain.rpcUrl })));
      for (const proxy of started) closers.push(proxy.close);
      return started;
    },
  };
}

export const hostOf = (proxy: RpcProxy | undefined) => new URL(proxy?.url ?? "").host;
export const urlsOf = (proxies: RpcProxy[]) => proxies.map(({ url }) => url);

/** Proposed and watched, with these people's signatures. */
export async function collecting(story: ChainStory, ...people: string[]): Promise<void> {
  await story.propose();
  await story.port.arm(await story.pause());
  await story.sign(...people);
}

/** The newest event of a kind. */
export async function newest<K extends TimelineEvent["kind"]>(story: ChainStory, kind: K) {
  const events = (await story.journal.events("incident/INC-0001")).map(({ event }) => event);
  return events.findLast((event): event is Extract<TimelineEvent, { kind: K }> => event.kind === kind);
}

/** All words of the proposal's card, as a room shows it. */
export async function cardWords(story: ChainStory, proposal = "P-0001"): Promise<string> {
  const pause = (await story.incident()).pauses.find(({ id }) => id === proposal);
  if (pause === undefined) throw new Error(`There is no ${proposal}.`);
  const roster = await story.journal.state("roster");
  return JSON.stringify(pauseCard(pause, { links: story.app.links, roster }));
}

/** What the room was told in lines of their own, of one kind of event. */
export async function linesTold(story: ChainStory, kind: TimelineEvent["kind"]): Promise<string[]> {
  const events = await story.journal.events("incident/INC-0001");
  const owed = story.owed
    .due("chat/slack", Number.MAX_SAFE_INTEGER)
    .flatMap(({ effect }) => (effect.kind === "tell_room" ? [effect.seq] : []));
  const roster = await story.journal.state("roster");
  return events
    .filter(({ seq, event }) => event.kind === kind && owed.includes(seq))
    .map((stored) => JSON.stringify(lineView(stored, roster)));
}

const managing = parseAbi([
  "function changeThreshold(uint256 threshold)",
  "function enableModule(address module)",
  "function setGuard(address guard)",
  "function setFallbackHandler(address handler)",
]);

export const changes = {
  threshold: (to: number) => encodeFunctionData({ abi: managing, functionName: "changeThreshold", args: [BigInt(to)] }),
  module: (module: Address) => encodeFunctionData({ abi: managing, functionName: "enableModule", args: [module] }),
  guard: (guard: Address) => encodeFunctionData({ abi: managing, functionName: "setGuard", args: [guard] }),
  handler: (to: Address) => encodeFunctionData({ abi: managing, functionName: "setFallbackHandler", args: [to] }),
};

/**
 * A guard that says yes when it is asked whether it is one, and reverts with `Frozen()` on everything else: answers
 * `supportsInterface`, and has no other door.
 */
export async function deployGuard(chain: SandboxChain): Promise<Address> {
  const guard = "0x00000000000000000000000000000000000f4a2e";
  const frozen = "7c2f2c1e";
  const code: Hex = `0x60003560e01c6301ffc9a714601c5763${frozen}6000526004601cfd5b600160005260206000f3`;
  await chain.client.setCode({ address: guard, bytecode: code });
  return guard;
}

/** Another transaction of the Safe at this nonce: it sends nothing to nobody. With three owners' signatures, unsent. */
export async function foreign(chain: SandboxChain, nonce: bigint): Promise<{ data: Hex; safeTxHash: Hex }> {
  const tx = buildSafeTx({ to: chain.attacker, data: "0x", nonce });
  return { data: await signedCall(chain, tx), safeTxHash: hashSafeTx(chain.chainId, chain.safe, tx).safeTxHash };
}

/** `execTransaction` with the signatures of three owners: anyone may send it. */
export async function signedCall(chain: SandboxChain, tx: SafeTx): Promise<Hex> {
  const typed = safeTypedData(chain.chainId, chain.safe, tx);
  const { safeTxHash } = hashSafeTx(chain.chainId, chain.safe, tx);
  const entries = await Promise.all(
    ["ANA", "CHIDI", "EMIL"].map(async (person) => {
      const signature = canonicalSignature(
        await chain.wallet.signTypedData(`U0${person}`, { ...typed, message: { ...typed.message } }),
      );
      return { owner: await recoverOwner(safeTxHash, signature), signature };
    }),
  );
  const gas = [BigInt(tx.safeTxGas), BigInt(tx.baseGas), BigInt(tx.gasPrice)] as const;
  return encodeFunctionData({
    abi: chain.abi.safe,
    functionName: "execTransaction",
    args: [
      tx.to,
      BigInt(tx.value),
      tx.data,
      tx.operation,
      ...gas,
      tx.gasToken,
      tx.refundReceiver,
      packSignatures(entries, 3),
    ],
  });
}
