import type { Address, Hex } from "./ids.ts";

/** A pre-signed rung as it is kept: everything in it but the signature may be read without the key. */
export interface KeptRung {
  chainId: number;
  safe: Address;
  nonce: string;
  safeTxHash: Hex;
  owner: Address;
  via: "page" | "paste";
}

export interface KeptSignature extends KeptRung {
  /** Canonical, 65 bytes. */
  signature: Hex;
}

/** A row that is there and gives no signature. */
export interface UnreadableRung extends KeptRung {
  /** `locked`: sealed under another key than the one at hand. `damaged`: this key, and not the bytes that were sealed. */
  fault: "locked" | "damaged";
}

/**
 * Where signatures made ahead of time lie, each encrypted under a key that is not in the same place. Implemented by
 * `storage/`.
 */
export interface LadderStore {
  /** False without a key: then nothing is taken in, and what lies there stays as it is. */
  readonly hasKey: boolean;
  /** Seals one signature; one of the same owner over the same hash takes the older one's place. */
  keep(signature: KeptSignature): void;
  /** All that is kept, or all over one hash. */
  list(safeTxHash?: Hex): KeptRung[];
  /** Unseals all that is kept, or all over one hash. */
  read(safeTxHash?: Hex): { signatures: KeptSignature[]; unreadable: UnreadableRung[] };
  /** Overwrites and removes; of one owner alone, or all over the hash. Returns how many. */
  forget(safeTxHash: Hex, owner?: Address): number;
}
