import { and, asc, eq } from "drizzle-orm";
import { z } from "zod";
import { Address, Hex, Uint } from "../core/ids.ts";
import type { KeptRung, KeptSignature, LadderStore, UnreadableRung } from "../core/ladder-store.ts";
import type { Store } from "./database.ts";
import { type LadderKey, ladderKey } from "./ladder-seal.ts";
import { ladderSignatures as table } from "./schema.ts";

export interface LadderKeys {
  /** 32 bytes. Left out, there is no ladder: nothing is taken in, and nothing is given out. */
  key?: Uint8Array;
  /** The key before this one. What it sealed is sealed anew under `key` when the store is opened. */
  previous?: Uint8Array;
}

/** Pre-signed pauses in SQLite, each sealed under a key that is not in the file. */
export function openLadderStore({ db, sqlite }: Store, keys: LadderKeys, now: () => number): LadderStore {
  const key = keys.key && ladderKey(keys.key);
  // What is forgotten is overwritten, and not only left out of the index.
  sqlite.pragma("secure_delete = ON");

  const select = (safeTxHash?: Hex) =>
    db
      .select()
      .from(table)
      .where(safeTxHash === undefined ? undefined : eq(table.safeTxHash, safeTxHash))
      .orderBy(asc(table.storedAt), asc(table.owner))
      .all()
      .map((row) => ({ rung: Row.parse(row), keyId: row.keyId, sealed: row.sealed, storedAt: row.storedAt }));

  const put = (under: LadderKey, { signature, ...rung }: KeptSignature, storedAt: number) => {
    const row = { ...rung, keyId: under.id, sealed: under.seal(rung, signature), storedAt };
    const { keyId, sealed, via } = row;
    db.insert(table)
      .values(row)
      .onConflictDoUpdate({ target: [table.safeTxHash, table.owner], set: { keyId, sealed, via, storedAt } })
      .run();
  };

  if (key !== undefined && keys.previous !== undefined) {
    const previous = ladderKey(keys.previous);
    sqlite.transaction(() => {
      for (const { rung, keyId, sealed, storedAt } of select()) {
        const signature = keyId === previous.id ? previous.unseal(rung, sealed) : undefined;
        if (signature !== undefined) put(key, { ...rung, signature }, storedAt);
      }
    })();
  }

  return {
    hasKey: key !== undefined,
    keep(signature) {
      if (key === undefined) throw new Error("There is no key to seal a signature under.");
      put(key, signature, now());
    },
    list: (safeTxHash) => select(safeTxHash).map(({ rung }) => rung),
    read(safeTxHash) {
      const signatures: KeptSignature[] = [];
      const unreadable: UnreadableRung[] = [];
      for (const { rung, keyId, sealed } of select(safeTxHash)) {
        const signature = keyId === key?.id ? key.unseal(rung, sealed) : undefined;
        if (signature !== undefined) signatures.push({ ...rung, signature });
        else unreadable.push({ ...rung, fault: keyId === key?.id ? "damaged" : "locked" });
      }
      return { signatures, unreadable };
    },
    forget(safeTxHash, owner) {
      const ofOwner = owner === undefined ? undefined : eq(table.owner, owner);
      return db
        .delete(table)
        .where(and(eq(table.safeTxHash, safeTxHash), ofOwner))
        .run().changes;
    },
  };
}

/** False for a database from before there was a ladder, which the next start brings up to date. */
export function hasLadder({ sqlite }: Store): boolean {
  return (
    sqlite.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'ladder_signatures'").get() !==
    undefined
  );
}

/** Whoever can write to the file can write anything into it: a row is read like anything else from outside. */
const Row = z
  .object({
    chainId: z.number().int(),
    safe: Address,
    nonce: Uint,
    safeTxHash: Hex,
    owner: Address,
    via: z.enum(["page", "paste"]),
  })
  .transform((row): KeptRung => row);
