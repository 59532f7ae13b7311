import { concatHex, numberToHex, padHex, size, sliceHex } from "viem";
import type { Address, Hex } from "./ids.ts";
import type { SignatureForm } from "./pause-shapes.ts";

/**
 * Signatures as a Safe's own check reads them: a static part of 65 bytes for each owner, ascending by address as a
 * number, then what contracts have to say. The last byte of a static part says what it is, so a wallet's raw v of 0 or 1
 * would mean something else here than it does to the wallet.
 */
const STATIC_BYTES = 65;
const CONTRACT = "00";
const APPROVED = "01";
const ECDSA = /^0x[0-9a-f]{128}(1b|1c|1f|20)$/i;

export interface OwnerSignature {
  owner: Address;
  /** `ecdsa` where left out: 65 bytes, canonical. `contract`: what its `isValidSignature` takes. `approved`: nothing. */
  form?: SignatureForm | undefined;
  signature: Hex;
}

/**
 * The bytes `execTransaction` wants: exactly `threshold` entries, the cheapest of those given. Throws when there are too
 * few, or when an entry is not of its form.
 */
export function packSignatures(entries: readonly OwnerSignature[], threshold: number): Hex {
  const chosen = chooseSignatures(entries, threshold);
  let dynamic: Hex = "0x";
  const statics = chosen.map(({ owner, form, signature }): Hex => {
    switch (form) {
      case undefined:
      case "ecdsa":
        if (!ECDSA.test(signature))
          throw new Error(`The signature of ${owner} is not a canonical one: refusing to pack.`);
        return signature;
      case "approved":
        return concatHex([padHex(owner, { size: 32 }), numberToHex(0, { size: 32 }), `0x${APPROVED}`]);
      case "contract": {
        const offset = STATIC_BYTES * chosen.length + size(dynamic);
        dynamic = concatHex([dynamic, numberToHex(size(signature), { size: 32 }), signature]);
        return concatHex([padHex(owner, { size: 32 }), numberToHex(offset, { size: 32 }), `0x${CONTRACT}`]);
      }
      default:
        return form satisfies never;
    }
  });
  return concatHex([...statics, dynamic]).toLowerCase() as Hex;
}

/**
 * Which of the signatures are sent, ascending by owner: exactly `threshold`, ECDSA before approvals before contracts,
 * which cost a call. The rest is kept in reserve. Throws when there are too few.
 */
export function chooseSignatures<S extends OwnerSignature>(entries: readonly S[], threshold: number): S[] {
  if (entries.length < threshold) throw new Error(`${entries.length} signatures of ${threshold}: refusing to pack.`);
  const ascending = [...entries].sort((a, b) => (BigInt(a.owner) < BigInt(b.owner) ? -1 : 1));
  const cheapest = [...ascending].sort((a, b) => costOf(a) - costOf(b)).slice(0, threshold);
  return ascending.filter((entry) => cheapest.includes(entry));
}

function costOf({ form }: OwnerSignature): number {
  return { ecdsa: 0, approved: 1, contract: 2 }[form ?? "ecdsa"];
}

/** One entry of packed signatures. What an `approval` claims can be read only from the chain. */
export type PackedEntry =
  | { kind: "ecdsa"; signature: Hex }
  | { kind: "contract"; owner: Address; signature: Hex }
  | { kind: "approval"; owner: Address };

/**
 * The entries of signatures that stand one after another, as a Safe packs them or as somebody put them together. An r
 * below 2^160 is an address, by which contracts and approvals are told from a wallet's raw v of 0 or 1. Undefined when
 * the bytes are not whole.
 */
export function splitSignatures(packed: Hex): PackedEntry[] | undefined {
  const length = size(packed);
  const entries: PackedEntry[] = [];
  let end = length;
  let at = 0;
  for (; at + STATIC_BYTES <= end; at += STATIC_BYTES) {
    const entry = sliceHex(packed, at, at + STATIC_BYTES);
    const v = entry.slice(130);
    if (/^0x0{24}/.test(entry) && (v === CONTRACT || v === APPROVED)) {
      const owner = sliceHex(entry, 12, 32);
      if (v === APPROVED) {
        entries.push({ kind: "approval", owner });
        continue;
      }
      const offset = BigInt(sliceHex(entry, 32, 64));
      const signature = readDynamic(packed, offset, at + STATIC_BYTES);
      if (signature === undefined) return undefined;
      entries.push({ kind: "contract", owner, signature });
      end = Math.min(end, Number(offset));
    } else entries.push({ kind: "ecdsa", signature: entry });
  }
  return at === end && entries.length > 0 ? entries : undefined;
}

function readDynamic(packed: Hex, offset: bigint, from: number): Hex | undefined {
  const length = size(packed);
  if (offset < BigInt(from) || offset + 32n > BigInt(length)) return undefined;
  const start = Number(offset) + 32;
  const bytes = BigInt(sliceHex(packed, start - 32, start));
  if (bytes > BigInt(length - start)) return undefined;
  return bytes === 0n ? "0x" : sliceHex(packed, start, start + Number(bytes));
}
