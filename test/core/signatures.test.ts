import fc from "fast-check";
import { concatHex, hashMessage, numberToHex, pad, serializeSignature, size } from "viem";
import { privateKeyToAccount, sign } from "viem/accounts";
import { describe, expect, it } from "vitest";
import type { Address, Hex } from "../../src/core/ids.ts";
import { canonicalSignature, recoverOwner } from "../../src/core/safe-tx.ts";
import { readSignatures, SIGNATURES_MAX } from "../../src/core/signature-file.ts";
import {
  chooseSignatures,
  type OwnerSignature,
  packSignatures,
  splitSignatures,
} from "../../src/core/signature-pack.ts";

const SEED = 20_261_121;
const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const word = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `0x${Buffer.from(bytes).toString("hex")}` as Hex);
const privateKey = word.filter((hex) => BigInt(hex) > 0n && BigInt(hex) < N);
const bytes = (most: number) =>
  fc.uint8Array({ maxLength: most }).map((some) => `0x${Buffer.from(some).toString("hex")}` as Hex);
const address = fc.bigInt({ min: 2n, max: 2n ** 160n - 1n }).map((value): Address => numberToHex(value, { size: 20 }));
/** r of a signature is an address once in 2^96: never. */
const ecdsa = fc
  .tuple(
    word.filter((r) => !r.startsWith("0x000000000000")),
    word,
    fc.constantFrom("1b", "1c", "1f", "20"),
  )
  .map(([r, s, v]): Hex => `${r}${s.slice(2)}${v}` as Hex);

const check = <T extends unknown[]>(property: fc.IProperty<T> | fc.IAsyncProperty<T>, runs = 200) =>
  fc.assert(property as fc.IAsyncProperty<T>, { seed: SEED, numRuns: runs });

describe("any signature that a wallet may write", () => {
  it("is one canonical signature of one owner, whichever of its six last bytes and two halves it has", async () => {
    await check(
      fc.asyncProperty(privateKey, word, fc.boolean(), fc.boolean(), async (key, hash, prefixed, high) => {
        const owner = privateKeyToAccount(key).address;
        const made = await sign({ hash: prefixed ? hashMessage({ raw: hash }) : hash, privateKey: key });
        const yParity = high ? ((1 - (made.yParity ?? 0)) as 0 | 1) : (made.yParity ?? 0);
        const s = high ? numberToHex(N - BigInt(made.s), { size: 32 }) : made.s;
        const head = serializeSignature({ r: made.r, s, yParity }).slice(0, 130);
        const written = prefixed ? [31] : [0, 27];
        const canonical = written.map((v) =>
          canonicalSignature(`${head}${(v + yParity).toString(16).padStart(2, "0")}` as Hex),
        );
        expect(new Set(canonical).size).toBe(1);
        const [only] = canonical;
        expect(await recoverOwner(hash, only ?? "0x")).toBe(owner);
        // Neither 0 nor 1 can come out: packed, they would mean a contract, or an approval.
        expect(only).toMatch(prefixed ? /(1f|20)$/ : /(1b|1c)$/);
        expect(canonicalSignature(only ?? "0x")).toBe(only);
      }),
      60,
    );
  });

  it("or any 65 bytes at all, end in a last byte that means ECDSA, or are refused in words", async () => {
    await check(
      fc.property(fc.uint8Array({ minLength: 65, maxLength: 65 }), (raw) => {
        const given = `0x${Buffer.from(raw).toString("hex")}` as Hex;
        try {
          expect(canonicalSignature(given)).toMatch(/^0x[0-9a-f]{128}(1b|1c|1f|20)$/);
        } catch (error) {
          expect(error).toMatchObject({ code: "malformed_signature", remedy: expect.stringContaining("wallet") });
        }
      }),
    );
  });
});

