import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, mode, readConfig } from "../../src/config.ts";
import type { KeptSignature } from "../../src/core/ladder-store.ts";
import { checkLadder } from "../../src/doctor/ladder.ts";
import { LadderKey } from "../../src/ladder-settings.ts";
import { packageRoot } from "../../src/root.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { openLadderStore } from "../../src/storage/ladder.ts";
import { ladderKey } from "../../src/storage/ladder-seal.ts";
import { KEY, OTHER_KEY } from "./world.ts";

const hex = KEY.toString("hex");
const settings = (more: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  SLACK_BOT_TOKEN: "xoxb-1-2-abc",
  SLACK_APP_TOKEN: "xapp-1-A1-2-def",
  PUBLIC_URL: "https://allstop.example.org/",
  RESPONSE_PLAN: join(packageRoot, "response-plan.example.yaml"),
  RPC_URLS_1: "https://one.example.org, https://two.example.org",
  EXECUTOR_PRIVATE_KEY: `0x${"4c".repeat(32)}`,
  ...more,
});

function problemsOf(more: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(settings(more));
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ name, problem }) => `${name} ${problem}`);
    throw error;
  }
  return [];
}

describe("LADDER_KEY", () => {
  it.each([
    ["hex", hex],
    ["hex in capitals, with 0x in front", `0x${hex.toUpperCase()}`],
    ["base64", KEY.toString("base64")],
    ["base64 for addresses", KEY.toString("base64url")],
  ])("is 32 bytes, as %s", (_, written) => {
    expect(LadderKey.parse(written).reveal()).toBe(hex);
    expect(readConfig(settings({ LADDER_KEY: written })).ladder.key?.reveal()).toBe(hex);
  });

  it.each([
    ["too short", hex.slice(2), "is not a key"],
    ["a word", "correct horse battery staple", "is not a key"],
    ["all zeros", "00".repeat(32), "is no random key"],
    ["the executor's key", "4c".repeat(32), "is no random key"],
  ])("%s is refused, and not repeated", (_, written, words) => {
    const problems = problemsOf({ LADDER_KEY: written }).join();
    expect(problems).toContain(`LADDER_KEY ${words}`);
    expect(problems).not.toContain(written);
  });

  it("has one use: it is not the executor's key, too", () => {
    expect(problemsOf({ LADDER_KEY: hex, EXECUTOR_PRIVATE_KEY: `0x${hex}` })).toEqual([
      "LADDER_KEY is the executor's private key, and each key has one use",
    ]);
  });

  it("is not needed; the one before it is, only together with it", () => {
    expect(readConfig(settings({})).ladder).toEqual({});
    expect(problemsOf({ LADDER_KEY_PREVIOUS: hex })).toEqual(["LADDER_KEY_PREVIOUS is set, and LADDER_KEY is not"]);
  });

  it("is a secret of production: beside it, the sandbox stays off", () => {
    expect(mode({ LADDER_KEY: hex })).toBe("production");
    expect(JSON.stringify(readConfig(settings({ LADDER_KEY: hex })))).not.toContain(hex);
  });
});

const rung: KeptSignature = {
  chainId: 1,
  safe: "0x1111111111111111111111111111111111111111",
  nonce: "7",
  safeTxHash: `0x${"ab".repeat(32)}`,
  owner: "0x3333333333333333333333333333333333333333",
  via: "page",
  signature: `0x${"cd".repeat(64)}1b`,
};

