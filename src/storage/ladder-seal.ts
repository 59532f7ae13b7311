import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import type { Hex } from "../core/ids.ts";
import type { KeptRung } from "../core/ladder-store.ts";

/**
 * Signatures at rest: AES-256-GCM, with a fresh random nonce for each. What a signature is for is bound to it, so that a
 * row that was moved to another Safe, nonce, hash or owner does not open.
 */
export interface LadderKey {
  /** Names the key without giving anything of it away; stands beside each row that it sealed. */
  id: string;
  seal(rung: KeptRung, signature: Hex): Buffer;
  /** Undefined when these are not the bytes that this key sealed for this rung. */
  unseal(rung: KeptRung, sealed: Buffer): Hex | undefined;
}

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SIGNATURE_BYTES = 65;

/** Throws when the key has not 32 bytes. */
export function ladderKey(key: Uint8Array): LadderKey {
  if (key.length !== KEY_BYTES) throw new Error(`A ladder key has ${KEY_BYTES} bytes, and this has ${key.length}.`);
  return {
    id: createHmac("sha256", key).update("allstop/ladder/key-id").digest("hex").slice(0, 16),
    seal(rung, signature) {
      const plain = Buffer.from(signature.slice(2), "hex");
      if (plain.length !== SIGNATURE_BYTES) throw new Error(`A signature has ${SIGNATURE_BYTES} bytes.`);
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(boundTo(rung));
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    unseal(rung, sealed) {
      if (sealed.length !== NONCE_BYTES + SIGNATURE_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(rung));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      const plain = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
      try {
        decipher.final();
      } catch (error) {
        // The one thing that `final` can say here: the tag does not fit.
        if (error instanceof Error) return undefined;
        throw error;
      }
      return `0x${plain.toString("hex")}`;
    },
  };
}

function boundTo({ chainId, safe, nonce, safeTxHash, owner, via }: KeptRung): Buffer {
  const parts = [
    "allstop/ladder/1",
    chainId,
    safe.toLowerCase(),
    nonce,
    safeTxHash.toLowerCase(),
    owner.toLowerCase(),
    via,
  ];
  return Buffer.from(parts.join("\n"), "utf8");
}
