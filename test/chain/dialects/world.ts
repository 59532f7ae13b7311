import { readFileSync } from "node:fs";
import {
  type Abi,
  type AbiParameter,
  concatHex,
  encodeAbiParameters,
  encodeFunctionData,
  getAddress,
  parseAbiItem,
} from "viem";
import { expect } from "vitest";
import { z } from "zod";
import { dialectOf } from "../../../src/chain/dialects/index.ts";
import { createReader, type Reader } from "../../../src/chain/dialects/reader.ts";
import { executionTemplate, fillTemplate } from "../../../src/chain/execution-call.ts";
import { openExecutor } from "../../../src/chain/executor.ts";
import { createNetworks, type Networks } from "../../../src/chain/network.ts";
import { findIntervention } from "../../../src/chain/plan-lookup.ts";
import { preparePause } from "../../../src/chain/prepare.ts";
import { pinHead } from "../../../src/chain/quorum.ts";
import { readSafe } from "../../../src/chain/read-safe.ts";
import { rehearseExecution } from "../../../src/chain/rehearse-execution.ts";
import { verifyPause } from "../../../src/chain/verify.ts";
import type { PreparedPause, Verification } from "../../../src/core/chain-port.ts";
import { type Address, Hex } from "../../../src/core/ids.ts";
import { beginPause, foldPause, type Pause } from "../../../src/core/pause-state.ts";
import { type LoadedPlan, ResponsePlan } from "../../../src/core/plan.ts";
import { safeTypedData } from "../../../src/core/safe-tx.ts";
import type { EventOf, StoredEvent, TimelineEvent } from "../../../src/core/timeline.ts";
import type { SandboxChain } from "../../../src/sandbox/chain/index.ts";

const Artifacts = z.object({ bytecode: z.record(z.string(), Hex) });
const { bytecode } = Artifacts.parse(JSON.parse(readFileSync(new URL("./artifacts.json", import.meta.url), "utf8")));

/** Deploys one of the contracts of this folder. Types are the constructor's, such as `address`. */
export async function deploy(
  chain: SandboxChain,
  name: string,
  args: readonly (readonly [type: string, value: unknown])[] = [],
): Promise<Address> {
  const code = bytecode[name];
  if (code === undefined) throw new Error(`There is no contract ${name}: run compile.ts.`);
  const types: AbiParameter[] = args.map(([type]) => ({ type }));
  const encoded = encodeAbiParameters(
    types,
    args.map(([, value]) => value),
  );
  const { contractAddress } = await chain.send({ from: "deployer", data: concatHex([code, encoded]) });
  if (!contractAddress) throw new Error(`${name} was not deployed.`);
  return getAddress(contractAddress);
}

/** A call by the Safe or by one of the sandbox's people, by its signature. */
export async function act(
  chain: SandboxChain,
  from: "safe" | "deployer" | "attacker" | "whale",
  to: Address,
  signature: string,
  ...args: unknown[]
): Promise<void> {
  const abi: Abi = [parseAbiItem(`function ${signature}` as `function ${string}()`)];
  const data = encodeFunctionData({ abi, functionName: signature.split("(")[0], args });
  if (from === "safe") await asSafe(chain, to, data);
  else await chain.send({ from, to, data });
}

export type PlannedFields = Record<string, unknown> & { dialect: string; target: Address };

/** What every pause's plan needs beside what its dialect asks for. */
export function probes(from: Address, effect: string, exit: string, more: { target?: Address } = {}) {
  const probe = (call: string) => {
    const [name, ...args] = call.split(" ");
    return { label: `${name?.split("(")[0]}()`, from, call: name, arguments: args, ...more };
  };
  return { effectProbe: probe(effect), exitProbe: probe(exit) };
}

/** The plan, the network and the Safe of one story about interventions. */
export function openDialects(
  chain: SandboxChain,
  interventions: Record<string, PlannedFields>,
  options: { urls?: string[] } = {},
) {
  const plan = planOf(chain, interventions);
  const networks: Networks = createNetworks(() => plan, { 31337: options.urls ?? [chain.rpcUrl] }, undefined);
  const network = networks.of(31337);
  const executor = openExecutor(chain.executor.privateKey);
  if (executor === undefined) throw new Error("The sandbox has an executor.");

  async function ask<T>(key: string, question: (reader: Reader, dialect: ReturnType<typeof dialectOf>) => Promise<T>) {
    const planned = findIntervention(plan, key);
    return question(createReader(network, await pinHead(network)), planned.dialect);
  }

  return {
    plan,
    network,
    ask,
    dialect: (key: string) => dialectOf(findIntervention(plan, key).intervention),
    prepare: (key: string): Promise<PreparedPause> => preparePause({ plan, networkOf: networks.of, executor }, key),
    /** Proposes it, has three owners sign it, sends it, and says what the block that holds it proves. */
    async run(key: string): Promise<{ prepared: PreparedPause; verification: Verification; blockTime: Date }> {
      const prepared = await this.prepare(key);
      const { pause, transactionHash, blockHash, blockTime } = await execute(chain, proposalOf(prepared));
      const verification = await verifyPause(network, plan, pause, { transactionHash, blockHash });
      return { prepared, verification, blockTime };
    },
    /** A proposal, whose execution can be tried again on each later block. */
    async rehearsal(key: string) {
      const pause = proposalOf(await this.prepare(key));
      return async () => {
        const safe = await readSafe(network, chain.safe);
        return rehearseExecution({ plan, network, executor, pause, safe });
      };
    },
    close: networks.close,
  };
}

