import {
  type Address,
  concat,
  decodeEventLog,
  encodeFunctionData,
  getAddress,
  type Hex,
  hashTypedData,
  keccak256,
  type TypedDataDefinition,
  zeroAddress,
} from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type SandboxChain, sandboxPeople, sandboxWallet, startTestChain } from "../../../src/sandbox/chain/index.ts";

let chain: SandboxChain;
let snapshot: Hex;

beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.close());

beforeEach(async () => {
  snapshot = await chain.snapshot();
});
afterEach(() => chain.revert(snapshot));

/** From safe-deployments, the canonical set of 1.4.1: address, and keccak256 of the code there. */
const PUBLISHED: Record<string, [string, string]> = {
  Safe: [
    "0x41675C099F32341bf84BFc5382aF534df5C7461a",
    "0x1fe2df852ba3299d6534ef416eefa406e56ced995bca886ab7a553e6d0c5e1c4",
  ],
  SafeL2: [
    "0x29fcB43b46531BcA003ddC8FCB67FFE91900C762",
    "0xb1f926978a0f44a2c0ec8fe822418ae969bd8c3f18d61e5103100339894f81ff",
  ],
  SafeProxyFactory: [
    "0x4e1DCf7AD4e460CfD30791CCC4F9c8a4f820ec67",
    "0x50c3cdc4074750a7a974204a716c999edd37482f907608d960b2b025ee0b3317",
  ],
  CompatibilityFallbackHandler: [
    "0xfd0732Dc9E303f09fCEf3a7388Ad10A83459Ec99",
    "0x7c6007a5d711cea8dfd5d91f5940ec29c7f200fe511eb1fc1397b367af3c42f9",
  ],
  MultiSend: [
    "0x38869bf66a61cF6bDB996A6aE40D5853Fd43B526",
    "0x0e4f7fc66550a322d1e7688e181b75e217e662a4f3f4d6a29b22bc61217c4b77",
  ],
  MultiSendCallOnly: [
    "0x9641d764fc13c8B624c04430C7356C1C7C8102e2",
    "0xecd5bd14a08c5d2122379900b2f272bdf107a7e92423c10dd5fe3254386c9939",
  ],
  SimulateTxAccessor: [
    "0x3d4BA2E0884aa488718476ca2FB8Efc291A46199",
    "0x91f82615581fc73b190b83d72e883608b25e392f72322035df1b13d51766cf8d",
  ],
  SignMessageLib: [
    "0xd53cd0aB83D845Ac265BE939c57F53AD838012c9",
    "0x525c754a46b79e05543a59bb61e8de3c9eee0d955a59352409cbe67ea1077528",
  ],
  CreateCall: [
    "0x9b35Af71d77eaf8d7e40252370304687390A1A52",
    "0x2b3060c55fcb8275653e99ad511a71f67ba76934ed66a7d74d6e68b52afff889",
  ],
};

const PAUSE = encodeFunctionData({
  abi: [{ type: "function", name: "pause", inputs: [], outputs: [], stateMutability: "nonpayable" }],
});
const signers = sandboxPeople.filter(({ kind }) => kind === "signer");

/** What the Safe's owners sign to pause the vault, as a signing page sends it: numbers as decimal strings. */
function pauseTypedData(nonce: string): TypedDataDefinition {
  const field = (name: string, type: string) => ({ name, type });
  return {
    domain: { chainId: chain.chainId, verifyingContract: chain.safe },
    types: {
      SafeTx: [
        field("to", "address"),
        field("value", "uint256"),
        field("data", "bytes"),
        field("operation", "uint8"),
        field("safeTxGas", "uint256"),
        field("baseGas", "uint256"),
        field("gasPrice", "uint256"),
        field("gasToken", "address"),
        field("refundReceiver", "address"),
        field("nonce", "uint256"),
      ],
    },
    primaryType: "SafeTx",
    message: {
      to: chain.vault,
      value: "0",
      data: PAUSE,
      operation: "0",
      safeTxGas: "0",
      baseGas: "0",
      gasPrice: "0",
      gasToken: zeroAddress,
      refundReceiver: zeroAddress,
      nonce,
    },
  };
}

