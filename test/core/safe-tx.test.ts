import { hexToSignature, keccak256, serializeSignature, size } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import { approvedHashSlot } from "../../src/chain/execution-call.ts";
import type { Hex } from "../../src/core/ids.ts";
import {
  buildSafeTx,
  canonicalSignature,
  groupHash,
  hashOldSafeTx,
  hashSafeTx,
  recoverOwner,
  Signature,
} from "../../src/core/safe-tx.ts";
import { approveHashData, hashSafeMessage, messageForOwner, preimageOf } from "../../src/core/signature-message.ts";

const safe = "0x1111111111111111111111111111111111111111";
const child = "0x4444444444444444444444444444444444444444";
const target = "0x2222222222222222222222222222222222222222";
const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const owner = privateKeyToAccount(`0x${"11".repeat(32)}`);
const pauseAt = (nonce: bigint) => buildSafeTx({ to: target, data: "0x8456cb59", nonce });
const { safeTxHash } = hashSafeTx(1, safe, pauseAt(7n));

describe("the hashes of a pause", () => {
  // Agreed on by viem, by a hand-written ABI encoding and by protocol-kit.
  it.each([
    {
      chainId: 1,
      nonce: 7n,
      domainHash: "0xf0dcfe86ad4a409690a57dbaae9b1e14c5ea1750a48271a0a3a6037a8100624d",
      messageHash: "0x40bd7aa2123be23eea51eaa9bb42828ee5744fabfa0103fae56d390b47357be6",
      safeTxHash: "0x0dbeac2a55d54c72836491fc443175bcadf8a7542ae88e90dc8effa8f7502f8a",
    },
    {
      chainId: 31337,
      nonce: 7n,
      domainHash: "0x683bcf2d29c16c44ed4b6ec358da92fb7456fc4ca7c36d672ad7bbacc3f4b2a4",
      messageHash: "0x40bd7aa2123be23eea51eaa9bb42828ee5744fabfa0103fae56d390b47357be6",
      safeTxHash: "0x2f7c1cab4976254e3560ee7e145a9e4a8a52607f9cd81d5b38f6d9bb2feadad6",
    },
  ])("on chain $chainId are the golden ones", ({ chainId, nonce, ...hashes }) => {
    expect(hashSafeTx(chainId, safe, pauseAt(nonce))).toEqual(hashes);
  });

  it("has a message hash that depends on the nonce alone, so that a table of them can be printed", () => {
    const at = (chainId: number, nonce: bigint) => hashSafeTx(chainId, safe, pauseAt(nonce)).messageHash;
    expect(at(10, 8n)).toBe("0x5cf881969830741172dda4f2b46e91d7e25f700b44cbfd51bc9475fbfe37cc75");
    expect(at(1, 8n)).toBe(at(31337, 8n));
    expect(at(1, 8n)).not.toBe(at(1, 7n));
  });

  it("is never the one of an old Safe, whose domain has no chain id, and knows that one", () => {
    const old = "0x3f341f8b960333fc3867a9cefdfec16d2861286ff091d81e29a1a49c209dbc92";
    const { messageHash } = hashSafeTx(1, safe, pauseAt(7n));
    expect(hashOldSafeTx(safe, messageHash)).toBe(old);
    expect(safeTxHash).not.toBe(old);
  });

  // Of a Safe that owns this one: which message its owners sign is said by the parent's version.
  it.each([
    { parent: "1.3.0", hash: "0x8ca4460c6c4c58abe849eeb2472c73cf6d02f6b2fe1586d378d473e7f0350384" },
    { parent: "1.4.1", hash: "0x8ca4460c6c4c58abe849eeb2472c73cf6d02f6b2fe1586d378d473e7f0350384" },
    { parent: "1.5.0", hash: "0xa5b6d9dcd91d5f8757adb031e1312fb16bbe793edab98dba10374d93476678d3" },
  ])("of a nested Safe's message under a parent of version $parent are the golden ones", ({ parent, hash }) => {
    const message = messageForOwner(parent, hashSafeTx(1, safe, pauseAt(7n)));
    const { safeMessageHash, domainHash, messageHash } = hashSafeMessage(1, child, message);
    expect(safeMessageHash).toBe(hash);
    expect(keccak256(preimageOf({ domainHash, messageHash }))).toBe(hash);
  });

  it("has a preimage of 66 bytes, whose hash it is", () => {
    const preimage = preimageOf(hashSafeTx(1, safe, pauseAt(7n)));
    expect(size(preimage)).toBe(66);
    expect(keccak256(preimage)).toBe(safeTxHash);
  });

  it("names the entry of approvedHashes that an approval sets", () => {
    expect(approvedHashSlot("0x3333333333333333333333333333333333333333", safeTxHash)).toBe(
      "0x25951f7107743907ee7de96eb6bd30dea261f252165343ae4f550537d04599f9",
    );
    expect(approveHashData(safeTxHash)).toBe(`0xd4d9bdcd${safeTxHash.slice(2)}`);
  });

  it("is shown as a hardware wallet shows it", () => {
    expect(groupHash(safeTxHash)).toMatch(/^0DBE AC2A 55D5 4C72 /);
    expect(groupHash(safeTxHash).replaceAll(" ", "")).toHaveLength(64);
  });
});

