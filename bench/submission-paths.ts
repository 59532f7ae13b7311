import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { createWalletClient, defineChain, encodeFunctionData, http, keccak256, parseAbi, stringToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Address, Hex } from "../src/core/ids.ts";
import { buildSafeTx, hashSafeTx, safeTypedData } from "../src/core/safe-tx.ts";
import { packSignatures } from "../src/core/signature-pack.ts";
import { type SandboxChain, startTestChain } from "../src/sandbox/chain/index.ts";
import { type SlackServer, startSlackServer } from "../src/sandbox/slack/server.ts";
import { atMost, type Bench, type Figure, median, monotonicMs, plain, watched } from "./measure.ts";
import { type Provider, startProvider } from "./provider.ts";
import { arrival, ourSend } from "./submission.ts";

/** Rounds of ours and of the floor, and of those who wait for many answers in each. */
const ROUNDS = { full: { ours: 10, others: 4 }, tiny: { ours: 1, others: 1 } };
const SHAPES = [
  { name: "3of5", threshold: 3, owners: 5 },
  { name: "7of12", threshold: 7, owners: 12 },
] as const;
const DELAYS_MS = [0, 50];
const OTHERS = ["viem-write", "protocol-kit-warm", "protocol-kit-cold"] as const;
const REST_MS = 50;

/**
 * The same as `submission`, side by side with what else one could use, for two Safes: from the moment at which the last
 * signature is in our hands until the raw transaction is read by the provider. Ours is the whole bot, with that signature
 * verified and two commits on disk. `viem-write` is `writeContract`, `protocol-kit` is `executeTransaction`, warm with an
 * instance at hand and cold with one that has to be made; neither verifies or records anything. The floor is a local
 * account of viem's that signs the same call, all of it known beforehand, and sends the raw bytes.
 */
export const submissionPaths: Bench = {
  name: "submission-paths",
  figures: [
    ...SHAPES.flatMap(({ name }) =>
      DELAYS_MS.flatMap((delayMs) => ["allstop", ...OTHERS].flatMap((path) => namesOf(path, name, delayMs))),
    ),
    "signature-to-card",
  ],
  async run(size) {
    const chain = await startTestChain();
    const provider = await startProvider(chain.rpcUrl);
    const slack = await startSlackServer({ rateLimits: false, people: [{ id: "U0NOOR", name: "Noor", title: "" }] });
    const figures: Figure[] = [];
    const cards: number[] = [];
    try {
      for (const shape of SHAPES) {
        const safe = await openSafe(chain, shape);
        for (const delayMs of DELAYS_MS) {
          const cell = { chain, provider, slack, safe, delayMs, shape: shape.name };
          const measured = await measure(cell, ROUNDS[size]);
          figures.push(...measured.figures);
          cards.push(...measured.cards);
        }
      }
    } finally {
      await slack.close();
      await provider.close();
      await chain.close();
    }
    return [...figures, watched("signature-to-card", median(cards), "ms")];
  },
};

function namesOf(path: string, shape: string, delayMs: number): [calls: string, ms: string] {
  const name = `${path}-${shape}-${delayMs}ms`;
  return [`${name}-calls`, name];
}

/** A Safe whose owners sign at once, and with what it executes. */
interface OpenSafe {
  address: Address;
  threshold: number;
  sign(typed: ReturnType<typeof safeTypedData>): Promise<Hex[]>;
  owners: ReturnType<typeof privateKeyToAccount>[];
}

async function openSafe(
  chain: SandboxChain,
  shape: { name: string; threshold: number; owners: number },
): Promise<OpenSafe> {
  const owners = Array.from({ length: shape.owners }, (_, index) =>
    privateKeyToAccount(keccak256(stringToHex(`bench owner ${index} of ${shape.name}`))),
  );
  const address = await chain.createSafe({
    owners: owners.map((owner) => owner.address),
    threshold: shape.threshold,
    saltNonce: BigInt(shape.owners),
  });
  const role = keccak256(stringToHex("PAUSER_ROLE"));
  const data = encodeFunctionData({ abi: chain.abi.vault, functionName: "grantRole", args: [role, address] });
  await chain.send({ from: "deployer", to: chain.vault, data });
  return {
    address,
    threshold: shape.threshold,
    owners,
    async sign(typed) {
      const signatures: Hex[] = [];
      for (const owner of owners.slice(0, shape.threshold)) signatures.push(await owner.signTypedData(typed as never));
      return signatures;
    },
  };
}

interface Cell {
  chain: SandboxChain;
  provider: Provider;
  slack: SlackServer;
  safe: OpenSafe;
  delayMs: number;
  shape: string;
}

interface Sample {
  ms: number;
  calls: number;
}

async function measure(
  cell: Cell,
  rounds: { ours: number; others: number },
): Promise<{ figures: Figure[]; cards: number[] }> {
  const { chain, safe } = cell;
  const samples: Record<string, Sample[]> = {};
  const cards: number[] = [];
  const take = async (path: string, send: () => Promise<Sample>) => {
    const snapshot = await chain.snapshot();
    const sample = await send();
    await chain.revert(snapshot);
    samples[path] = [...(samples[path] ?? []), sample];
  };
  const rivals = await openRivals(cell);
  // The first of each is thrown away: code is loaded and compiled in it.
  for (let round = 0; round <= rounds.ours; round += 1) {
    await take("allstop", async () => {
      const { cardMs, ...sample } = await ourSend({ ...cell, signing: { safe: safe.address, sign: safe.sign } });
      cards.push(cardMs);
      return sample;
    });
    await take("floor", rivals.floor);
    if (round > rounds.others) continue;
    for (const path of OTHERS) await take(path, rivals[path]);
  }
  return { figures: figuresOf(cell, samples), cards };
}

