import { getAddress } from "viem";
import { findIntervention } from "../chain/plan-lookup.ts";
import { callOf } from "../chain/planned.ts";
import { kitSafeTxHashes } from "../chain/safe-hash.ts";
import type { Hex } from "../core/ids.ts";
import { sameAddress } from "../core/pause-state.ts";
import type { LoadedPlan } from "../core/plan.ts";
import { buildSafeTx, groupHash, hashSafeTx, ZERO_ADDRESS } from "../core/safe-tx.ts";
import { UsageError } from "../exit.ts";
import { loadPlan } from "../plan.ts";

/** The hashes of one Safe version differ from another's only below 1.3.0, which is refused: any of them does. */
const SAFE_VERSION = "1.3.0";
const ROWS_MAX = 1_000;
const NONCE_MAX = 2 ** 40;
const WIDTH = 80;

export interface HashCard {
  plan: { sha256: string };
  intervention: string;
  title: string;
  kind: string;
  chain: { id: number; name: string };
  safe: { label: string; address: string };
  target: { label: string; address: string };
  call: { signature: string; selector: Hex };
  to: string;
  data: Hex;
  domainHash: Hex;
  rows: { nonce: string; messageHash: Hex; safeTxHash: Hex }[];
}

/**
 * Prints the hashes that a signer's device will show, by nonce, from the plan alone: no key, no network, no bot. In peace
 * time it is looked through and put on paper; at night nobody has to trust a bot or a page.
 */
export async function printHashes(
  env: NodeJS.ProcessEnv,
  intervention: string,
  options: { nonce: string; to?: string; plan?: string; json?: boolean },
): Promise<void> {
  const path = options.plan ?? env.RESPONSE_PLAN?.trim();
  if (!path) throw new UsageError("Which plan? Name a file with --plan, or set RESPONSE_PLAN.");
  const card = await hashCard(loadPlan(path), intervention, range(options.nonce, options.to));
  console.log(options.json ? JSON.stringify(card, null, 1) : hashTable(card).join("\n"));
}

function range(first: string, last = first): { from: number; to: number } {
  const [from, to] = [nonceOf(first, "--nonce"), nonceOf(last, "--to")];
  if (to < from) throw new UsageError(`--to is ${to}, and lies before --nonce, ${from}.`);
  if (to - from >= ROWS_MAX) throw new UsageError(`That is ${to - from + 1} rows; ${ROWS_MAX} at a time are printed.`);
  return { from, to };
}

function nonceOf(text: string, option: string): number {
  const nonce = /^\d{1,13}$/.test(text) ? Number(text) : Number.NaN;
  if (nonce <= NONCE_MAX) return nonce;
  throw new UsageError(`${option} is "${text}", and a nonce is a whole number from 0 up, such as 7.`);
}

/** Throws when viem and protocol-kit do not compute the same for every row, and `UserError` for an unknown intervention. */
export async function hashCard(
  plan: LoadedPlan,
  key: string,
  { from, to }: { from: number; to: number },
): Promise<HashCard> {
  const { intervention, safe, chainId } = findIntervention(plan, key);
  const call = callOf(plan, key);
  const txs = Array.from({ length: to - from + 1 }, (_, index) =>
    buildSafeTx({ to: call.to, data: call.data, nonce: BigInt(from + index) }),
  );
  const hashes = txs.map((tx) => hashSafeTx(chainId, safe.address, tx));
  const kit = await kitSafeTxHashes(chainId, safe.address, SAFE_VERSION, txs);
  hashes.forEach(({ safeTxHash }, index) => {
    if (kit[index] === safeTxHash) return;
    throw new Error(
      `Two computations disagree at nonce ${from + index}: viem says ${safeTxHash}, protocol-kit ${kit[index]}.\nSign nothing, and report this as a bug in Allstop.`,
    );
  });
  const [first] = hashes;
  if (first === undefined) throw new Error("There is nothing to hash.");
  return {
    plan: { sha256: plan.hash },
    intervention: key,
    title: intervention.title,
    kind: call.kind,
    chain: { id: chainId, name: plan.chains[String(chainId)]?.name ?? "unnamed" },
    safe,
    target: { label: intervention.targetLabel, address: getAddress(intervention.target) },
    call: { signature: call.signature, selector: call.selector },
    to: call.to,
    data: call.data,
    domainHash: first.domainHash,
    rows: txs.map(({ nonce }, index) => ({ nonce, ...rowHashes(hashes[index] ?? first) })),
  };
}

