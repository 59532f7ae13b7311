import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeFunctionResult,
  encodeFunctionData,
  parseAbi,
} from "viem";
import { z } from "zod";
import type { Address, Hex } from "../../core/ids.ts";
import { encodeProbe } from "../../core/probe-call.ts";
import type { BlockRef } from "../calls.ts";
import type { Network } from "../network.ts";
import { agreeOnCall } from "../quorum.ts";

type Mutability = "pure" | "view";

/** Reads contracts at one block, pinned by its hash, each value as a quorum of providers agrees on it. */
export interface Reader {
  /** Throws `NotAnswered` when the contract reverts, or answers something else than the function would. */
  read<
    const A extends Abi | readonly unknown[],
    N extends ContractFunctionName<A, Mutability>,
    const P extends ContractFunctionArgs<A, Mutability, N>,
  >(to: Address, abi: A, functionName: N, args: P): Promise<ContractFunctionReturnType<A, Mutability, N, P>>;
  /** The same, with undefined where the contract does not answer: not every one has every function. */
  tryRead<
    const A extends Abi | readonly unknown[],
    N extends ContractFunctionName<A, Mutability>,
    const P extends ContractFunctionArgs<A, Mutability, N>,
  >(
    to: Address,
    abi: A,
    functionName: N,
    args: P,
  ): Promise<ContractFunctionReturnType<A, Mutability, N, P> | undefined>;
  /** A bool by a getter that the plan names, such as `paused(bytes32)`. */
  readFlag(to: Address, getter: string, args: string[]): Promise<boolean>;
  /** The providers that agreed on every read so far. */
  agreed(): string[];
}

/** The contract has no such function, or one of another kind. */
export class NotAnswered extends Error {
  readonly address: Address;
  readonly label: string;
  constructor(address: Address, label: string) {
    super(`The contract at ${address} does not answer ${label}.`);
    this.name = "NotAnswered";
    this.address = address;
    this.label = label;
  }
}

export function createReader(network: Network, block: BlockRef): Reader {
  let agreed = network.providers.map(({ name }) => name);
  return readerOver({
    async ask(to, label, data) {
      const answers = await agreeOnCall(network, `${label} of ${to}`, { to, data }, block);
      agreed = agreed.filter((name) => answers.agreed.includes(name));
      return answers.value.ok ? answers.value.data : undefined;
    },
    agreed: () => agreed,
  });
}

/** The same over any way of asking, which resolves with undefined when the contract reverts. */
export function readerOver(source: {
  ask(to: Address, label: string, data: Hex): Promise<Hex | undefined>;
  agreed(): string[];
}): Reader {
  const ask = async (to: Address, label: string, data: Hex): Promise<Hex> => {
    const answer = await source.ask(to, label, data);
    if (answer === undefined || answer === "0x") throw new NotAnswered(to, label);
    return answer;
  };

  const read: Reader["read"] = async (to, abi, functionName, args) => {
    // Generic parameters of viem can't be proven to fit each other here; each caller's are checked by its types.
    const call = { abi: abi as Abi, functionName: functionName as string, args: args as readonly unknown[] };
    const label = `${functionName}()`;
    const data = await ask(to, label, encodeFunctionData(call));
    return decoded(to, label, () => decodeFunctionResult({ ...call, data })) as never;
  };

  return {
    read,
    async tryRead(to, abi, functionName, args) {
      try {
        return await read(to, abi, functionName, args);
      } catch (error) {
        if (error instanceof NotAnswered) return undefined;
        throw error;
      }
    },
    async readFlag(to, getter, args) {
      const data = await ask(to, getter, encodeProbe({ call: getter, arguments: args }));
      return decoded(to, getter, () => z.boolean().parse(decodeFunctionResult({ abi: boolAbi, data })));
    },
    agreed: source.agreed,
  };
}

/** How any getter of one bool answers, whatever its name. */
const boolAbi = parseAbi(["function flag() view returns (bool)"]);

function decoded<T>(to: Address, label: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw Object.assign(new NotAnswered(to, label), { cause });
  }
}
