import { encodeFunctionData, pad, toHex } from "viem";
import { describe, expect, it } from "vitest";
import { EXECUTION_FAILURE, EXECUTION_SUCCESS, safeAbi } from "../../src/chain/abi.ts";
import { approvedHashSlot, executionTemplate, fillTemplate } from "../../src/chain/execution-call.ts";
import { firstFees, median, nextFees } from "../../src/chain/fees.ts";
import { createNonces } from "../../src/chain/nonces.ts";
import { describeRevert, reasonOf } from "../../src/chain/reverts.ts";
import { kitSafeTxHashes } from "../../src/chain/safe-hash.ts";
import { executionLogsOf } from "../../src/chain/safe-logs.ts";
import { checkSingleton, supportedVersion } from "../../src/chain/safe-versions.ts";
import { pollIntervalOf } from "../../src/chain/watch.ts";
import type { Hex } from "../../src/core/ids.ts";
import { buildSafeTx, hashSafeTx, ZERO_ADDRESS } from "../../src/core/safe-tx.ts";

const safe = "0x1111111111111111111111111111111111111111";
const tx = buildSafeTx({ to: "0x2222222222222222222222222222222222222222", data: "0x8456cb59", nonce: 7n });
const gwei = 1_000_000_000n;

describe("the call that executes", () => {
  it.each([65, 130, 195, 64])("is the ABI's own with %i bytes of signatures", (length) => {
    const signatures: Hex = `0x${"ab".repeat(length)}`;
    const whole = encodeFunctionData({
      abi: safeAbi,
      functionName: "execTransaction",
      args: [tx.to, 0n, tx.data, 0, 0n, 0n, 0n, ZERO_ADDRESS, ZERO_ADDRESS, signatures],
    });
    expect(fillTemplate(executionTemplate(tx), signatures)).toBe(whole);
  });

  it("is simulated with approvals at the Safe's own storage slot", () => {
    const { safeTxHash } = hashSafeTx(1, safe, tx);
    expect(approvedHashSlot("0x3333333333333333333333333333333333333333", safeTxHash)).toBe(
      "0x25951f7107743907ee7de96eb6bd30dea261f252165343ae4f550537d04599f9",
    );
  });

  it("is hashed by protocol-kit as by us, away from the main thread", async () => {
    expect(await kitSafeTxHashes(31337, safe, "1.4.1", [tx])).toEqual([hashSafeTx(31337, safe, tx).safeTxHash]);
  });
});

describe("a Safe's version", () => {
  it.each(["1.3.0", "1.3.0+L2", "1.4.1", "1.4.1+L2", "1.5.0"])("%s is supported", (claimed) => {
    expect(supportedVersion(claimed, safe)).toBe(claimed.replace("+L2", ""));
  });

  it.each(["1.2.0", "1.1.1", "1.0.0", "0.1.0"])("%s is refused by name, with both reasons", (claimed) => {
    const refusal = () => supportedVersion(claimed, safe);
    expect(refusal).toThrow(/no chain id.*same address on every chain.*mined as a success and burns the nonce/);
    expect(refusal).toThrow(expect.objectContaining({ code: "unsupported_safe" }));
  });

  it.each(["1.4.0", "1.6.0", "2.0.0", "", "one"])("%j is refused as unknown", (claimed) => {
    expect(() => supportedVersion(claimed, safe)).toThrow("has not been tested with");
  });

  it("is only a claim: the code behind the proxy must be Safe's own of that version", () => {
    const singleton = "0x41675C099F32341bf84BFc5382aF534df5C7461a";
    const code = "0x1fe2df852ba3299d6534ef416eefa406e56ced995bca886ab7a553e6d0c5e1c4";
    expect(() => checkSingleton(safe, "1.4.1", singleton, code)).not.toThrow();
    expect(() => checkSingleton(safe, "1.3.0", singleton, code)).toThrow("is not Safe's own");
    expect(() => checkSingleton(safe, "1.4.1", singleton, `0x${"00".repeat(32)}`)).toThrow("is not Safe's own");
  });
});