function planOf(chain: SandboxChain, interventions: Record<string, PlannedFields>): LoadedPlan {
  const common = { safe: "ops-pause", targetLabel: "Target", stillWorks: ["withdraw()"] };
  return {
    hash: "9f3a".repeat(16),
    ...ResponsePlan.parse({
      version: 1,
      organisation: "Example",
      reviewed: "2026-11-01",
      channels: { alerts: {} },
      people: { noor: { name: "Noor", slack: "U0NOOR" }, ana: { name: "Ana", slack: "U0ANA" } },
      onCall: ["noor"],
      chains: { 31337: { name: "Sandbox", secondsPerBlock: 2 } },
      safes: { "ops-pause": { chain: 31337, address: chain.safe } },
      interventions: Object.fromEntries(
        Object.entries(interventions).map(([key, fields]) => [key, { title: `Do ${key}`, ...common, ...fields }]),
      ),
    }),
  };
}

/** The real Safe runs it, with real signatures of three owners, sent by the executor. */
export async function execute(chain: SandboxChain, pause: Pause) {
  const signed = await Promise.all(
    ["ana", "bao", "chidi"].map(async (person, index) => ({
      owner: chain.owners[index]!,
      signature: await signatureOf(chain, pause, person),
    })),
  );
  const ascending = signed.sort((a, b) => (BigInt(a.owner) < BigInt(b.owner) ? -1 : 1));
  const signatures = concatHex(ascending.map(({ signature }) => signature));
  const data = fillTemplate(executionTemplate(pause.facts.safeTx), signatures);
  const receipt = await chain.send({ from: "executor", to: chain.safe, data });
  const { transactionHash, blockHash, blockNumber } = receipt;
  const block = await chain.client.getBlock({ blockNumber });
  const attempt = foldPause(
    pause,
    ...told({
      kind: "pause.signed",
      proposal: pause.id,
      attempt: 1,
      transactionHash,
      raw: "0x",
      executor: chain.executor.address,
      nonce: 0,
      gas: "0",
      maxFeePerGas: "0",
      maxPriorityFeePerGas: "0",
    }),
  );
  return { pause: attempt, transactionHash, blockHash, blockTime: new Date(Number(block.timestamp) * 1000) };
}

/** Every check passed; else its sentence is the failure. */
export function expectProven({ checks, ok }: Verification): void {
  expect(checks.filter((check) => !check.ok).map(({ name, detail }) => `${name}: ${detail}`)).toEqual([]);
  expect(ok).toBe(true);
}

export function detailOf({ checks }: Verification, name: string): string {
  return checks.find((check) => check.name === name)?.detail ?? `There is no ${name}.`;
}

/** A prepared act as the timeline would hold it. */
export function proposalOf(prepared: PreparedPause): Pause {
  const facts: EventOf<"pause.proposed"> = {
    kind: "pause.proposed",
    proposal: "P-0001",
    planHash: "9f3a",
    acknowledgementsRequired: 0,
    execute: "by-press",
    stillWorks: ["withdraw()"],
    ...prepared,
  };
  const [stored] = told(facts);
  return beginPause("INC-0001", stored, facts);
}

function told<E extends TimelineEvent>(event: E): [StoredEvent, E] {
  const at = "2026-11-21T03:00:00.000Z";
  const hash = "0".repeat(64);
  const stored = { seq: 1, at, recordedAt: at, previousHash: hash, hash } as const;
  return [{ stream: "incident/INC-0001", by: "allstop", event, ...stored }, event];
}

function signatureOf(chain: SandboxChain, { facts }: Pause, person: string): Promise<Hex> {
  const typed = safeTypedData(facts.chain.id, facts.safe.address, facts.safeTx);
  return chain.wallet.signTypedData(`U0${person.toUpperCase()}`, { ...typed, message: { ...typed.message } });
}

/** The Safe itself acts, as after a transaction that nobody told us of. Its nonce does not move. */
async function asSafe(chain: SandboxChain, to: Address, data: Hex): Promise<void> {
  const { client, safe } = chain;
  await client.setBalance({ address: safe, value: 10n ** 18n });
  await client.impersonateAccount({ address: safe });
  const hash = await client.sendUnsignedTransaction({ from: safe, to, data, gas: 1_000_000n });
  await client.stopImpersonatingAccount({ address: safe });
  const receipt = await client.waitForTransactionReceipt({ hash });
  if (receipt.status === "reverted") throw new Error("What the Safe was made to do reverted.");
}
