import { decodeFunctionResult, encodeFunctionData, formatUnits, parseAbi } from "viem";
import type { PreparedPause, SafeState } from "../core/chain-port.ts";
import { UserError } from "../core/errors.ts";
import type { Address } from "../core/ids.ts";
import type { Check } from "../core/pause-shapes.ts";
import type { BlockRef, Call, CallOutcome } from "./calls.ts";
import type { Movement } from "./dialects/index.ts";
import { createReader } from "./dialects/reader.ts";
import type { Network } from "./network.ts";
import { simulateCalls } from "./simulate-calls.ts";

const tokenAbi = parseAbi([
  "function balanceOf(address account) view returns (uint256)",
  "function decimals() view returns (uint8)",
]);

/** Both sides of a movement of money, before it and after it. */
export type MovedBalances = NonNullable<PreparedPause["movement"]>;

/**
 * What the balances on both sides are and what they would be, by running the inner call as the Safe makes it, after what
 * its group runs before it. Throws
 * `UserError` `not_a_token`, and `simulation_failed` when less would arrive than the plan wants.
 */
export async function foreseeMovement(
  network: Network,
  { safe, call, moves, before = [] }: { safe: SafeState; call: Call; moves: Movement; before?: Call[] },
): Promise<MovedBalances> {
  const sides = [moves.from, moves.recipient];
  const reads = sides.map((account) => balanceCall(moves.token, account));
  const [simulated, decimals] = await Promise.all([
    simulateCalls(network, "the simulated balances", [...before, ...reads, call, ...reads], safe.block),
    createReader(network, safe.block).tryRead(moves.token, tokenAbi, "decimals", []),
  ]);
  const balances = readBalances(moves, simulated.value.slice(before.length));
  const arrives = balances.recipient.after - balances.recipient.before;
  const leaves = balances.from.before - balances.from.after;
  const problem = shortfall(moves, { arrives, leaves });
  if (problem !== undefined) {
    throw new UserError(
      "simulation_failed",
      `This withdrawal would not do what the plan says. ${problem}`,
      "Correct target, amount or minimumReceived in the response plan, then propose again.",
      { token: moves.token, recipient: moves.recipient },
    );
  }
  const side = ({ label, address, before, after }: (typeof balances)["from"]) => ({
    label,
    address,
    before: before.toString(),
    after: after.toString(),
  });
  return {
    token: moves.token,
    tokenLabel: moves.tokenLabel,
    ...(decimals === undefined ? {} : { decimals }),
    amount: moves.amount.toString(),
    minimumReceived: moves.minimumReceived.toString(),
    balances: [side(balances.from), side(balances.recipient)],
  };
}

/** What the block did to both balances, as a quorum of providers reads them. Other transactions in it count as well. */
export async function movementChecks(
  network: Network,
  moves: Movement,
  { block, parent }: { block: BlockRef; parent: BlockRef },
): Promise<Check[]> {
  const [before, after] = [createReader(network, parent), createReader(network, block)];
  const read = (reader: typeof before, account: Address) => reader.read(moves.token, tokenAbi, "balanceOf", [account]);
  const [recipientBefore, recipientAfter, fromBefore, fromAfter, decimals] = await Promise.all([
    read(before, moves.recipient),
    read(after, moves.recipient),
    read(before, moves.from),
    read(after, moves.from),
    after.tryRead(moves.token, tokenAbi, "decimals", []),
  ]);
  const say = (units: bigint) => sayUnits(units, decimals, moves.tokenLabel);
  const on = `at block ${block.number} on ${after.agreed().length} of ${network.providers.length} RPC providers`;
  const arrived = recipientAfter - recipientBefore;
  const left = fromBefore - fromAfter;
  const change = (who: string, from: bigint, to: bigint) => `${who} had ${say(from)} and has ${say(to)}`;
  return [
    {
      name: "state",
      ok: arrived >= moves.minimumReceived,
      detail: `${change(moves.recipientLabel, recipientBefore, recipientAfter)} ${on}; at least ${say(moves.minimumReceived)} more was to arrive.`,
    },
    {
      name: "effect",
      ok: left >= moves.minimumReceived,
      detail: `${change(moves.from, fromBefore, fromAfter)}; at least ${say(moves.minimumReceived)} less was to be left.`,
    },
  ];
}

/** `1000000 (1 USDC)`: the contract's own number first, which is what is signed. */
function sayUnits(units: bigint, decimals: number | undefined, label: string): string {
  return decimals === undefined ? `${units} of ${label}` : `${units} (${formatUnits(units, decimals)} ${label})`;
}

function shortfall(moves: Movement, { arrives, leaves }: { arrives: bigint; leaves: bigint }): string | undefined {
  // A token that rebases may round by a unit: what must arrive is what must have left, and never more than the amount.
  if (leaves > moves.amount) return `${leaves} would leave ${moves.from}, and the plan says ${moves.amount}.`;
  const wanted = `the plan wants at least ${moves.minimumReceived}`;
  if (leaves < moves.minimumReceived)
    return `${leaves} would leave ${moves.from}, and ${wanted}: is the money elsewhere?`;
  if (arrives >= moves.minimumReceived) return undefined;
  return `${arrives} would arrive at ${moves.recipient}, and ${wanted}: does the token take a fee?`;
}

function balanceCall(token: Address, account: Address): Call {
  return { to: token, data: encodeFunctionData({ abi: tokenAbi, functionName: "balanceOf", args: [account] }) };
}

function readBalances(moves: Movement, outcomes: CallOutcome[]) {
  const [fromBefore, toBefore, , fromAfter, toAfter] = outcomes;
  const read = (outcome: CallOutcome | undefined): bigint => {
    if (outcome?.ok && outcome.data.length === 66) {
      return decodeFunctionResult({ abi: tokenAbi, functionName: "balanceOf", data: outcome.data });
    }
    throw new UserError(
      "not_a_token",
      `The contract at ${moves.token} does not say balances, so a movement of it could not be proven.`,
      "Correct the intervention's token in the response plan.",
      { token: moves.token },
    );
  };
  return {
    from: { label: "target", address: moves.from, before: read(fromBefore), after: read(fromAfter) },
    recipient: {
      label: moves.recipientLabel,
      address: moves.recipient,
      before: read(toBefore),
      after: read(toAfter),
    },
  };
}