describe("fees", () => {
  const cap = 5_000n * gwei;

  it("begin at four times the base fee and a tip that gets in", () => {
    expect(firstFees({ baseFee: 10n * gwei, tipP95: gwei, cap })).toEqual({
      maxFeePerGas: 45n * gwei,
      maxPriorityFeePerGas: 5n * gwei,
    });
    expect(firstFees({ baseFee: 0n, tipP95: 40n * gwei, cap }).maxPriorityFeePerGas).toBe(60n * gwei);
  });

  it("never pass the cap, nor does the tip pass the fee", () => {
    expect(firstFees({ baseFee: 10_000n * gwei, tipP95: 9_000n * gwei, cap })).toEqual({
      maxFeePerGas: cap,
      maxPriorityFeePerGas: cap,
    });
  });

  it("rise by a quarter on both, rounded up, until the cap leaves no room", () => {
    const first = { maxFeePerGas: 7n, maxPriorityFeePerGas: 1n };
    expect(nextFees({ maxFeePerGas: 101n, maxPriorityFeePerGas: 3n }, first, 1_000n)).toEqual({
      maxFeePerGas: 127n,
      maxPriorityFeePerGas: 4n,
    });
    expect(nextFees({ maxFeePerGas: 950n, maxPriorityFeePerGas: 3n }, first, 1_000n)).toBeUndefined();
    const market = { maxFeePerGas: 500n, maxPriorityFeePerGas: 50n };
    expect(nextFees({ maxFeePerGas: 100n, maxPriorityFeePerGas: 4n }, market, 1_000n)).toEqual(market);
  });

  it("follow the middle provider, not the loudest", () => {
    expect(median([1n, 9_999n, 2n])).toBe(2n);
    expect(median([1n, 9_999n])).toBe(1n);
    expect(median([])).toBe(0n);
  });
});

describe("the executor's nonces", () => {
  const account = { latest: 5, pending: 5 };

  it("are one per execution, however many attempts it takes", () => {
    const nonces = createNonces();
    expect(nonces.take("P-0001", account, false)).toBe(5);
    expect(nonces.take("P-0002", account, false)).toBe(6);
    expect(nonces.take("P-0001", account, true)).toBe(5);
    expect(nonces.take("P-0002", account, true)).toBe(6);
  });

  it("go behind what waits in the pool at first, and replace what is stuck there afterwards", () => {
    const nonces = createNonces();
    expect(nonces.take("P-0001", { latest: 5, pending: 7 }, false)).toBe(7);
    expect(nonces.take("P-0001", { latest: 5, pending: 7 }, true)).toBe(5);
  });

  it("move on when a stranger used one up, and close a gap that was left", () => {
    const nonces = createNonces();
    nonces.keep("P-0001", 5);
    expect(nonces.take("P-0001", { latest: 8, pending: 8 }, true)).toBe(8);
    nonces.keep("P-0002", 9);
    nonces.release("P-0001");
    expect(nonces.take("P-0002", { latest: 8, pending: 8 }, true)).toBe(8);
  });
});

describe("the Safe's own word", () => {
  const ours: Hex = `0x${"aa".repeat(32)}`;
  const place = { blockNumber: 1n, blockHash: ours, transactionHash: ours, logIndex: 0n };
  const payment = pad("0x", { size: 32 }).slice(2);

  it("is read in both layouts: indexed since 1.4, in the data before", () => {
    const logs = [
      { ...place, address: safe, topics: [EXECUTION_SUCCESS, ours], data: `0x${payment}` },
      { ...place, address: safe, topics: [EXECUTION_SUCCESS], data: `${ours}${payment}` },
      { ...place, address: safe, topics: [EXECUTION_FAILURE], data: `${ours}${payment}` },
    ] as Parameters<typeof executionLogsOf>[1];
    expect(executionLogsOf(safe, logs).map(({ safeTxHash, success }) => [safeTxHash, success])).toEqual([
      [ours, true],
      [ours, true],
      [ours, false],
    ]);
  });

  it("is no other contract's", () => {
    const logs = [{ ...place, address: tx.to, topics: [EXECUTION_SUCCESS, ours] as Hex[], data: "0x" as Hex }];
    expect(executionLogsOf(safe, logs)).toEqual([]);
  });
});

describe("a revert", () => {
  const text = (reason: string): Hex =>
    `0x08c379a0${toHex(32, { size: 32 }).slice(2)}${toHex(reason.length, { size: 32 }).slice(2)}${toHex(reason, { size: 32 }).slice(2)}`;

  it.each([
    { data: "0xd93c0665" as Hex, message: "execution reverted", words: "EnforcedPause()" },
    { data: text("GS026"), message: "", words: "GS026 (a signature is not of a current owner over this nonce)" },
    { data: text("Pausable: paused"), message: "", words: '"Pausable: paused"' },
    { data: "0x" as Hex, message: "execution reverted: GS013", words: "GS013 (the inner call reverted)" },
    { data: "0xdeadbeef" as Hex, message: "execution reverted", words: "error 0xdeadbeef" },
  ])("is put in words: $words", ({ words, ...revert }) => {
    expect(describeRevert(revert)).toBe(words);
  });

  it("has its reason in the data or, from old nodes, in the message", () => {
    expect(reasonOf({ data: text("GS013"), message: "" })).toBe("GS013");
    expect(reasonOf({ data: "0x", message: "VM Exception: revert GS013" })).toBe("GS013");
    expect(reasonOf({ data: "0xd93c0665", message: "execution reverted" })).toBeUndefined();
  });
});

it("looks for heads a third of a block apart, within bounds", () => {
  expect([0.25, 2, 12, 60].map(pollIntervalOf)).toEqual([500, 2000 / 3, 4000, 4000]);
});
