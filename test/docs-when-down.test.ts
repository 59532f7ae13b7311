import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type SandboxChain, startTestChain } from "../src/sandbox/chain/index.ts";
import { openChainStory } from "./chain/world.ts";
import { program } from "./program.ts";

const root = resolve(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/operating/when-the-bot-is-down.md"), "utf8");
/** What the page tells people to type into bash, block by block. */
const blocks = [...page.matchAll(/^ *```bash\n([\s\S]*?)\n *```$/gm)].map(([, text = ""]) => text);
const [before = "", paused = "", send = "", nonce = ""] = blocks;

let chain: SandboxChain;
let folder: string;
beforeAll(async () => {
  chain = await startTestChain();
  folder = mkdtempSync(join(tmpdir(), "allstop-down-"));
});
afterAll(async () => {
  await chain.close();
  rmSync(folder, { recursive: true });
});

/** Types these blocks into one bash, with the addresses of this chain; resolves with the last answer's result. */
function type(...typed: string[]): string {
  const script = [before, ...typed]
    .join("\n")
    .replace(/export RPC_URL=.*/, `export RPC_URL=${chain.rpcUrl}`)
    .replace(/export SAFE=.*/, `export SAFE=${chain.safe}`)
    .replace(/export TARGET=.*/, `export TARGET=${chain.vault}`)
    .replaceAll("P-0007", "P-0001");
  const answers = execFileSync("bash", ["-ec", script], { cwd: folder, encoding: "utf8" });
  return String((JSON.parse(answers.trim().split("\n").at(-1) ?? "") as { result: unknown }).result);
}

it("the page pauses a vault with nothing but bash, curl and the file that is written from the database", async () => {
  expect(blocks).toHaveLength(4);
  const databasePath = join(folder, "allstop.db");
  const story = openChainStory(chain, { databaseUrl: `file:${databasePath}` });
  await story.propose();
  await story.sign("chidi", "ana", "emil");
  await story.type("U0NOOR", "pause execute");
  // The bot has signed, and dies before a byte left.
  const signed = await story.port.sign(await story.pause(), 1);
  const { gas, maxFeePerGas, maxPriorityFeePerGas, ...rest } = signed;
  const prices = [gas, maxFeePerGas, maxPriorityFeePerGas].map(String);
  await story.journal.record("incident/INC-0001", { by: "allstop" }, () => ({
    events: [
      {
        kind: "pause.signed",
        proposal: "P-0001",
        attempt: 1,
        ...rest,
        gas: prices[0] ?? "",
        maxFeePerGas: prices[1] ?? "",
        maxPriorityFeePerGas: prices[2] ?? "",
      },
    ],
    effects: [],
  }));
  story.close();

  expect(BigInt(type(paused))).toBe(0n);
  expect(BigInt(type(nonce))).toBe(0n);
  const cli = [...program, "handoff", "P-0001", "--out", folder];
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, DATABASE_URL: `file:${databasePath}` };
  const printed = execFileSync(process.execPath, cli, { cwd: root, env, encoding: "utf8" });
  expect(printed.trim()).toBe(join(folder, "P-0001-send-it-yourself.md"));
  expect(type(send)).toBe(signed.transactionHash);
  await chain.mine(1);
  expect(BigInt(type(paused))).toBe(1n);
  expect(BigInt(type(nonce))).toBe(1n);
});

it("the page gives the call and the selectors that the contracts have", () => {
  for (const selector of ["0x8456cb59", "0x5c975abb", "0xaffed0e0"]) expect(page).toContain(selector);
});