describe("packed signatures", () => {
  const entry = (owner: Address, fill: string): OwnerSignature => ({ owner, signature: `0x${fill.repeat(64)}1b` });
  const low = entry("0x0000000000000000000000000000000000000Abc", "01");
  const middle = entry("0x0000000000000000000000000000000000000aBD", "02");
  const high = entry("0xffffffffffffffffffffffffffffffffffffffff", "03");
  const approval: OwnerSignature = {
    owner: "0x00000000000000000000000000000000000000AA",
    form: "approved",
    signature: "0x",
  };
  const contract: OwnerSignature = {
    owner: "0x00000000000000000000000000000000000000bb",
    form: "contract",
    signature: "0xc0ffee",
  };

  it("are ascending by owner as a number, exactly as many as the threshold", () => {
    expect(packSignatures([high, low, middle], 2)).toBe(concatHex([low.signature, middle.signature]));
    expect(packSignatures([middle, high, low], 3)).toBe(concatHex([low.signature, middle.signature, high.signature]));
  });

  it("are the cheapest ones: ECDSA, then approvals, then contracts; the rest is kept in reserve", () => {
    const all = [contract, approval, low, middle, high];
    expect(chooseSignatures(all, 3).map(({ owner }) => owner)).toEqual([low.owner, middle.owner, high.owner]);
    expect(chooseSignatures(all, 4).map(({ owner }) => owner)).toEqual([
      approval.owner,
      low.owner,
      middle.owner,
      high.owner,
    ]);
    expect(chooseSignatures(all, 5)).toHaveLength(5);
  });

  it("say where a contract's own bytes lie, behind all static parts", () => {
    expect(packSignatures([contract, approval, low], 3)).toBe(
      concatHex([
        ...[pad(approval.owner), numberToHex(0, { size: 32 }), "0x01" as const],
        ...[pad(contract.owner), numberToHex(195, { size: 32 }), "0x00" as const],
        low.signature,
        ...[numberToHex(3, { size: 32 }), "0xc0ffee" as const],
      ]).toLowerCase(),
    );
  });

  it("are refused when there are too few, or when one is not what it says that it is", () => {
    expect(() => packSignatures([low], 2)).toThrow("1 signatures of 2");
    const raw = { ...low, signature: `0x${"01".repeat(64)}01` as Hex };
    expect(() => packSignatures([raw], 1)).toThrow("refusing to pack");
    expect(() => packSignatures([{ ...raw, form: "ecdsa" }], 1)).toThrow("refusing to pack");
  });

  it("come apart as they were put together, whatever they are", async () => {
    const one = fc.oneof(
      fc.record({ owner: address, signature: ecdsa }),
      fc.record({ owner: address, form: fc.constant("approved" as const), signature: fc.constant("0x" as const) }),
      fc.record({ owner: address, form: fc.constant("contract" as const), signature: bytes(200) }),
    );
    await check(
      fc.property(fc.uniqueArray(one, { minLength: 1, maxLength: 12, selector: ({ owner }) => owner }), (entries) => {
        const packed = packSignatures(entries, entries.length);
        const ascending = [...entries].sort((a, b) => (BigInt(a.owner) < BigInt(b.owner) ? -1 : 1));
        expect(splitSignatures(packed)).toEqual(
          ascending.map((given) => {
            if (!("form" in given)) return { kind: "ecdsa", signature: given.signature };
            if (given.form === "approved") return { kind: "approval", owner: given.owner };
            return { kind: "contract", owner: given.owner, signature: given.signature };
          }),
        );
      }),
    );
  });

  it("never become more than they are: any bytes come apart into whole entries, or not at all", async () => {
    await check(
      fc.property(bytes(400), (given) => {
        const entries = splitSignatures(given) ?? [];
        expect(entries.length * 65).toBeLessThanOrEqual(size(given));
        for (const each of entries) expect(["ecdsa", "approval", "contract"]).toContain(each.kind);
      }),
    );
  });
});