describe("a signature", () => {
  const withV = (signature: Hex, v: number): Hex =>
    `${signature.slice(0, 130)}${v.toString(16).padStart(2, "0")}` as Hex;
  const signed = () => owner.sign({ hash: safeTxHash });
  const prefixed = () => owner.signMessage({ message: { raw: safeTxHash } });
  const parity = (signature: Hex) => Number.parseInt(signature.slice(130), 16) - 27;

  it.each([
    { form: "27/28, as typed data", make: async () => signed() },
    { form: "0/1, as some wallets write it", make: async () => withV(await signed(), parity(await signed())) },
    { form: "31/32, as eth_sign", make: async () => withV(await prefixed(), parity(await prefixed()) + 31) },
  ])("in the form $form is its owner's", async ({ make }) => {
    const canonical = canonicalSignature(await make());
    expect(await recoverOwner(safeTxHash, canonical)).toBe(owner.address);
    expect(["1b", "1c", "1f", "20"]).toContain(canonical.slice(130));
  });

  it("with a high s becomes the canonical one of the same owner", async () => {
    const { r, s, yParity } = hexToSignature(await signed());
    const high = serializeSignature({
      r,
      s: `0x${(N - BigInt(s)).toString(16).padStart(64, "0")}`,
      yParity: yParity === 0 ? 1 : 0,
    });
    expect(canonicalSignature(high)).toBe(canonicalSignature(await signed()));
  });

  it.each([2, 26, 29, 30, 33, 255])("with a last byte of %i is none", async (v) => {
    const odd = withV(await signed(), v);
    expect(() => canonicalSignature(odd)).toThrow(expect.objectContaining({ code: "malformed_signature" }));
  });

  it("that no key can have made is said to be none", async () => {
    const garbage: Hex = `0x${"ff".repeat(32)}${"01".repeat(32)}1b`;
    await expect(recoverOwner(safeTxHash, garbage)).rejects.toMatchObject({ code: "malformed_signature" });
    const zero: Hex = `0x${"01".repeat(32)}${"00".repeat(32)}1b`;
    expect(() => canonicalSignature(zero)).toThrow("not a number that a key can make");
  });

  it("is pasted whole or not at all", () => {
    expect(Signature.safeParse(` 0x${"AB".repeat(65)}\n`).data).toBe(`0x${"ab".repeat(65)}`);
    expect(Signature.safeParse(`0x${"ab".repeat(64)}`).success).toBe(false);
    expect(Signature.safeParse("ab".repeat(65)).success).toBe(false);
  });

  it("that claims to be pre-approved is read as a signature, and is then somebody else's", async () => {
    // What a Safe would take as "this owner approved on-chain": r = owner, v = 1.
    const forged: Hex = `0x${owner.address.slice(2).toLowerCase().padStart(64, "0")}${"00".repeat(31)}0101`;
    const canonical = canonicalSignature(forged);
    expect(canonical.slice(130)).toBe("1c");
    const who = await recoverOwner(safeTxHash, canonical).catch(() => undefined);
    expect(who).not.toBe(owner.address);
  });
});