async function execution(people: typeof signers): Promise<Hex> {
  const byAddress = [...people].sort((a, b) => (BigInt(a.address!) < BigInt(b.address!) ? -1 : 1));
  const typedData = pauseTypedData("0");
  const signatures = await Promise.all(byAddress.map(({ slackId }) => chain.wallet.signTypedData(slackId, typedData)));
  return encodeFunctionData({
    abi: chain.abi.safe,
    functionName: "execTransaction",
    args: [chain.vault, 0n, PAUSE, 0, 0n, 0n, 0n, zeroAddress, zeroAddress, concat(signatures)],
  });
}

const pauseBySafe = async (people = signers.slice(0, 3)) =>
  chain.send({ from: "executor", to: chain.safe, data: await execution(people) });

const deposit = () =>
  chain.client.simulateContract({
    address: chain.vault,
    abi: chain.abi.vault,
    functionName: "deposit",
    args: [1_000_000n, chain.depositor],
    account: chain.depositor,
  });

const withdraw = () =>
  chain.client.simulateContract({
    address: chain.vault,
    abi: chain.abi.vault,
    functionName: "withdraw",
    args: [1_000_000n, chain.depositor, chain.depositor],
    account: chain.depositor,
  });

const isPaused = () =>
  chain.client.readContract({ address: chain.vault, abi: chain.abi.vault, functionName: "paused" });

describe("what the chain is furnished with", () => {
  test("Safe 1.4.1 lies at its canonical addresses, with the code hash that Safe published", async () => {
    for (const [name, address] of Object.entries(chain.deployments)) {
      const codeHash = keccak256((await chain.client.getCode({ address })) ?? "0x");
      expect({ [name]: [address, codeHash] }).toEqual({ [name]: PUBLISHED[name] });
    }
    expect(Object.keys(chain.deployments).sort()).toEqual(Object.keys(PUBLISHED).sort());
  });

  test("three of the five signers can act for the Safe, and the executor is none of them", async () => {
    const read = { address: chain.safe, abi: chain.abi.safe } as const;
    const [version, owners, threshold, nonce] = await Promise.all([
      chain.client.readContract({ ...read, functionName: "VERSION" }),
      chain.client.readContract({ ...read, functionName: "getOwners" }),
      chain.client.readContract({ ...read, functionName: "getThreshold" }),
      chain.client.readContract({ ...read, functionName: "nonce" }),
    ]);
    expect([version, threshold, nonce]).toEqual(["1.4.1", 3n, 0n]);
    expect(owners).toEqual(signers.map(({ address }) => address));
    expect(owners).not.toContain(chain.executor.address);
    const slot = await chain.client.getStorageAt({ address: chain.safe, slot: "0x0" });
    expect(getAddress(`0x${slot!.slice(26)}`)).toBe(chain.deployments.Safe);
  });

  test("the executor holds ether and no money, role or share", async () => {
    const { address } = chain.executor;
    const vault = { address: chain.vault, abi: chain.abi.vault } as const;
    const role = await chain.client.readContract({ ...vault, functionName: "PAUSER_ROLE" });
    const hasRole = (account: Address) =>
      chain.client.readContract({ ...vault, functionName: "hasRole", args: [role, account] });
    expect([await hasRole(address), await hasRole(chain.admin), await hasRole(chain.safe)]).toEqual([
      false,
      false,
      true,
    ]);
    expect(await chain.client.readContract({ ...vault, functionName: "balanceOf", args: [address] })).toBe(0n);
    expect(await chain.client.getBalance({ address })).toBeGreaterThan(0n);
  });

  test("every chain comes to the same addresses", async () => {
    const other = await startTestChain();
    expect([other.safe, other.vault, other.token]).toEqual([chain.safe, chain.vault, chain.token]);
    expect(other.rpcUrl).not.toBe(chain.rpcUrl);
    await other.close();
  });
});

