import { describe, expect, it } from "vitest";
import { isExpired } from "../../src/core/link-challenge.ts";
import { createLinks } from "../../src/web/links.ts";
import { WORDS } from "../../src/web/words.ts";
import { STARTED, tokenOf } from "./fixtures.ts";

const now = () => STARTED;
const make = (byte = 1, publicUrl = "https://allstop.example/") =>
  createLinks({ publicUrl, secret: Buffer.alloc(32, byte), now });

describe("links to our own pages", () => {
  it("lead back to the proposal they were made for, after a restart too", () => {
    const link = make().sign("P-0007");
    expect(link).toMatch(/^https:\/\/allstop\.example\/sign\/P-0007\.[\w-]{24}$/);
    expect(make().readSign(tokenOf(link))).toBe("P-0007");
    expect(make().sign("P-0007")).toBe(link);
  });

  it("keep a path under which the bot is published", () => {
    expect(make(1, "https://example.org/allstop").sign("P-0001")).toMatch(
      /^https:\/\/example\.org\/allstop\/sign\/P-0001\./,
    );
  });

  it("cannot be forged", () => {
    const token = tokenOf(make().sign("P-0007"));
    const mac = token.split(".")[1]!;
    const forged = [
      `P-0008.${mac}`,
      `P-0007.${mac.slice(0, -1)}${mac.endsWith("A") ? "B" : "A"}`,
      `P-0007.${mac.slice(0, 12)}`,
      `P-0007.`,
      `P-0007`,
      "",
      ".",
      tokenOf(make(2).sign("P-0007")),
    ];
    for (const attempt of forged) expect(make().readSign(attempt), attempt).toBeUndefined();
  });

  it("of one kind are worth nothing as the other", () => {
    const links = make();
    expect(links.readLink(tokenOf(links.sign("P-0007")))).toBeUndefined();
    expect(links.readSign(tokenOf(links.link("slack:U1", "Ada")))).toBeUndefined();
  });

  it("to link an account carry it, for ten minutes, and differ every time", () => {
    const links = make();
    const link = links.link("slack:U1", "Ada 👩‍🚀");
    const challenge = links.readLink(tokenOf(link))!;
    expect(challenge).toMatchObject({ user: "slack:U1", name: "Ada 👩‍🚀", expires: "2026-03-01T03:14:05.000Z" });
    expect(isExpired(challenge, now())).toBe(false);
    expect(links.link("slack:U1", "Ada 👩‍🚀")).not.toBe(link);
  });

  it("need a real secret", () => {
    expect(() => createLinks({ publicUrl: "https://a.example", secret: Buffer.alloc(8), now })).toThrow("needs 32");
  });
});

describe("check words", () => {
  it("are three, the same every time, and others for another proposal or another bot", () => {
    const phrase = make().phrase("P-0007");
    expect(phrase.split(" ")).toHaveLength(3);
    for (const word of phrase.split(" ")) expect(WORDS).toContain(word);
    expect(make().phrase("P-0007")).toBe(phrase);
    expect(make().phrase("P-0008")).not.toBe(phrase);
    expect(make(2).phrase("P-0007")).not.toBe(phrase);
  });

  it("come from 256 short words that differ in their first four letters", () => {
    expect(WORDS).toHaveLength(256);
    expect(new Set(WORDS.map((word) => word.slice(0, 4))).size).toBe(256);
    for (const word of WORDS) expect(word).toMatch(/^[a-z]{3,8}$/);
  });
});