function rowHashes({ messageHash, safeTxHash }: { messageHash: Hex; safeTxHash: Hex }) {
  return { messageHash, safeTxHash };
}

/** The same rows and the same grouping as a proposal's card, 80 columns wide at most. Nothing is shortened. */
export function hashTable(card: HashCard): string[] {
  const { chain, safe, target, call } = card;
  const lines = [
    ...row("Chain", [`${chain.name} (${chain.id})`]),
    ...row("Safe", [safe.label, safe.address, "version 1.3.0 or later, and no older one"]),
    ...row("To / value", [
      `${card.to} / 0`,
      sameAddress(card.to, target.address) ? target.label : `acts on ${target.label} ${target.address}`,
    ]),
    ...row("Call", [call.signature, call.selector]),
    ...(card.data === call.selector ? [] : row("Data", slices(card.data))),
    ...row("Operation", ["CALL (0)"]),
    ...row("Gas fields", ["safeTxGas 0", "baseGas 0", "gasPrice 0", "gasToken 0x0", "refundReceiver 0x0"]),
    ...row("Domain hash", halves(card.domainHash), "constant for this Safe on this chain"),
    ...row("Plan sha256", slices(card.plan.sha256)),
  ];
  const table = card.rows.flatMap(({ nonce, messageHash, safeTxHash }) => [
    "",
    ...[...hashLines("Message hash", messageHash), ...hashLines("safeTxHash", safeTxHash)].map(
      (line, index) => `${(index === 0 ? `Row ${nonce}` : "").padEnd(LABEL_WIDTH)}${line}`,
    ),
  ]);
  return [
    ...wrap(`${card.kind.toUpperCase()}  ${card.title}  (${card.intervention})`, ""),
    "",
    ...lines,
    "",
    ...wrap(
      `Computed from the plan by viem and by protocol-kit, without network and without keys. 0x0 stands for ${ZERO_ADDRESS}. A row's number is the nonce. Print this in peace time, and keep it where you sign: your device has to show the digits of that nonce's row. If one differs, do not sign.`,
      "",
    ),
    ...(card.kind === "pause" ? [] : ["", "Not a pause: nothing of this is ever signed ahead of time."]),
    ...table,
  ];
}

const LABEL_WIDTH = 14;

/** Parts that fit a line share it. */
function row(label: string, parts: string[], note?: string): string[] {
  const lines: string[] = [];
  for (const part of note === undefined ? parts : [...parts, note]) {
    const last = lines.at(-1);
    const room = WIDTH - LABEL_WIDTH;
    if (last !== undefined && last.length + 2 + part.length <= room && !isHalf(part))
      lines[lines.length - 1] = `${last}  ${part}`;
    else lines.push(...wrap(part, "", room));
  }
  return lines.map((line, index) => `${(index === 0 ? label : "").padEnd(LABEL_WIDTH)}${line}`);
}

const isHalf = (part: string) => /^([0-9A-F]{4} ){7}[0-9A-F]{4}$/.test(part);

/** `Message hash  40BD 7AA2 …` and the second half below it. */
function hashLines(label: string, hash: Hex): string[] {
  return halves(hash).map((half, index) => `${(index === 0 ? label : "").padEnd(LABEL_WIDTH)}${half}`);
}

/** Eight groups to a line, as the signing page sets them. */
function halves(hash: Hex): string[] {
  const grouped = groupHash(hash);
  return [grouped.slice(0, 39), grouped.slice(40)];
}

function slices(text: string): string[] {
  return text.match(/.{1,64}/g) ?? [];
}

/** At spaces; a word that is longer than a line stays whole. */
function wrap(text: string, indent: string, width = WIDTH): string[] {
  const lines: string[] = [];
  for (const word of text.split(/(?<=\S) (?=\S)/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(indent + word);
  }
  return lines;
}
