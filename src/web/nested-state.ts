import type { ContractOwner } from "../core/chain-port.ts";
import type { Address } from "../core/ids.ts";
import { includesAddress, isCollecting, type Pause, sameAddress } from "../core/pause-state.ts";
import { groupHash } from "../core/safe-tx.ts";
import { partsOf } from "../core/signature-judge.ts";
import { hashSafeMessage } from "../core/signature-message.ts";
import type { WebApp } from "./web-app.ts";

/** An owner that is a contract: who signs for it, and what. */
export interface NestedState {
  way: ContractOwner["way"];
  /** Why its owners can't sign for it. */
  why?: string | undefined;
  /** Left out where it is no Safe that we know. */
  safe?: { version: string; have: number; need: number; owners: { owner: Address; signed: boolean }[] };
  /** What a hardware wallet shows of the message, in groups of four. */
  domainHash: string;
  messageHash: string;
  safeMessageHash: string;
}

export function nestedState(pause: Pause, contract: ContractOwner): NestedState {
  const { owner, safe, way, why, message } = contract;
  const { domainHash, messageHash, safeMessageHash } = hashSafeMessage(pause.facts.chain.id, owner, message);
  const signers = partsOf(pause, contract).map(({ signer }) => signer);
  return {
    way,
    why,
    ...(safe && {
      safe: {
        version: safe.version,
        have: signers.length,
        need: safe.threshold,
        owners: safe.owners.map((one) => ({ owner: one, signed: includesAddress(signers, one) })),
      },
    }),
    domainHash: groupHash(domainHash),
    messageHash: groupHash(messageHash),
    safeMessageHash: groupHash(safeMessageHash),
  };
}

/** How an owner's line says that it is a contract, while nothing of it is in. */
export function sayNested({ way, safe }: NestedState): string {
  if (safe === undefined) return "a contract: its signature, or its approval on the chain, is missing";
  if (way === "approve") return `a Safe v${safe.version}: its approval on the chain is missing`;
  return `a Safe v${safe.version}: ${safe.have} of ${safe.need} of its owners signed`;
}

export function contractOf(contracts: readonly ContractOwner[], owner: string): ContractOwner | undefined {
  return contracts.find((one) => sameAddress(one.owner, owner));
}

/** A page must not wait for a chain that does not answer: it is shown without them, and asks again. */
const WAIT_MS = 1_500;

export async function contractsFor(app: Pick<WebApp, "contractOwners">, pause: Pause): Promise<ContractOwner[]> {
  if (!isCollecting(pause)) return [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ContractOwner[]>((resolve) => {
    timer = setTimeout(() => resolve([]), WAIT_MS);
  });
  try {
    return await Promise.race([app.contractOwners(pause).catch(() => []), late]);
  } finally {
    clearTimeout(timer);
  }
}