function figuresOf({ shape, delayMs }: Cell, samples: Record<string, Sample[]>): Figure[] {
  const of = (path: string) => {
    const [, ...kept] = samples[path] ?? [];
    return { ms: median(kept.map(({ ms }) => ms)), calls: Math.max(...kept.map(({ calls }) => calls)) };
  };
  const floor = of("floor").ms;
  return ["allstop", ...OTHERS].flatMap((path) => {
    const [callsName, name] = namesOf(path, shape, delayMs);
    const { ms, calls } = of(path);
    if (path !== "allstop") return [watched(callsName, calls, "calls"), watched(name, ms, "ms", floor)];
    return [plain(callsName, calls, "calls", 1), atMost(name, { value: ms, floor, unit: "ms" }, 1.5)];
  });
}

const abi = parseAbi([
  "function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures) payable returns (bool)",
]);

/** Loaded when it is measured: it takes long. Its types describe its CommonJS, and not its ES module. */
function loadKit(): typeof import("@safe-global/protocol-kit") {
  return createRequire(import.meta.url)("@safe-global/protocol-kit");
}

/** The same pause, signed by the same owners, sent by others' means. Each is a fresh start but for its connection. */
async function openRivals({ chain, provider, safe, delayMs }: Cell) {
  const { default: SafeKit, EthSafeSignature } = loadKit();
  const executor = privateKeyToAccount(chain.executor.privateKey);
  const tx = buildSafeTx({ to: chain.vault, data: "0x8456cb59", nonce: 0n });
  const typed = safeTypedData(chain.chainId, safe.address, tx);
  const signatures = await safe.sign(typed);
  const signed = signatures.map((signature, index) => ({ owner: safe.owners[index]?.address ?? "0x", signature }));
  const args = [tx.to, 0n, tx.data, 0, 0n, 0n, 0n, tx.gasToken, tx.refundReceiver] as const;
  const { safeTxHash } = hashSafeTx(chain.chainId, safe.address, tx);
  const network = defineChain({
    id: chain.chainId,
    name: "Sandbox",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [provider.url] } },
  });
  const client = createWalletClient({ account: executor, chain: network, transport: http(provider.url) });
  const contracts = {
    safeSingletonAddress: chain.deployments.Safe,
    safeProxyFactoryAddress: chain.deployments.SafeProxyFactory,
    multiSendAddress: chain.deployments.MultiSend,
    multiSendCallOnlyAddress: chain.deployments.MultiSendCallOnly,
    fallbackHandlerAddress: chain.deployments.CompatibilityFallbackHandler,
    signMessageLibAddress: chain.deployments.SignMessageLib,
    createCallAddress: chain.deployments.CreateCall,
    simulateTxAccessorAddress: chain.deployments.SimulateTxAccessor,
  };
  const openKit = () =>
    SafeKit.init({
      provider: provider.url,
      signer: chain.executor.privateKey,
      safeAddress: safe.address,
      contractNetworks: { [chain.chainId]: contracts },
    });
  const kit = await openKit();
  const nonceOfSafe = () =>
    chain.client.readContract({ address: safe.address, abi: chain.abi.safe, functionName: "nonce" });
  const nonceOf = () => chain.client.getTransactionCount({ address: executor.address });

  /** A transaction with all signatures but the last, which comes when the clock runs. */
  async function kitTransaction() {
    const made = await kit.createTransaction({
      transactions: [{ to: tx.to, value: "0", data: tx.data }],
      options: { safeTxGas: "0", baseGas: "0", gasPrice: "0", nonce: 0 },
    });
    const hash = await kit.getTransactionHash(made);
    if (hash !== safeTxHash) throw new Error("protocol-kit made another transaction than we did.");
    for (const { owner, signature } of signed.slice(0, -1)) made.addSignature(new EthSafeSignature(owner, signature));
    return made;
  }

  async function timed(send: () => Promise<unknown>): Promise<Sample> {
    // As warm as the bot's own connection, and after the same rest.
    await client.request({ method: "eth_chainId" });
    await sleep(REST_MS);
    await provider.order({ reset: true, delayMs });
    const began = monotonicMs();
    const sent = send();
    const { at, before } = await arrival(provider);
    await provider.order({ delayMs: 0 });
    await sent;
    // What is not mined yet would be mined in the next round.
    while ((await nonceOfSafe()) === 0n) await sleep(5);
    return { ms: at - began, calls: before + 1 };
  }

  const last = signed.at(-1);
  if (last === undefined) throw new Error("Nobody has signed.");
  return {
    async floor() {
      const data = encodeFunctionData({
        abi,
        functionName: "execTransaction",
        args: [...args, packSignatures(signed, safe.threshold)],
      });
      const price = { gas: 500_000n, maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n };
      const outer = { type: "eip1559" as const, chainId: chain.chainId, to: safe.address, data, ...price };
      const nonce = await nonceOf();
      return timed(async () => {
        const serializedTransaction = await executor.signTransaction({ ...outer, nonce });
        await client.sendRawTransaction({ serializedTransaction });
      });
    },
    "viem-write": () =>
      timed(() =>
        client.writeContract({
          address: safe.address,
          abi,
          functionName: "execTransaction",
          args: [...args, packSignatures(signed, safe.threshold)],
        }),
      ),
    async "protocol-kit-warm"() {
      const made = await kitTransaction();
      return timed(async () => {
        made.addSignature(new EthSafeSignature(last.owner, last.signature));
        await kit.executeTransaction(made);
      });
    },
    async "protocol-kit-cold"() {
      const made = await kitTransaction();
      return timed(async () => {
        made.addSignature(new EthSafeSignature(last.owner, last.signature));
        await (await openKit()).executeTransaction(made);
      });
    },
  };
}
