import {
  type Abi,
  type AbiFunction,
  encodeFunctionData,
  getAddress,
  isAddress,
  toFunctionSelector,
  toFunctionSignature,
} from "viem";
import type { Address } from "../../core/ids.ts";
import type { PlannedCall } from "./dialect.ts";

/**
 * A call with its arguments as people read them. The function is an ABI of one entry, whose parameters have names; what
 * an argument means is said by its name. Throws when an argument does not fit its type: a loaded plan holds none such.
 */
export function plannedCall(
  to: Address,
  [item]: readonly [AbiFunction],
  args: readonly unknown[],
  meanings: Record<string, string | undefined> = {},
): PlannedCall {
  const abi: Abi = [item];
  return {
    to: getAddress(to),
    signature: toFunctionSignature(item),
    selector: toFunctionSelector(item),
    data: encodeFunctionData({ abi, functionName: item.name, args }),
    arguments: item.inputs.map(({ name = "", type }, index) => ({
      name,
      type,
      value: textOf(args[index]),
      ...(meanings[name] === undefined ? {} : { meaning: meanings[name] }),
    })),
  };
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join("  ");
  return typeof value === "string" && isAddress(value, { strict: false }) ? getAddress(value) : String(value);
}
