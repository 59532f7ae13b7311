import { bytesToHex, type Hex, hexToBytes } from "viem";
import { publicKeyToAddress } from "viem/utils";
import type { Address } from "./ids.ts";

/**
 * secp256k1, by libsecp256k1 in WebAssembly: JavaScript's needs some two milliseconds for the first recoveries of a
 * process, and the one that counts is the last signature before a pause goes out. Pure computing, like the rest of core.
 * Loaded when it is first needed; `warmCurve` pays for that beforehand.
 */
type Curve = typeof import("tiny-secp256k1");

let loading: Promise<Curve> | undefined;

function load(): Promise<Curve> {
  loading ??= import("tiny-secp256k1");
  return loading;
}

/**
 * The address whose key made this signature of a hash: `r ‖ s ‖ v`, v being 0, 1, 27 or 28. A high s is read as it
 * stands. Undefined when no key can have made it.
 */
export async function recoverSigner(hash: Hex, signature: Hex): Promise<Address | undefined> {
  const curve = await load();
  const bytes = hexToBytes(signature);
  const recoveryId = recoveryIdOf(bytes[64]);
  if (bytes.length !== 65 || recoveryId === undefined) return undefined;
  const key = recoverKey(curve, hexToBytes(hash), bytes.subarray(0, 64), recoveryId);
  return key && publicKeyToAddress(bytesToHex(key));
}

/** Signs a hash, deterministically (RFC 6979), with a low s. `privateKey` is 32 bytes. */
export async function signHash(hash: Hex, privateKey: Uint8Array): Promise<{ r: Hex; s: Hex; yParity: 0 | 1 }> {
  const curve = await load();
  const { signature, recoveryId } = curve.signRecoverable(hexToBytes(hash), privateKey);
  // An r above the curve's order, which the other two ids stand for, is found by nobody.
  if (recoveryId !== 0 && recoveryId !== 1) throw new Error("This hash cannot be signed with this key.");
  return { r: bytesToHex(signature.subarray(0, 32)), s: bytesToHex(signature.subarray(32)), yParity: recoveryId };
}

/** Loads the curve and runs each of its two ways some times, so that the engine has compiled them when it counts. */
export async function warmCurve(): Promise<void> {
  const hash: Hex = `0x${"5a".repeat(32)}`;
  const key = new Uint8Array(32).fill(1);
  for (let round = 0; round < WARM_ROUNDS; round += 1) {
    const { r, s, yParity } = await signHash(hash, key);
    await recoverSigner(hash, `${r}${s.slice(2)}${yParity === 0 ? "1b" : "1c"}`);
  }
}

const WARM_ROUNDS = 48;

function recoveryIdOf(v: number | undefined): 0 | 1 | undefined {
  if (v === 0 || v === 27) return 0;
  return v === 1 || v === 28 ? 1 : undefined;
}

/** The library refuses what is out of range, or on no point of the curve, by throwing. */
function recoverKey(curve: Curve, hash: Uint8Array, signature: Uint8Array, recoveryId: 0 | 1): Uint8Array | undefined {
  try {
    return curve.recover(hash, signature, recoveryId, false) ?? undefined;
  } catch (error) {
    if (error instanceof Error && /^(Expected Signature|Bad Recovery Id)$/.test(error.message)) return undefined;
    throw error;
  }
}
