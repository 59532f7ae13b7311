import { decodeFunctionResult, encodeFunctionData, erc20Abi } from "viem";
import type { Looked } from "../core/chain-port.ts";
import { UserError } from "../core/errors.ts";
import type { PlanCheck } from "../core/plan-response.ts";
import type { BlockRef } from "./calls.ts";
import type { Network } from "./network.ts";
import { agree, agreeOnCall, pinHead } from "./quorum.ts";
import { Quantity } from "./wire.ts";

type BalanceCheck = Extract<PlanCheck, { kind: "balance" }>;

/** Whether a balance is within its bounds, as a quorum reads it at one block. */
export async function lookAtBalance(network: Network, check: BalanceCheck): Promise<Looked> {
  const { title, atLeast, atMost } = check;
  if (atLeast === undefined && atMost === undefined) {
    throw new UserError("no_bounds", `"${title}" says neither atLeast nor atMost.`, "Say one of them in the plan.");
  }
  const head = await pinHead(network);
  const balance = await balanceAt(network, check, head);
  const detail = `It is ${balance}, at block ${head.number} of ${network.name}.`;
  const said = (holds: boolean, words: string): Looked => ({
    holds,
    means: `${title}: ${words}.`,
    detail: `${title}: ${words}. ${detail}`,
  });
  if (atLeast !== undefined && balance < BigInt(atLeast)) return said(false, `the balance is below ${atLeast}`);
  if (atMost !== undefined && balance > BigInt(atMost)) return said(false, `the balance is above ${atMost}`);
  return said(true, "the balance is as it should be");
}

async function balanceAt(network: Network, { of, token }: BalanceCheck, head: BlockRef): Promise<bigint> {
  if (token === undefined) {
    const { value } = await agree(network, `the balance of ${of}`, async (provider) =>
      Quantity.parse(await provider.request("eth_getBalance", [of, { blockHash: head.hash }])),
    );
    return value;
  }
  const data = encodeFunctionData({ abi: erc20Abi, functionName: "balanceOf", args: [of] });
  const { value } = await agreeOnCall(network, `the balance of ${of} in ${token}`, { to: token, data }, head);
  // Where there is no contract a call returns nothing, which is no balance.
  if (!value.ok || value.data.length !== 2 + 64) {
    throw new UserError(
      "not_a_token",
      `The contract at ${token} on ${network.name} does not answer balanceOf(address).`,
      "Correct the token or the chain of this check in the response plan.",
      { token, chainId: network.chainId },
    );
  }
  return decodeFunctionResult({ abi: erc20Abi, functionName: "balanceOf", data: value.data });
}
