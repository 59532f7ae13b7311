import { formatEther } from "viem";
import type { Address } from "../../core/ids.ts";
import { includesAddress } from "../../core/pause-state.ts";
import type { Verdict } from "../../core/readiness.ts";
import { GAS_MAX, gasLimit } from "../arm.ts";
import { firstFees } from "../fees.ts";
import type { Network } from "../network.ts";
import { agree, askEach } from "../quorum.ts";
import { type Block, Quantity } from "../wire.ts";

export interface ExecutorFacts {
  balance: bigint;
  /** Transactions that were mined, and those that wait besides. */
  nonce: number;
  waiting: number;
}

/** One batch for each provider. Throws as `agree` does. */
export async function readExecutor(network: Network, executor: Address, block: Block): Promise<ExecutorFacts> {
  const at = { blockHash: block.hash };
  const [{ value }, counts] = await Promise.all([
    agree(network, `the executor ${executor}`, async (provider) => {
      const [balance, nonce] = await Promise.all([
        provider.request("eth_getBalance", [executor, at]),
        provider.request("eth_getTransactionCount", [executor, at]),
      ]);
      return { balance: Quantity.parse(balance), nonce: Number(Quantity.parse(nonce)) };
    }),
    // Pools differ and are never pinned: what two of them hold is there.
    askEach(network, async (provider) =>
      Promise.all(
        ["latest", "pending"].map(async (tag) =>
          Number(Quantity.parse(await provider.request("eth_getTransactionCount", [executor, tag]))),
        ),
      ),
    ),
  ]);
  const waits = counts.map(({ value: [latest = 0, pending = 0] }) => Math.max(0, pending - latest));
  return { ...value, waiting: waits.sort((a, b) => b - a)[Math.min(network.quorum, waits.length) - 1] ?? 0 };
}

/** So many pauses at such a price should be paid for before anybody has to think of it. */
const PAUSES_AIM = 50n;
const GWEI = 1_000_000_000n;
const PRICE_AIM = 500n * GWEI;
/** What a pause takes where nothing could be estimated. */
const GAS_USUAL = 118_000n;

/** Whether this account can pay for the pause, is free to send it, and may do nothing else. */
export function judgeExecutor(
  executor: Address,
  facts: ExecutorFacts,
  context: { owners: readonly Address[]; estimate: bigint | undefined; block: Block; feeCap: bigint; chain: string },
): Verdict[] {
  const { owners, estimate, block, feeCap, chain } = context;
  const verdict = (colour: "amber" | "red", code: string, says: string, remedy: string): Verdict => ({
    rung: "executor",
    colour,
    code,
    says,
    remedy,
    facts: [{ label: "executor", value: executor }],
  });
  if (includesAddress(owners, executor)) {
    const says = "The executor is an owner of the Safe. A key on a server must not be.";
    return [
      verdict(
        "red",
        "executor_owner",
        says,
        "Use a key that holds gas money and nothing else, or remove it from the owners.",
      ),
    ];
  }
  const found: Verdict[] = [];
  const limit = gasLimit(estimate ?? 0n);
  const price = firstFees({ baseFee: block.baseFeePerGas ?? 0n, tipP95: 0n, cap: feeCap }).maxFeePerGas;
  const aim = PAUSES_AIM * (estimate ?? GAS_USUAL) * PRICE_AIM;
  const holds = `The executor holds ${ether(facts.balance)} on ${chain}`;
  const send = `Send it gas money: ${ether(aim)} pays for ${PAUSES_AIM} pauses at ${PRICE_AIM / GWEI} gwei.`;
  if (facts.balance < limit * price) {
    found.push(
      verdict(
        "red",
        "executor_empty",
        `${holds}, and a node wants ${ether(limit * price)} before it takes a pause: nothing could be sent.`,
        send,
      ),
    );
  } else if (facts.balance < aim) {
    const pauses = facts.balance / ((estimate ?? GAS_USUAL) * PRICE_AIM);
    const says = `${holds}: enough for ${pauses} pauses when gas is dear (${PRICE_AIM / GWEI} gwei), and ${PAUSES_AIM} are wanted.`;
    found.push(verdict("amber", "executor_low", says, send));
  }
  if (facts.waiting > 0) {
    const says = `${facts.waiting} of the executor's transactions waits on ${chain} already: a pause would queue behind it.`;
    found.push(
      verdict(
        "red",
        "executor_stuck",
        says,
        `Have nonce ${facts.nonce} mined or replaced; use this account for nothing else.`,
      ),
    );
  }
  if (found.length > 0) return found;
  return [
    { rung: "executor", colour: "green", code: "executor", says: `${holds}, is no owner, and nothing of it waits.` },
  ];
}

/** EIP-7825 refuses a transaction that asks for more. */
export function judgeGas(estimate: bigint | undefined, growsWith: string | undefined): Verdict {
  const rung = "gas";
  const grows = growsWith === undefined ? "" : ` It grows with ${growsWith}.`;
  if (estimate === undefined) {
    const says = "No RPC provider could estimate its gas.";
    return {
      rung,
      colour: "amber",
      code: "gas_unknown",
      says,
      remedy: "It is sent with a large limit all the same. Use providers that take state overrides in eth_estimateGas.",
    };
  }
  const most = GAS_MAX.toLocaleString("en");
  const says = `It takes about ${estimate.toLocaleString("en")} gas, and one transaction may take ${most}.`;
  const remedy = "Split it: name several interventions in the plan, each with a part of the targets.";
  if (estimate > GAS_MAX) return { rung, colour: "red", code: "gas_over", says: `${says}${grows}`, remedy };
  if (estimate * 2n > GAS_MAX) return { rung, colour: "amber", code: "gas_near", says: `${says}${grows}`, remedy };
  return { rung, colour: "green", code: "gas", says };
}

/** Four digits after the point are enough to act on. */
function ether(wei: bigint): string {
  const [whole = "0", part = ""] = formatEther(wei).split(".");
  const digits = part.slice(0, 4).replace(/0+$/, "");
  return `${digits === "" ? whole : `${whole}.${digits}`} ether`;
}
