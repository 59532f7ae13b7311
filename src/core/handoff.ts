import { encodeFunctionData, getAddress, parseAbi } from "viem";
import { UserError } from "./errors.ts";
import type { Address, Hex, ProposalId } from "./ids.ts";
import { findPause } from "./incident.ts";
import { getPause } from "./on-pause.ts";
import { isOpen, type Pause, validConfirmations } from "./pause-state.ts";
import type { App, Cause } from "./ports.ts";
import { recordIncident } from "./record-incident.ts";
import { packSignatures } from "./signature-pack.ts";

/** A file for people: all that it takes to send a proposal without Allstop. It holds no key. */
export interface Handoff {
  name: string;
  title: string;
  /** Markdown, with each command on a line of its own, to be copied whole. */
  content: string;
}

export function handoffName(proposal: string): string {
  return `${proposal}-send-it-yourself.md`;
}

/** Puts the file into the room. Throws `UserError` `nothing_to_hand_off`. */
export async function handOffPause(app: App, cause: Cause, { proposal }: { proposal: ProposalId }): Promise<Pause> {
  const { incident } = await getPause(app, proposal);
  const after = await recordIncident(app, cause, incident, (state) => {
    mustHandOff(findPause(state, proposal));
    return {
      events: [{ kind: "pause.handed_off", proposal, file: handoffName(proposal) }],
      effects: [{ kind: "hand_off", incident, proposal }],
    };
  });
  return findPause(after, proposal);
}

/** Throws `UserError` `nothing_to_hand_off` when the proposal is over, or in a block already. */
function mustHandOff(pause: Pause): void {
  if (isOpen(pause) && pause.included === undefined) return;
  throw new UserError(
    "nothing_to_hand_off",
    `${pause.id} is over, so there is nothing left to send.`,
    `See \`/pause status ${pause.id}\`.`,
    { proposal: pause.id },
  );
}

/** What people need to carry a proposal to the chain by themselves, as far as the owners have signed it. */
export function handOff(pause: Pause): Handoff {
  const { facts } = pause;
  const calldata = executionCalldata(pause);
  const parts = [
    heading(pause),
    ...(calldata === undefined ? [missing(pause)] : [...signedParts(pause), ownAccount(pause, calldata)]),
    links(pause),
    bundle(pause),
  ];
  return {
    name: handoffName(pause.id),
    title: `${pause.id} ${facts.title}: send it without Allstop`,
    content: `${parts.join("\n\n")}\n`,
  };
}

const abi = parseAbi([
  "function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures) payable returns (bool)",
]);

/**
 * `execTransaction` with the owners' signatures, for anybody to send to the Safe. Undefined while there are fewer
 * signatures of current owners than the Safe asks for.
 */
export function executionCalldata(pause: Pause): Hex | undefined {
  const usable = validConfirmations(pause);
  if (usable.length < pause.safe.threshold) return undefined;
  const tx = pause.facts.safeTx;
  const signatures = packSignatures(usable, pause.safe.threshold);
  const gas = [BigInt(tx.safeTxGas), BigInt(tx.baseGas), BigInt(tx.gasPrice)] as const;
  const refund = [tx.gasToken, tx.refundReceiver] as const;
  const args = [tx.to, BigInt(tx.value), tx.data, tx.operation, ...gas, ...refund, signatures] as const;
  return encodeFunctionData({ abi, functionName: "execTransaction", args });
}

function heading({ id, incident, facts }: Pause): string {
  const { chain, safe, safeTx, call, target } = facts;
  return [
    `# ${id}: send it without Allstop`,
    `${incident}, ${facts.title}. It is **not paused** until the contract says so.`,
    [
      `- Chain: ${chain.name} (${chain.id})`,
      `- Safe: ${safe.label} ${getAddress(safe.address)}, version ${safe.version}, nonce ${safeTx.nonce}`,
      `- Calls: ${call.signature} on ${getAddress(safeTx.to)} (${target.label})`,
      `- safeTxHash: ${facts.safeTxHash}`,
    ].join("\n"),
    "Anybody may send it: it can do nothing but what the owners have signed, and the Safe runs it once, however often it is sent. Nothing here is a key.",
    `In the commands, \`$RPC_URL\` is any RPC address of ${chain.name} that you trust:`,
    fenced("export RPC_URL=https://…"),
  ].join("\n\n");
}

function missing(pause: Pause): string {
  const have = validConfirmations(pause).length;
  return [
    "## It can't be sent yet",
    `${have} of ${pause.safe.threshold} signatures of current owners are here. Let the others sign the safeTxHash above, with any tool, and hand the signature in: \`/pause confirm ${pause.id} 0x…\`, here or in \`allstop console\`. Then \`/pause handoff ${pause.id}\` again.`,
  ].join("\n\n");
}

