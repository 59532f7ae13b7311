import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { ProposalId, type UserRef } from "../core/ids.ts";
import { LinkChallenge } from "../core/link-challenge.ts";
import type { Links } from "../core/ports.ts";
import { WORDS } from "./words.ts";

const LINK_MINUTES = 10;
const MAC_BYTES = 18; // 144 bits, which base64url writes without padding.

export interface WebLinks extends Links {
  /** Where people reach the pages, without a slash at the end. */
  publicUrl(): string;
  /** The proposal that a signing link is for; undefined when we did not make the link. */
  readSign(token: string): ProposalId | undefined;
  /** The laying of rungs that a page is for, by its number in the ladder's timeline; undefined when we did not make the link. */
  readLadder(token: string): number | undefined;
  /** The challenge that a link carries, expired ones too (`isExpired`); undefined when we did not make the link. */
  readLink(token: string): LinkChallenge | undefined;
}

/**
 * Links to the bot's own pages. They carry what they are about and a MAC over it, so that nothing has to be stored and
 * links outlive a restart. `publicUrl` may be a function where the address is known only after the server listens.
 */
export function createLinks({
  publicUrl,
  secret,
  now,
}: {
  publicUrl: string | (() => string);
  /** 32 random bytes, the same after every restart. */
  secret: Buffer;
  now: () => Date;
}): WebLinks {
  if (secret.length < 32) throw new Error(`The secret for links has ${secret.length} bytes; it needs 32.`);
  const base = () => (typeof publicUrl === "string" ? publicUrl : publicUrl()).replace(/\/+$/, "");
  // The purpose is inside the MAC: a token for one page is worth nothing on another.
  const mac = (purpose: "sign" | "link" | "ladder" | "phrase", body: string) =>
    createHmac("sha256", secret).update(`${purpose}/${body}`).digest();

  const macText = (purpose: "sign" | "link" | "ladder", body: string) =>
    mac(purpose, body).subarray(0, MAC_BYTES).toString("base64url");

  function seal(purpose: "sign" | "link" | "ladder", body: string): string {
    return `${body}.${macText(purpose, body)}`;
  }

  function unseal(purpose: "sign" | "link" | "ladder", token: string): string | undefined {
    const dot = token.lastIndexOf(".");
    if (dot < 0) return undefined;
    const body = token.slice(0, dot);
    // Compared as text: base64url has several spellings for the same bytes, and a link has one.
    const given = Buffer.from(token.slice(dot + 1));
    const expected = Buffer.from(macText(purpose, body));
    return given.length === expected.length && timingSafeEqual(given, expected) ? body : undefined;
  }

  return {
    publicUrl: base,
    sign: (proposal) => `${base()}/sign/${seal("sign", proposal)}`,
    link(user: UserRef, name: string) {
      const expires = new Date(now().getTime() + LINK_MINUTES * 60_000).toISOString();
      const challenge: LinkChallenge = { user, name, nonce: randomBytes(16).toString("hex"), expires };
      return `${base()}/link/${seal("link", Buffer.from(JSON.stringify(challenge)).toString("base64url"))}`;
    },
    ladder: (seq) => `${base()}/ladder/${seal("ladder", String(seq))}`,
    phrase: (proposal) => [...mac("phrase", proposal).subarray(0, 3)].map((byte) => WORDS[byte]).join(" "),
    readSign(token) {
      const body = unseal("sign", token);
      return body === undefined ? undefined : ProposalId.parse(body);
    },
    readLadder(token) {
      const body = unseal("ladder", token);
      return body === undefined ? undefined : z.coerce.number().int().positive().parse(body);
    },
    readLink(token) {
      const body = unseal("link", token);
      if (body === undefined) return undefined;
      return LinkChallenge.parse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
    },
  };
}
