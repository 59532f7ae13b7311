import { encodeFunctionData, type Hex, keccak256, stringToHex } from "viem";
import type { Address } from "../../../src/core/ids.ts";
import { type NewSafe, type SafeVersion, type SandboxChain, startTestChain } from "../../../src/sandbox/chain/index.ts";

export const versions: readonly SafeVersion[] = ["1.3.0", "1.4.1", "1.5.0"];

/** A chain with every supported release of Safe at its canonical addresses. */
export async function startMatrixChain(): Promise<SandboxChain> {
  const chain = await startTestChain();
  await chain.deploySafe("1.3.0");
  await chain.deploySafe("1.5.0");
  return chain;
}

let salt = 1_000n;

/** A fresh Safe that may pause the vault. */
export async function pausingSafe(chain: SandboxChain, options: Partial<NewSafe> = {}): Promise<Address> {
  const safe = await newSafe(chain, options);
  const role = keccak256(stringToHex("PAUSER_ROLE"));
  const data = encodeFunctionData({ abi: chain.abi.vault, functionName: "grantRole", args: [role, safe] });
  await chain.send({ from: "deployer", to: chain.vault, data });
  return safe;
}

export function newSafe(chain: SandboxChain, options: Partial<NewSafe> = {}): Promise<Address> {
  salt += 1n;
  return chain.createSafe({ owners: chain.owners, threshold: chain.threshold, saltNonce: salt, ...options });
}

/**
 * Makes a Safe say another `VERSION()`. In all else it stays what it is: the code put in its proxy's place answers that
 * one question and delegates every other to the singleton.
 */
export async function claimVersion(chain: SandboxChain, safe: Address, version: string): Promise<void> {
  const singleton = chain.deployments.Safe.slice(2).toLowerCase();
  const text = stringToHex(version, { size: 32 }).slice(2);
  const answer = `5b60205f52${push(version.length)}6020527f${text}60405260605ff3`;
  const isVersion = "5f3560e01c63ffa1ad741460";
  const delegate = `365f5f375f5f365f73${singleton}5af43d5f5f3e60`;
  const start = isVersion.length / 2 + 2;
  const returns = start + delegate.length / 2 + 2 + 3;
  const last = returns + 4;
  const code: Hex = `0x${isVersion}${byte(last)}57${delegate}${byte(returns)}573d5ffd5b3d5ff3${answer}`;
  await chain.client.setCode({ address: safe, bytecode: code });
}

const byte = (value: number) => value.toString(16).padStart(2, "0");
const push = (value: number) => `60${byte(value)}`;

/** Blocks go on while something is followed to its end. */
export async function mining<T>(chain: SandboxChain, work: Promise<T>): Promise<T> {
  const timer = setInterval(() => void chain.mine(1), 60);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
