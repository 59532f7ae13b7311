import { getAddress } from "viem";
import { livingRungs, type RungSet } from "./ladder-state.ts";
import type { CardRow } from "./pause-card.ts";
import { sameAddress } from "./pause-state.ts";
import { groupHash } from "./safe-tx.ts";

/** What all rungs of a set have in common, in the words and the order of a proposal's card. */
export function rungCardRows(set: RungSet): CardRow[] {
  const { chain, safe, to, target, call, data, domainHash, planHash } = set.facts;
  const living = livingRungs(set);
  const [first, last] = [living[0]?.nonce ?? set.safe.nonce, living.at(-1)?.nonce ?? set.safe.nonce];
  const standing = `${set.safe.threshold} of ${set.safe.owners.length}`;
  return [
    { label: "Chain", value: `${chain.name} (${chain.id})`, mono: false },
    {
      label: "Safe",
      value: [safe.label, getAddress(safe.address), `v${safe.version}`, standing].join("  "),
      mono: true,
    },
    {
      label: "Nonces",
      value: first === last ? first : `${first} to ${last}`,
      mono: true,
      note: `on chain: ${set.safe.nonce}`,
    },
    {
      label: "To / value",
      value: `${getAddress(to)} / 0`,
      mono: true,
      note: sameAddress(to, target.address) ? target.label : `acts on ${target.label} ${getAddress(target.address)}`,
    },
    { label: "Call", value: `${call.signature}  ${call.selector}`, mono: true },
    ...(sameAddress(data, call.selector) ? [] : [{ label: "Data", value: data, mono: true }]),
    { label: "Operation", value: "CALL (0)", mono: true },
    {
      label: "Gas fields",
      value: "safeTxGas 0  baseGas 0  gasPrice 0  gasToken 0x0  refundReceiver 0x0",
      mono: true,
    },
    { label: "Domain hash", value: groupHash(domainHash), mono: true, note: "constant for this Safe on this chain" },
    { label: "Plan sha256", value: planHash, mono: true },
  ];
}
