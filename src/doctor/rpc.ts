import { type Abi, type ContractFunctionName, decodeFunctionResult, encodeFunctionData } from "viem";
import { z } from "zod";
import { type Address, Hex } from "../core/ids.ts";
import type { RpcProvider } from "../settings.ts";
import { NoAnswer, postJson } from "./http.ts";

/** A provider answered with an error: a revert, a method it refuses, a limit. */
export class RpcRefused extends Error {
  /** Revert data, where there is some. */
  readonly data: Hex | undefined;
  /** True when the chain said no: every other provider would say the same. */
  readonly final: boolean;

  constructor(message: string, { data, final }: { data?: Hex | undefined; final: boolean }) {
    super(message);
    this.name = "RpcRefused";
    this.data = data;
    this.final = final;
  }
}

const Answer = z.union([
  z.object({ error: z.object({ code: z.number().optional(), message: z.string(), data: z.unknown().optional() }) }),
  z.object({ result: z.unknown() }),
]);

/** One JSON-RPC call. Throws `NoAnswer` or `RpcRefused`, whose messages never hold the provider's address. */
export async function callRpc<T extends z.ZodType>(
  provider: RpcProvider,
  method: string,
  params: unknown[],
  schema: T,
): Promise<z.output<T>> {
  const { status, body } = await postJson(provider.url.reveal(), {
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    headers: { "content-type": "application/json" },
  });
  const answer = Answer.safeParse(body);
  if (!answer.success) throw new NoAnswer(`It answered HTTP ${status}, and not as an RPC provider does.`);
  if ("error" in answer.data) {
    const { code, message } = answer.data.error;
    const data = Hex.safeParse(answer.data.error.data).data;
    const said = message.slice(0, 200).replaceAll(provider.url.reveal(), provider.name);
    throw new RpcRefused(said, { data, final: code === 3 || data !== undefined || /revert/i.test(message) });
  }
  const result = schema.safeParse(answer.data.result);
  if (!result.success) throw new NoAnswer(`Its answer to ${method} can't be read.`);
  return result.data;
}

/** A simulated call at the newest block. Returns the bytes. A revert is `RpcRefused`. */
export function ethCall(provider: RpcProvider, call: { to: Address; data: Hex; from?: Address }): Promise<Hex> {
  return callRpc(provider, "eth_call", [call, "latest"], Hex);
}

/** Reads a view function. Throws `RpcRefused` when what came back is not what the function returns. */
export async function readContract<const A extends Abi, N extends ContractFunctionName<A>>(
  provider: RpcProvider,
  to: Address,
  abi: A,
  functionName: N,
): Promise<unknown> {
  const call = { abi: abi as Abi, functionName: functionName as string };
  const data = await ethCall(provider, { to, data: encodeFunctionData(call) });
  try {
    return decodeFunctionResult({ ...call, data });
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new RpcRefused(`${functionName}() does not answer as it should`, { final: true });
  }
}

/** A number on the wire: `0x…`. */
export const Quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,64}$/)
  .transform(BigInt);

/** Asks providers one after the other until one answers. A revert is an answer; a limit or an outage is none. */
export async function askAny<T>(
  providers: readonly RpcProvider[],
  ask: (provider: RpcProvider) => Promise<T>,
): Promise<T> {
  let last: NoAnswer | RpcRefused | undefined;
  for (const provider of providers) {
    try {
      return await ask(provider);
    } catch (error) {
      if (!(error instanceof NoAnswer) && !(error instanceof RpcRefused)) throw error;
      if (error instanceof RpcRefused && error.final) throw error;
      last = error;
    }
  }
  throw new NoAnswer(last === undefined ? "No provider can be asked." : `No provider answers: ${last.message}`, {
    cause: last,
  });
}