/** The newest bytes of each executor of ours: whoever sends them, we pay. */
function signedParts(pause: Pause): string[] {
  const newest = new Map(pause.attempts.map((attempt) => [attempt.executor.toLowerCase(), attempt]));
  return [...newest.values()].map(({ raw, executor, transactionHash, maxFeePerGas }) =>
    [
      `## Send what Allstop has signed`,
      `Paid by ${getAddress(executor)}, up to ${gwei(maxFeePerGas)} gwei per gas. Its hash is ${transactionHash}.`,
      fenced(`cast publish --rpc-url "$RPC_URL" ${raw}`),
      "The same without cast:",
      fenced(
        `curl -s "$RPC_URL" -H 'content-type: application/json' -d '{"jsonrpc":"2.0","id":1,"method":"eth_sendRawTransaction","params":["${raw}"]}'`,
      ),
      "`already known` is good news: it is on its way. `nonce too low`, `insufficient funds` or a price that is too low: use an account of your own, below.",
    ].join("\n\n"),
  );
}

function ownAccount({ facts }: Pause, calldata: Hex): string {
  const safe = getAddress(facts.safe.address);
  return [
    "## Send it from an account of your own",
    `Any account with gas money will do. It asks for the account's key; \`--ledger\` instead of \`--interactive\` uses a device.`,
    fenced(`cast send --rpc-url "$RPC_URL" --interactive ${safe} ${calldata}`),
    `In a wallet that can send data: to ${safe}, value 0, and this data:`,
    fenced(calldata),
  ].join("\n\n");
}

/** The short names by which the Safe's app tells chains apart (EIP-3770). */
const safeAppNames: Record<number, string> = {
  1: "eth",
  10: "oeth",
  56: "bnb",
  100: "gno",
  137: "matic",
  324: "zksync",
  1101: "zkevm",
  5000: "mantle",
  8453: "base",
  42161: "arb1",
  42220: "celo",
  43114: "avax",
  59144: "linea",
  534352: "scr",
  11155111: "sep",
};

/** The Safe in its own app, where the app knows the chain. */
export function safeAppLink(chainId: number, safe: Address): string | undefined {
  const name = safeAppNames[chainId];
  return name && `https://app.safe.global/transactions/queue?safe=${name}:${getAddress(safe)}`;
}

function links(pause: Pause): string {
  const { chain, safe, safeTx } = pause.facts;
  const app = safeAppLink(chain.id, safe.address);
  const explorer = chain.explorer?.replace(/\/+$/, "");
  const lines = [
    ...(app === undefined
      ? []
      : [
          `- The Safe in its app: ${app}. If the proposal is in its queue, compare the safeTxHash and press Execute there.`,
        ]),
    ...(explorer === undefined
      ? []
      : [
          `- The Safe in the explorer: ${explorer}/address/${getAddress(safe.address)}`,
          `- The contract, to see whether it is paused: ${explorer}/address/${getAddress(safeTx.to)}`,
          ...pause.attempts.map(({ transactionHash }) => `- What Allstop sent: ${explorer}/tx/${transactionHash}`),
        ]),
    "- Allstop sees on the chain that it has run, whoever sent it, and says so in the room.",
  ];
  return ["## Look", lines.join("\n")].join("\n\n");
}

/** All that was signed, and by whom, for any tool that takes it. */
function bundle(pause: Pause): string {
  const { chain, safe, safeTx, domainHash, messageHash, safeTxHash, planHash } = pause.facts;
  const signatures = validConfirmations(pause).map(({ owner, signature, form = "ecdsa" }) => ({
    owner,
    signature,
    form,
  }));
  const json = {
    chainId: chain.id,
    safe: safe.address,
    version: safe.version,
    threshold: pause.safe.threshold,
    owners: pause.safe.owners,
    safeTx,
    domainHash,
    messageHash,
    safeTxHash,
    planHash,
    signatures,
  };
  return ["## What was signed, for other tools", fenced(JSON.stringify(json, null, 2))].join("\n\n");
}

function fenced(text: string): string {
  return ["```", text, "```"].join("\n");
}

/** A price in wei as gwei, rounded up to two digits behind the point. */
function gwei(wei: string): string {
  const hundredths = (BigInt(wei) + 9_999_999n) / 10_000_000n;
  return `${hundredths / 100n}.${(hundredths % 100n).toString().padStart(2, "0")}`;
}