describe("The seal", () => {
  it("opens for the very rung that it was made for, and for no other", () => {
    const { signature, ...at } = rung;
    const key = ladderKey(KEY);
    const sealed = key.seal(at, signature);
    expect(key.unseal(at, sealed)).toBe(signature);
    for (const other of [
      { chainId: 10 },
      { safe: rung.owner },
      { nonce: "8" },
      { safeTxHash: `0x${"ac".repeat(32)}` as const },
      { owner: rung.safe },
      { via: "paste" as const },
    ]) {
      expect(key.unseal({ ...at, ...other }, sealed), JSON.stringify(other)).toBeUndefined();
    }
    expect(ladderKey(OTHER_KEY).unseal(at, sealed)).toBeUndefined();
  });

  it("of the same signature is another each time, and no bit of it may change", () => {
    const { signature, ...at } = rung;
    const key = ladderKey(KEY);
    expect(key.seal(at, signature).equals(key.seal(at, signature))).toBe(false);
    const sealed = key.seal(at, signature);
    for (let byte = 0; byte < sealed.length; byte += 1) {
      const changed = Buffer.from(sealed);
      changed[byte] = (changed[byte] ?? 0) ^ 1;
      expect(key.unseal(at, changed), `byte ${byte}`).toBeUndefined();
    }
    expect(key.unseal(at, sealed.subarray(1))).toBeUndefined();
  });

  it("names its key without giving it away", () => {
    expect(ladderKey(KEY).id).not.toBe(ladderKey(OTHER_KEY).id);
    expect(hex).not.toContain(ladderKey(KEY).id);
    expect(() => ladderKey(KEY.subarray(1))).toThrow("32 bytes");
  });
});

describe("The store", () => {
  it("holds one signature per owner and hash, and forgets one or all", () => {
    const store = openDatabase(":memory:");
    const ladder = openLadderStore(store, { key: KEY }, () => 0);
    const second = { ...rung, owner: rung.safe };
    for (const kept of [rung, second, { ...rung, signature: `0x${"ce".repeat(64)}1c` as const }]) ladder.keep(kept);
    expect(
      ladder
        .read()
        .signatures.map(({ signature }) => signature.slice(2, 4))
        .sort(),
    ).toEqual(["cd", "ce"]);
    expect(ladder.forget(rung.safeTxHash, rung.owner)).toBe(1);
    expect(ladder.forget(rung.safeTxHash)).toBe(1);
    expect(ladder.list()).toEqual([]);
    store.close();
  });

  it("without a key takes nothing in, and says of what is there that it is locked", () => {
    const store = openDatabase(":memory:");
    openLadderStore(store, { key: KEY }, () => 0).keep(rung);
    const ladder = openLadderStore(store, {}, () => 0);
    expect(ladder.hasKey).toBe(false);
    expect(() => ladder.keep(rung)).toThrow("no key");
    expect(ladder.read()).toMatchObject({ signatures: [], unreadable: [{ fault: "locked", nonce: "7" }] });
    expect(ladder.list()).toHaveLength(1);
    store.close();
  });
});

describe("allstop doctor", () => {
  it("says whether what lies there opens under the keys at hand, and changes nothing", () => {
    const folder = mkdtempSync(join(tmpdir(), "allstop-doctor-ladder-"));
    const url = `file:${join(folder, "allstop.db")}`;
    const look = (keys: { LADDER_KEY?: string; LADDER_KEY_PREVIOUS?: string }) =>
      checkLadder(url, readConfig(settings(keys)).ladder).map(({ ok, detail }) => `${ok}: ${detail}`);
    const other = OTHER_KEY.toString("hex");
    expect(look({})).toEqual([]);
    const store = openDatabase(url);
    expect(look({})).toEqual(["ok: LADDER_KEY is not set: nothing is signed ahead of time."]);
    openLadderStore(store, { key: KEY }, () => 0).keep(rung);
    expect(look({ LADDER_KEY: hex })).toEqual(["ok: All 1 signatures made ahead of time open."]);
    expect(look({ LADDER_KEY: other }).join()).toContain(
      "warning: 1 of 1 signatures made ahead of time can't be read under",
    );
    expect(look({}).join()).toContain("LADDER_KEY is not set");
    expect(look({ LADDER_KEY: other, LADDER_KEY_PREVIOUS: hex })).toEqual(look({ LADDER_KEY: hex }));
    expect(openLadderStore(store, { key: KEY }, () => 0).read().signatures).toHaveLength(1);
    store.close();
    rmSync(folder, { recursive: true });
  });
});
