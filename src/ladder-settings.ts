import { z } from "zod";
import { Secret } from "./secret.ts";

/** The keys that pre-signed pauses are sealed under. */
export interface LadderConfig {
  key?: Secret;
  /** The one before it: what it sealed is sealed anew at the start. */
  previous?: Secret;
}

export const ladderRemedies = {
  LADDER_KEY: "Set it to 32 random bytes as printed by openssl rand -hex 32, or leave it out: then there is no ladder.",
  LADDER_KEY_PREVIOUS: "Set it to the LADDER_KEY of before, together with the new one, or leave it out.",
} as const;

/** 32 bytes, as 64 hex digits or as base64. The secret that it becomes is always hex. */
export const LadderKey = z.string().transform((value, context): Secret => {
  const hex = /^(0x)?[0-9a-f]{64}$/i.test(value) ? value.slice(-64).toLowerCase() : undefined;
  const isBase64 = /^[A-Za-z0-9+/_-]{43}=?$/.test(value);
  const bytes = Buffer.from(hex ?? value, hex === undefined ? "base64" : "hex");
  if ((hex !== undefined || isBase64) && bytes.length === 32) {
    if (new Set(bytes).size > 4) return new Secret(bytes.toString("hex"));
    context.addIssue({ code: "custom", message: "is no random key: nearly all of its bytes are the same" });
    return z.NEVER;
  }
  context.addIssue({ code: "custom", message: "is not a key: one is 32 bytes, as 64 hex digits or as base64" });
  return z.NEVER;
});

/** The keys' bytes, for the store. */
export function ladderKeys({ key, previous }: LadderConfig): { key?: Uint8Array; previous?: Uint8Array } {
  return {
    ...(key && { key: Buffer.from(key.reveal(), "hex") }),
    ...(previous && { previous: Buffer.from(previous.reveal(), "hex") }),
  };
}

type Take = (name: keyof typeof ladderRemedies, schema: typeof LadderKey) => Secret | undefined;

/** Nothing of it is needed: what is left out is off. */
export function readLadderKeys(
  problems: { name: string; problem: string; remedy: string }[],
  { take, isSet, executorKey }: { take: Take; isSet: (name: string) => boolean; executorKey: Secret | undefined },
): LadderConfig {
  const key = isSet("LADDER_KEY") ? take("LADDER_KEY", LadderKey) : undefined;
  const previous = isSet("LADDER_KEY_PREVIOUS") ? take("LADDER_KEY_PREVIOUS", LadderKey) : undefined;
  const refuse = (name: keyof typeof ladderRemedies, problem: string) =>
    problems.push({ name, problem, remedy: ladderRemedies[name] });
  if (key !== undefined && key.reveal() === executorKey?.reveal().slice(2).toLowerCase()) {
    refuse("LADDER_KEY", "is the executor's private key, and each key has one use");
  }
  if (previous !== undefined && !isSet("LADDER_KEY")) refuse("LADDER_KEY_PREVIOUS", "is set, and LADDER_KEY is not");
  return { ...(key && { key }), ...(previous && { previous }) };
}
