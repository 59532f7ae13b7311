import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { type HashCard, hashCard, hashTable } from "../../src/cli/hash.ts";
import { pauseCardRows } from "../../src/core/pause-card.ts";
import { groupHash } from "../../src/core/safe-tx.ts";
import { loadPlan } from "../../src/plan.ts";
import { program } from "../program.ts";
import { owners, pauseAfter, SAFE, VAULT } from "../web/fixtures.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "allstop-hash-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The plan of the golden vectors, on one chain, as a file. */
function planFile(chainId: number, more: object = {}): string {
  const path = join(folder, `plan-${chainId}.yaml`);
  const probe = { label: "deposit()", from: owners[0], call: "deposit(uint256,address)", arguments: ["1", VAULT] };
  const plan = {
    version: 1,
    organisation: "Example",
    reviewed: "2026-11-01",
    channels: { alerts: {} },
    people: { noor: { name: "Noor" } },
    onCall: ["noor"],
    chains: { [chainId]: { name: chainId === 1 ? "Ethereum" : "Sandbox" } },
    safes: { "ops-pause": { chain: chainId, address: SAFE } },
    interventions: {
      "pause-vault": {
        title: "Pause Vault-USDC",
        safe: "ops-pause",
        target: VAULT,
        targetLabel: "Vault-USDC",
        dialect: "openzeppelin-pausable",
        effectProbe: probe,
        exitProbe: {
          ...probe,
          label: "withdraw()",
          call: "withdraw(uint256,address,address)",
          arguments: ["1", VAULT, VAULT],
        },
        stillWorks: ["withdraw()"],
      },
      ...more,
    },
  };
  writeFileSync(path, stringify(plan));
  return path;
}

/** `allstop hash` as people run it, with a network that answers nothing and no settings but these. */
function allstop(words: string[], env: Record<string, string> = {}): Promise<{ code: number | null; out: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [...program, ...words], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    });
    let out = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (out += data));
    child.on("error", fail);
    child.on("close", (code) => done({ code, out }));
  });
}

describe("allstop hash", () => {
  it("prints the golden vectors of chain 1, by nonce", async () => {
    const card = await hashCard(loadPlan(planFile(1)), "pause-vault", { from: 7, to: 8 });
    expect(card.domainHash).toBe("0xf0dcfe86ad4a409690a57dbaae9b1e14c5ea1750a48271a0a3a6037a8100624d");
    expect(card.rows.map(({ nonce, messageHash }) => [nonce, messageHash])).toEqual([
      ["7", "0x40bd7aa2123be23eea51eaa9bb42828ee5744fabfa0103fae56d390b47357be6"],
      ["8", "0x5cf881969830741172dda4f2b46e91d7e25f700b44cbfd51bc9475fbfe37cc75"],
    ]);
    expect(card.rows[0]?.safeTxHash).toBe("0x0dbeac2a55d54c72836491fc443175bcadf8a7542ae88e90dc8effa8f7502f8a");
  });

  it("prints those of chain 31337: the same message hash, another domain", async () => {
    const card = await hashCard(loadPlan(planFile(31337)), "pause-vault", { from: 7, to: 7 });
    expect(card.domainHash).toBe("0x683bcf2d29c16c44ed4b6ec358da92fb7456fc4ca7c36d672ad7bbacc3f4b2a4");
    expect(card.rows).toEqual([
      {
        nonce: "7",
        messageHash: "0x40bd7aa2123be23eea51eaa9bb42828ee5744fabfa0103fae56d390b47357be6",
        safeTxHash: "0x2f7c1cab4976254e3560ee7e145a9e4a8a52607f9cd81d5b38f6d9bb2feadad6",
      },
    ]);
  });

  it("fits 80 columns of paper, with every digit", async () => {
    const card = await hashCard(loadPlan(planFile(1)), "pause-vault", { from: 0, to: 40 });
    const lines = hashTable(card);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const digits = lines.join("").replace(/\s/g, "");
    for (const { messageHash, safeTxHash } of card.rows) {
      expect(digits).toContain(messageHash.slice(2).toUpperCase());
      expect(digits).toContain(safeTxHash.slice(2).toUpperCase());
    }
    expect(lines.filter((line) => line.startsWith("Row "))).toHaveLength(41);
    expect(lines.join("\n")).toContain("version 1.3.0 or later");
  });

  it("shows the very rows, labels and groups of a proposal's card, which names its row", async () => {
    const card = await hashCard(loadPlan(planFile(1)), "pause-vault", { from: 7, to: 7 });
    const words = hashTable(card).join(" ").replace(/\s+/g, " ");
    const shown = pauseCardRows(pauseAfter([], { chain: { id: 1, name: "Ethereum" } }), { phrase: "" });
    for (const label of [
      "Chain",
      "To / value",
      "Call",
      "Operation",
      "Gas fields",
      "Domain hash",
      "Message hash",
      "safeTxHash",
    ]) {
      const found = shown.find((one) => one.label === label);
      expect(words, label).toContain(`${label} ${found?.value.replace(/\s+/g, " ")}`);
    }
    expect(shown.find(({ label }) => label === "Message hash")?.note).toContain("row 7 of the printed table");
    expect(words).toContain("Row 7 Message hash 40BD 7AA2 123B E23E");
    expect(words).toContain(groupHash(card.domainHash));
  });

  it("needs no setting, no key and no network, and prints JSON for machines", async () => {
    const { code, out } = await allstop([
      "hash",
      "pause-vault",
      "--nonce",
      "7",
      "--to",
      "9",
      "--json",
      "--plan",
      planFile(1),
    ]);
    expect(code, out).toBe(0);
    const card = JSON.parse(out) as HashCard;
    expect(card).toMatchObject({ intervention: "pause-vault", kind: "pause", call: { selector: "0x8456cb59" } });
    expect(card.rows.map(({ nonce }) => nonce)).toEqual(["7", "8", "9"]);
  });

  it.each([
    ["a nonce that is none", ["pause-vault", "--nonce", "seven"], "a nonce is a whole number"],
    ["a range that runs backwards", ["pause-vault", "--nonce", "7", "--to", "6"], "lies before --nonce"],
    ["more rows than anybody reads", ["pause-vault", "--nonce", "7", "--to", "9999"], "1000 at a time"],
    ["an intervention that the plan does not have", ["pause-all", "--nonce", "7"], "pause-vault"],
  ])("says what is wrong with %s", async (_, words, said) => {
    const { code, out } = await allstop(["hash", ...words], { RESPONSE_PLAN: planFile(1) });
    expect(code).not.toBe(0);
    expect(out).toContain(said);
  });

  it("asks for the plan where there is none", async () => {
    const { code, out } = await allstop(["hash", "pause-vault", "--nonce", "7"]);
    expect(code).toBe(64);
    expect(out).toContain("--plan");
  });

  it("says of what is no pause that it is never signed ahead of time", async () => {
    const withdraw = {
      "withdraw-usdc": {
        title: "Withdraw USDC",
        safe: "ops-pause",
        target: VAULT,
        targetLabel: "Vault-USDC",
        dialect: "emergency-withdraw",
        token: SAFE,
        recipient: owners[1],
        amount: "1000000",
        stillWorks: ["redeem()"],
      },
    };
    const card = await hashCard(loadPlan(planFile(1, withdraw)), "withdraw-usdc", { from: 7, to: 7 });
    const lines = hashTable(card);
    expect(lines[0]).toBe("WITHDRAW  Withdraw USDC  (withdraw-usdc)");
    expect(lines.join("\n")).toContain("ever signed ahead of time");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.join("").replace(/\s/g, "")).toContain(card.data);
  });
});
