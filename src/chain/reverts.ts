import { BaseError, decodeAbiParameters, type Hex as ViemHex } from "viem";
import type { Hex } from "../core/ids.ts";

/** What a reverted call said, in words a person can act on. */
export interface Revert {
  /** `GS013`, `EnforcedPause()`, … or the first bytes. */
  name: string;
  data: Hex;
}

const known: Record<string, string> = {
  "0xd93c0665": "EnforcedPause()",
  "0x8dfc202b": "ExpectedPause()",
  "0xe2517d3f": "AccessControlUnauthorizedAccount(address,bytes32)",
  "0x068ca9d8": "AccessManagedUnauthorized(address)",
  "0x118cdaa7": "OwnableUnauthorizedAccount(address)",
  "0x79012fb2": "ERC4626ExceededMaxDeposit(address,uint256,uint256)",
};

/** The revert behind an error of viem; undefined when the call did not revert but failed on the way. */
export function revertOf(error: unknown): Revert | undefined {
  if (!(error instanceof BaseError)) return undefined;
  const holder = error.walk((inner) => typeof dataOf(inner) === "string");
  const data = (holder === null ? undefined : dataOf(holder)) ?? (isRevert(error) ? "0x" : undefined);
  if (data === undefined) return undefined;
  return { name: nameOf(data as ViemHex), data: data as Hex };
}

export function nameOf(data: Hex): string {
  const selector = data.slice(0, 10);
  if (selector === "0x08c379a0") {
    const [reason] = decodeAbiParameters([{ type: "string" }], `0x${data.slice(10)}`);
    return reason;
  }
  return known[selector] ?? (data === "0x" ? "no reason" : `error ${selector}`);
}

function dataOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("data" in error)) return undefined;
  const { data } = error;
  if (typeof data === "string" && data.startsWith("0x")) return data;
  return typeof data === "object" && data !== null && "data" in data && typeof data.data === "string"
    ? data.data
    : undefined;
}

function isRevert(error: BaseError): boolean {
  return /revert/i.test(error.message);
}
