import { type AbiFunction, type AbiParameter, encodeFunctionData, getAddress, isAddress, parseAbiItem } from "viem";
import { messageOf } from "./errors.ts";
import type { Hex } from "./ids.ts";
import type { Probe } from "./plan.ts";

/** What is wrong with a probe, and where in it. */
export interface ProbeMistake {
  path: (string | number)[];
  message: string;
}

/** The calldata of a probe. Throws when its signature and its arguments don't fit; a loaded plan holds none such. */
export function encodeProbe(probe: Pick<Probe, "call" | "arguments">): Hex {
  const encoded = encode(probe);
  if ("mistakes" in encoded) throw new Error(encoded.mistakes.map(({ message }) => message).join(" "));
  return encoded.data;
}

/** Why a probe's signature and arguments don't fit, naming the argument; empty when they do. */
export function checkProbe(probe: Pick<Probe, "call" | "arguments">): ProbeMistake[] {
  const encoded = encode(probe);
  return "mistakes" in encoded ? encoded.mistakes : [];
}

/** The checksummed spelling when an address mixes cases wrongly; undefined when it is right, or all lower case. */
export function rightChecksum(address: string): string | undefined {
  if (isAddress(address) || address === address.toLowerCase()) return undefined;
  return getAddress(address.toLowerCase());
}

function encode({
  call,
  arguments: given,
}: Pick<Probe, "call" | "arguments">): { data: Hex } | { mistakes: ProbeMistake[] } {
  const item = parseCall(call);
  if ("message" in item) return { mistakes: [{ path: ["call"], message: item.message }] };
  const { inputs } = item;
  if (inputs.length !== given.length) {
    const wanted = `${inputs.length} ${inputs.length === 1 ? "argument" : "arguments"}`;
    return { mistakes: [{ path: ["arguments"], message: `${call} takes ${wanted}, and here are ${given.length}.` }] };
  }
  const mistakes: ProbeMistake[] = [];
  const values = inputs.map((input, index) => {
    const read = readArgument(input, given[index] ?? "");
    if ("message" in read) mistakes.push({ path: ["arguments", index], message: read.message });
    return "value" in read ? read.value : undefined;
  });
  if (mistakes.length > 0) return { mistakes };
  try {
    return { data: encodeFunctionData({ abi: [item], functionName: item.name, args: values }) };
  } catch (error) {
    return {
      mistakes: [{ path: ["arguments"], message: `${call} can't be encoded: ${messageOf(error).split("\n")[0]}` }],
    };
  }
}

function parseCall(call: string): AbiFunction | { message: string } {
  const wanted = "Write a function's signature with Solidity types only, such as deposit(uint256,address).";
  try {
    const item: AbiFunction | { type: string } = parseAbiItem(`function ${call}` as `function ${string}()`);
    return item.type === "function" && "inputs" in item ? item : { message: `${call} is not a function. ${wanted}` };
  } catch (error) {
    return { message: `${call} is not a function. ${messageOf(error).split("\n")[0]} ${wanted}` };
  }
}

type Read = { value: bigint | boolean | string } | { message: string };

function readArgument({ type }: AbiParameter, given: string | number | boolean): Read {
  const text = String(given);
  if (/^u?int\d*$/.test(type)) return readInteger(type, text);
  if (type === "bool") {
    return text === "true" || text === "false" ? { value: text === "true" } : wrong(text, type, "true or false");
  }
  if (type === "address") {
    if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return wrong(text, type, "0x and 40 hex digits");
    const right = rightChecksum(text);
    return right === undefined ? { value: getAddress(text.toLowerCase()) } : { message: wrongChecksum(text, right) };
  }
  if (/^bytes\d*$/.test(type)) {
    const size = type === "bytes" ? undefined : Number(type.slice(5));
    const fits = /^0x([0-9a-fA-F]{2})*$/.test(text) && (size === undefined || text.length === 2 + 2 * size);
    return fits
      ? { value: text }
      : wrong(text, type, size === undefined ? "0x and hex digits" : `0x and ${2 * size} hex digits`);
  }
  if (type === "string") return { value: text };
  return { message: `An argument of type ${type} can't be written in a plan. Probe with a function of plain values.` };
}

function readInteger(type: string, text: string): Read {
  if (!/^(-?\d{1,78}|0x[0-9a-fA-F]{1,64})$/.test(text))
    return wrong(text, type, "a whole number, in quotes if it is large");
  const value = BigInt(text);
  const signed = type.startsWith("int");
  const bits = BigInt(type.replace(/\D/g, "") || "256");
  const low = signed ? -(1n << (bits - 1n)) : 0n;
  const high = signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  return value >= low && value <= high ? { value } : { message: `${text} does not fit into ${type}.` };
}

function wrong(text: string, type: string, wanted: string): Read {
  return { message: `${JSON.stringify(text)} is no ${type}: ${wanted} is wanted.` };
}

/** How a mistyped address is answered, in plans and in probes. */
export function wrongChecksum(address: string, right: string): string {
  return `The checksum of ${address} is wrong: a digit may be mistyped. Compare it with its source; if it is meant, write ${right}.`;
}
