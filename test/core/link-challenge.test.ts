import { hashTypedData } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import { isExpired, type LinkChallenge, linkTypedData, recoverLink } from "../../src/core/link-challenge.ts";
import { hashSafeTx } from "../../src/core/safe-tx.ts";
import { accounts, proposed, SAFE } from "../web/fixtures.ts";

const challenge: LinkChallenge = {
  user: "slack:U012AB3CD",
  name: "Ada",
  nonce: "00112233445566778899aabbccddeeff",
  expires: "2026-03-01T03:14:05.000Z",
};
const ada = accounts[0]!;

describe("linking an owner address", () => {
  it("recovers the address whose key signed", async () => {
    const signature = await ada.signTypedData(linkTypedData(challenge));
    expect(await recoverLink(challenge, signature)).toBe(ada.address);
  });

  it("takes a wallet's v of 0 or 1 for 27 or 28", async () => {
    const signature = await ada.signTypedData(linkTypedData(challenge));
    const v = Number.parseInt(signature.slice(130), 16) - 27;
    expect(await recoverLink(challenge, `${signature.slice(0, 130)}0${v}` as `0x${string}`)).toBe(ada.address);
  });

  it.each<[string, Partial<LinkChallenge>]>([
    ["another account", { user: "slack:U0MALLORY" }],
    ["another name", { name: "Adа" }],
    ["another nonce", { nonce: "ffeeddccbbaa99887766554433221100" }],
    ["a later end", { expires: "2026-03-02T03:14:05.000Z" }],
  ])("does not stand for %s", async (_what, change) => {
    const signature = await ada.signTypedData(linkTypedData(challenge));
    expect(await recoverLink({ ...challenge, ...change }, signature)).not.toBe(ada.address);
  });

  it("says in the wallet that no transaction is signed, and hashes to the same value for ever", () => {
    const typed = linkTypedData(challenge);
    expect(typed.message.statement).toBe("I am the person behind this chat account. This does not sign a transaction.");
    expect(hashTypedData(typed)).toBe("0xebf9d5fae6eb5aa1a65ede07edf9dfb875451aa835ad9ace76e68d54fe1447cf");
  });

  it("can never be a Safe transaction: its domain has no contract and no chain", () => {
    expect(Object.keys(linkTypedData(challenge).domain)).toEqual(["name", "version"]);
    const { safeTx } = proposed();
    expect(hashTypedData(linkTypedData(challenge))).not.toBe(hashSafeTx(1, SAFE, safeTx).safeTxHash);
  });

  it("refuses what no key can have made", async () => {
    await expect(recoverLink(challenge, `0x${"00".repeat(65)}`)).rejects.toMatchObject({
      code: "malformed_signature",
    });
  });

  it("is over at the very second it names", () => {
    expect(isExpired(challenge, new Date("2026-03-01T03:14:04.999Z"))).toBe(false);
    expect(isExpired(challenge, new Date("2026-03-01T03:14:05.000Z"))).toBe(true);
  });

  it("works with any account that viem makes", async () => {
    const other = privateKeyToAccount(`0x${"42".repeat(32)}`);
    expect(await recoverLink(challenge, await other.signTypedData(linkTypedData(challenge)))).toBe(other.address);
  });
});
