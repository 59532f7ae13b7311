import fc from "fast-check";
import { type Hex, keccak256, numberToHex, recoverAddress, toHex } from "viem";
import { privateKeyToAccount, sign } from "viem/accounts";
import { describe, expect, it } from "vitest";
import { openExecutor } from "../../src/chain/executor.ts";
import { recoverSigner, signHash } from "../../src/core/curve.ts";

const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const P = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn;
const SEED = 20261121;

const word = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
const privateKey = fc.bigInt({ min: 1n, max: N - 1n }).map((key) => numberToHex(key, { size: 32 }));
const hash = word.map((value) => keccak256(toHex(value)));

describe("whose signature it is", () => {
  it("is said as viem says it, for any key, any hash, low s and high s, and every form of v", async () => {
    await fc.assert(
      fc.asyncProperty(privateKey, hash, fc.boolean(), fc.boolean(), async (key, digest, high, raw) => {
        const { r, s, yParity } = await sign({ hash: digest, privateKey: key });
        const parity = high ? 1 - (yParity ?? 0) : (yParity ?? 0);
        const signature = join(r, high ? N - BigInt(s) : BigInt(s), raw ? parity : parity + 27);
        const owner = await recoverSigner(digest, signature);
        expect(owner).toBe(privateKeyToAccount(key).address);
        expect(owner).toBe(await recoverAddress({ hash: digest, signature }));
      }),
      { seed: SEED, numRuns: 1_500 },
    );
  });

  it("is somebody or nobody, the same as viem, for any 65 bytes", async () => {
    const edge = fc.constantFrom(0n, 1n, N - 1n, N, N + 1n, P - N, P - N - 1n, P - 1n, P, 2n ** 256n - 1n, N / 2n);
    const half = fc.oneof({ weight: 3, arbitrary: word }, edge);
    const v = fc.oneof(fc.constantFrom(0, 1, 27, 28), fc.integer({ min: 0, max: 255 }));
    let [found, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(hash, half, half, v, async (digest, r, s, last) => {
        const signature = join(numberToHex(r, { size: 32 }), s, last);
        const ours = await recoverSigner(digest, signature);
        expect(ours).toBe(await recoverAddress({ hash: digest, signature }).catch(() => undefined));
        if (ours === undefined) refused += 1;
        else found += 1;
      }),
      { seed: SEED, numRuns: 2_500 },
    );
    // Neither answer is the only one that was compared.
    expect(Math.min(found, refused)).toBeGreaterThan(300);
  });

  it("is nobody's when it has no 65 bytes", async () => {
    const digest = keccak256("0x01");
    expect(await recoverSigner(digest, "0x")).toBeUndefined();
    expect(await recoverSigner(digest, `0x${"11".repeat(64)}`)).toBeUndefined();
    expect(await recoverSigner(digest, `0x${"11".repeat(64)}1b1b`)).toBeUndefined();
  });
});

describe("signing", () => {
  it("writes the very bytes that viem writes", async () => {
    await fc.assert(
      fc.asyncProperty(privateKey, hash, async (key, digest) => {
        const { r, s, yParity } = await sign({ hash: digest, privateKey: key });
        expect(await signHash(digest, Buffer.from(key.slice(2), "hex"))).toEqual({ r, s, yParity });
        expect(BigInt(s)).toBeLessThanOrEqual(N / 2n);
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  it("makes the raw transaction that viem makes", async () => {
    const wei = fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: 10n ** 12n }));
    const transaction = fc.record({
      chainId: fc.constantFrom(1, 10, 8453, 31337),
      nonce: fc.nat(10_000),
      gas: fc.bigInt({ min: 21_000n, max: 16_777_216n }),
      maxPriorityFeePerGas: wei,
      spare: wei,
      value: fc.oneof(fc.constant(0n), wei),
      data: fc.uint8Array({ maxLength: 1_200 }),
    });
    await fc.assert(
      fc.asyncProperty(privateKey, transaction, async (key, { spare, data, value, maxPriorityFeePerGas, ...rest }) => {
        const outer = {
          ...rest,
          type: "eip1559" as const,
          to: `0x${"5afe".repeat(10)}` as Hex,
          value,
          data: toHex(data),
          maxPriorityFeePerGas,
          maxFeePerGas: maxPriorityFeePerGas + spare,
        };
        const executor = openExecutor(key);
        const account = privateKeyToAccount(key);
        expect(executor?.address).toBe(account.address);
        const raw = await account.signTransaction(outer);
        expect(await executor?.signTransaction(outer)).toEqual({ raw, transactionHash: keccak256(raw) });
      }),
      { seed: SEED, numRuns: 600 },
    );
  });
});

function join(r: Hex, s: bigint, v: number): Hex {
  return `${r}${numberToHex(s, { size: 32 }).slice(2)}${v.toString(16).padStart(2, "0")}`;
}