describe("a text with signatures in it", () => {
  const a: Hex = `0x${"a1".repeat(64)}1b`;
  const b: Hex = `0x${"b2".repeat(64)}1c`;
  const owner: Address = "0x3333333333333333333333333333333333333333";
  const found = (text: string) =>
    readSignatures(text).map(({ read }) => (read.kind === "ecdsa" ? read.signature : read.kind));

  it.each([
    ["one", ` ${a}\n`, [a]],
    ["several with spaces", `${a} ${b}`, [a, b]],
    ["several with commas", `${a},${b}`, [a, b]],
    ["one to a line, with a comment and Windows' line ends", `# of Ana and Bao\r\n${a}\r\n${b} # Bao\r\n`, [a, b]],
    ["in quotes", `"${a}", '${b}'`, [a, b]],
    ["run together", `${a}${b.slice(2)}`, [a, b]],
    ["in upper case", `0x${a.slice(2).toUpperCase()}`, [a]],
    ["a JSON array of strings", JSON.stringify([a, b]), [a, b]],
    ["a JSON string", JSON.stringify(a), [a]],
    ["Safe's own entries", JSON.stringify([{ signer: owner, data: a, isContractSignature: false }]), [a]],
    [
      "the transaction service's confirmations",
      JSON.stringify({ confirmations: [{ owner, signature: a, signatureType: "EOA" }] }),
      [a],
    ],
    ["a page of its answers", JSON.stringify({ count: 1, results: [{ owner, signature: b }] }), [b]],
    ["signatures by owner", JSON.stringify({ signatures: { [owner]: { signer: owner, data: a } } }), [a]],
    ["packed under signatures", JSON.stringify({ signatures: `${a}${b.slice(2)}` }), [a, b]],
    ["a byte order mark before it", `\uFEFF${JSON.stringify([a])}`, [a]],
  ])("is read when it is %s", (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it("says of a contract's signature whose it is", () => {
    const entry = { signer: owner, data: "0xc0ffee", isContractSignature: true };
    expect(readSignatures(JSON.stringify([entry]))).toEqual([
      { where: "entry 1", claimed: owner, read: { kind: "contract", owner, signature: "0xc0ffee" } },
    ]);
    // As the transaction service exports one: a static part, and behind it the bytes, padded.
    const exported = concatHex([
      pad(owner),
      numberToHex(65, { size: 32 }),
      "0x00",
      numberToHex(3, { size: 32 }),
      "0xc0ffee",
    ]);
    expect(readSignatures(`${exported}${"00".repeat(29)}`)[0]?.read).toEqual({
      kind: "contract",
      owner,
      signature: "0xc0ffee",
    });
  });

  it("knows an approval for the claim that it is", () => {
    const claim = concatHex([pad(owner), numberToHex(0, { size: 32 }), "0x01"]);
    expect(readSignatures(claim)[0]?.read).toEqual({ kind: "approval", owner });
  });

  it("names the line of what can't be read, and reads the rest", () => {
    const read = readSignatures(`${a}\nhello\n${b.slice(0, 100)}\n${b}`);
    expect(read.map(({ where, read: { kind } }) => [where, kind])).toEqual([
      ["line 1", "ecdsa"],
      ["line 2", "unreadable"],
      ["line 3", "unreadable"],
      ["line 4", "ecdsa"],
    ]);
    expect(read[2]?.read).toMatchObject({ why: expect.stringContaining("It has 100 characters, not 132") });
  });

  it("keeps whose the file says that it is", () => {
    expect(readSignatures(`${owner},${a}`)[0]).toMatchObject({ claimed: owner });
    expect(readSignatures(`${owner}`)[0]?.read).toMatchObject({
      why: expect.stringContaining("no signature after it"),
    });
  });

  it("stops at a number that no Safe has", () => {
    const read = readSignatures(
      Array(SIGNATURES_MAX + 5)
        .fill(a)
        .join("\n"),
    );
    expect(read).toHaveLength(SIGNATURES_MAX + 1);
    expect(read.at(-1)?.read).toMatchObject({ kind: "unreadable", why: expect.stringContaining("205") });
  });

  it.each(["[", "{}", "[[[[[[[[]]]]]]]]", "null", '{"signatures":null}', "[1,true,null]", "0x", "“0x12”", "#"])(
    "that is none is told so, not thrown: %s",
    (text) => {
      expect(() => readSignatures(text)).not.toThrow();
      for (const { read } of readSignatures(text)) expect(read.kind).toBe("unreadable");
    },
  );

  it("never throws, whatever it is", async () => {
    await check(
      fc.property(
        fc.oneof(fc.string(), fc.json(), fc.string({ unit: fc.constantFrom(...'0x1bf ,\n[]{}":') })),
        (text) => {
          expect(Array.isArray(readSignatures(text))).toBe(true);
        },
      ),
    );
  });
});