describe("the pause", () => {
  test("three signatures pause the vault: the way in is shut, the way out is open", async () => {
    await deposit();
    await withdraw();

    const receipt = await pauseBySafe();

    const log = receipt.logs.find(({ address }) => getAddress(address) === chain.safe)!;
    const event = decodeEventLog({ abi: chain.abi.safe, eventName: "ExecutionSuccess", ...log });
    expect(event.args.txHash).toBe(hashTypedData(pauseTypedData("0")));
    expect(await isPaused()).toBe(true);
    await expect(deposit()).rejects.toThrow("EnforcedPause");
    await withdraw();
  });

  test("money does leave the paused vault: a withdrawal is mined", async () => {
    await pauseBySafe();
    const token = { address: chain.token, abi: chain.abi.token } as const;
    const balance = () => chain.client.readContract({ ...token, functionName: "balanceOf", args: [chain.depositor] });
    const before = await balance();
    const args = [5_000_000n, chain.depositor, chain.depositor] as const;
    const data = encodeFunctionData({ abi: chain.abi.vault, functionName: "withdraw", args });
    await chain.send({ from: "whale", to: chain.vault, data });
    expect(await balance()).toBe(before + 5_000_000n);
  });

  test.each(["whale", "attacker", "deployer", "executor"] as const)("the %s alone cannot pause", async (from) => {
    await expect(chain.send({ from, to: chain.vault, data: PAUSE })).rejects.toThrow("reverted");
    expect(await isPaused()).toBe(false);
  });

  test("two signatures are not enough, and a paused vault cannot be paused again", async () => {
    await expect(pauseBySafe(signers.slice(0, 2))).rejects.toThrow("reverted");
    expect(await isPaused()).toBe(false);
    await pauseBySafe(signers.slice(2, 5));
    await expect(pauseBySafe()).rejects.toThrow("reverted");
  });

  test("the admin lifts it", async () => {
    await pauseBySafe();
    const data = encodeFunctionData({ abi: chain.abi.vault, functionName: "unpause" });
    await chain.send({ from: "deployer", to: chain.vault, data });
    expect(await isPaused()).toBe(false);
    await deposit();
  });
});

describe("blocks", () => {
  test("with a block time, a transaction waits for the next block; without, it is mined at once", async () => {
    await chain.setBlockTime(1);
    const before = await chain.client.getBlockNumber({ cacheTime: 0 });
    const receipt = await pauseBySafe();
    expect(receipt.blockNumber).toBeGreaterThan(before);
    expect(await chain.client.getAutomine()).toBe(false);

    await chain.setBlockTime(0);
    expect(await chain.client.getAutomine()).toBe(true);
  });

  test("a block is final after four more", async () => {
    const { blockNumber } = await pauseBySafe();
    const numberOf = async (blockTag: "safe" | "finalized") => (await chain.client.getBlock({ blockTag })).number;
    await chain.mine(2);
    expect([await numberOf("safe"), (await numberOf("finalized")) < blockNumber]).toEqual([blockNumber, true]);
    await chain.mine(2);
    expect(await numberOf("finalized")).toBe(blockNumber);
  });
});

describe("the wallet", () => {
  test("signers have one, responders have none", async () => {
    expect(signers.map(({ slackId }) => slackId)).toEqual(["U0ANA", "U0BAO", "U0CHIDI", "U0DARA", "U0EMIL"]);
    expect(sandboxWallet.addressOf("U0NOOR")).toBeUndefined();
    expect(sandboxWallet.addressOf("U0ANA")).toBe(chain.owners[0]);
    await expect(sandboxWallet.signTypedData("U0NOOR", pauseTypedData("0"))).rejects.toThrow("Noor has no wallet");
  });

  test("it signs for its own chain only", async () => {
    const typedData = pauseTypedData("0");
    const elsewhere = { ...typedData, domain: { ...typedData.domain, chainId: 1 } };
    const anywhere = { ...typedData, domain: { verifyingContract: chain.safe } };
    await expect(sandboxWallet.signTypedData("U0ANA", elsewhere)).rejects.toThrow("valid on chain 1");
    await expect(sandboxWallet.signTypedData("U0ANA", anywhere)).rejects.toThrow("valid on any chain");
    const EIP712Domain = [{ name: "verifyingContract", type: "address" }];
    const chainLeftOut = pauseTypedData("0");
    Object.assign(chainLeftOut.types, { EIP712Domain });
    await expect(sandboxWallet.signTypedData("U0ANA", chainLeftOut)).rejects.toThrow("valid on any chain");
  });

  test("it signs what a page sends, whichever way the page writes numbers", async () => {
    const typedData = pauseTypedData("0");
    const nowhere = { ...typedData, domain: { name: "Allstop", version: "1" } };
    const inHex = { ...typedData, domain: { chainId: "0x7a69", verifyingContract: chain.safe } };
    expect(await sandboxWallet.signTypedData("U0ANA", nowhere)).toMatch(/^0x[0-9a-f]{130}$/);
    expect(await sandboxWallet.signTypedData("U0ANA", JSON.parse(JSON.stringify(inHex)))).toBe(
      await sandboxWallet.signTypedData("U0ANA", typedData),
    );
  });
});
