import { size } from "viem";
import { z } from "zod";
import { Address, Hex } from "./ids.ts";
import { type PackedEntry, splitSignatures } from "./signature-pack.ts";

/**
 * Signatures as people bring them: one pasted, several with spaces or commas between them, or a file of whatever tool
 * made them. Read here and believed nowhere: whose each one is, is recovered from it.
 */
export interface GivenSignature {
  /** How to point at it: `line 3`, `entry 2`, `signature 1`. */
  where: string;
  /** Whose the file says that it is. */
  claimed?: Address | undefined;
  read: PackedEntry | { kind: "unreadable"; why: string };
}

/** Far more than any Safe has owners. */
export const SIGNATURES_MAX = 200;
const SIGNATURE_BYTES = 65;

/**
 * Reads a text: JSON (an array of signatures; Safe's own `{signer, data}` and the transaction service's `{owner,
 * signature}`, alone, in arrays, or under `signatures`, `confirmations` or `results`), or else words: `0x…` with
 * whitespace, commas or semicolons between them, an address before one saying whose it is, `#` beginning a comment. Bytes
 * of several signatures in one are split. Never throws: what can't be read is told in its place.
 */
export function readSignatures(text: string): GivenSignature[] {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  const found = /^[[{]|^"[^"]*"$/.test(trimmed) ? readJson(trimmed) : readWords(trimmed);
  if (found.length <= SIGNATURES_MAX) return found;
  const why = `There are ${found.length} in it; ${SIGNATURES_MAX} at a time are read.`;
  return [...found.slice(0, SIGNATURES_MAX), { where: "the rest", read: { kind: "unreadable", why } }];
}

const WHOLE = "A signature is 0x and 130 hex digits: copy it whole, as the wallet printed it.";

function readWords(text: string): GivenSignature[] {
  const found: GivenSignature[] = [];
  const lines = text.split(/\r?\n/);
  const oneLine = lines.filter((line) => line.trim() !== "").length < 2;
  for (const [index, line] of lines.entries()) {
    let claimed: Address | undefined;
    for (const word of line.replace(/#.*$/, "").split(/[\s,;]+/)) {
      const bare = word.replace(/^["'`]+|["'`]+$/g, "");
      if (bare === "") continue;
      const address = Address.safeParse(bare);
      if (address.success) {
        claimed = address.data;
        continue;
      }
      found.push(...readHex(bare, oneLine ? `signature ${found.length + 1}` : `line ${index + 1}`, claimed));
      claimed = undefined;
    }
    if (claimed !== undefined) {
      const why = `It has the address ${claimed}, and no signature after it.`;
      found.push({ where: `line ${index + 1}`, read: { kind: "unreadable", why } });
    }
  }
  return found;
}

function readHex(text: string, where: string, claimed: Address | undefined): GivenSignature[] {
  const hex = Hex.safeParse(text);
  const bytes = hex.success ? size(hex.data) : 0;
  if (!hex.success || bytes < SIGNATURE_BYTES) {
    const why = `It has ${text.length} characters, not 132. ${WHOLE}`;
    return [{ where, claimed, read: { kind: "unreadable", why } }];
  }
  // Alone, 65 bytes are what a wallet printed; only an address in place of r says otherwise.
  const entries = splitSignatures(hex.data.toLowerCase() as Hex);
  if (entries === undefined) {
    const alone = bytes === SIGNATURE_BYTES;
    const why = alone
      ? "It says that a contract signed, and what the contract signed is not in it. Copy all of it."
      : `It has ${bytes} bytes, which are not whole signatures of 65 bytes each. ${WHOLE}`;
    return [{ where, claimed, read: { kind: "unreadable", why } }];
  }
  if (entries.length === 1) return entries.map((read) => ({ where, claimed, read }));
  return entries.map((read, index) => ({ where: `${where}, part ${index + 1}`, claimed: undefined, read }));
}

/** As protocol-kit's `EthSafeSignature` and the transaction service's confirmations are printed. */
const Entry = z.looseObject({
  signer: Address.optional(),
  owner: Address.optional(),
  data: z.string().optional(),
  signature: z.string().nullish(),
  isContractSignature: z.boolean().optional(),
});
const Container = z.looseObject({
  signatures: z.unknown().optional(),
  confirmations: z.unknown().optional(),
  results: z.unknown().optional(),
});

function readJson(text: string): GivenSignature[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    const why = "It begins as JSON does, and is none. Hand in the file as the tool wrote it, or one 0x… per line.";
    return [{ where: "the text", read: { kind: "unreadable", why } }];
  }
  const found = readValue(json, "", 0);
  if (found.length > 0) return found;
  return [{ where: "the text", read: { kind: "unreadable", why: "There is no signature in it." } }];
}

/** No tool nests deeper than a response, its list, and an entry. */
const DEPTH_MAX = 4;

function readValue(value: unknown, where: string, depth: number): GivenSignature[] {
  const at = where === "" ? "signature 1" : where;
  if (typeof value === "string") return readHex(value.trim(), at, undefined);
  if (depth > DEPTH_MAX) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => readValue(item, joined(where, `entry ${index + 1}`), depth + 1));
  }
  const entry = Entry.safeParse(value);
  const bytes = entry.data?.data ?? entry.data?.signature;
  if (entry.success && typeof bytes === "string") return readEntry(entry.data, bytes.trim(), at);
  const container = Container.safeParse(value);
  if (!container.success) return [{ where: at, read: { kind: "unreadable", why: "This is not a signature." } }];
  const { signatures, confirmations, results } = container.data;
  const lists = [signatures, confirmations, results].filter((list) => list !== undefined && list !== null);
  if (lists.length > 0) return lists.flatMap((list) => readValue(list, where, depth + 1));
  // A map of signatures by owner, as a Safe transaction holds them.
  const values = Object.entries(container.data).filter(([key]) => Address.safeParse(key).success);
  if (values.length > 0) return values.flatMap(([key, item]) => readValue(item, joined(where, key), depth + 1));
  return [{ where: at, read: { kind: "unreadable", why: "There is no signature in it." } }];
}

function joined(where: string, more: string): string {
  return where === "" ? more : `${where}, ${more}`;
}

function readEntry(entry: z.output<typeof Entry>, bytes: string, where: string): GivenSignature[] {
  const claimed = entry.signer ?? entry.owner;
  const data = Hex.safeParse(bytes);
  if (entry.isContractSignature === true && claimed !== undefined && data.success) {
    return [{ where, claimed, read: { kind: "contract", owner: claimed, signature: data.data } }];
  }
  return readHex(bytes, where, claimed);
}
