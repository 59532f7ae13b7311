import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { type RpcProxy, type SandboxChain, startRpcProxy, startTestChain } from "../../src/sandbox/chain/index.ts";
import { sandboxPlan } from "../../src/start-sandbox.ts";
import { program } from "../program.ts";
import { openStory } from "../story.ts";
import { setRole } from "./world.ts";

let chain: SandboxChain;
let proxies: RpcProxy[];
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "allstop-readiness-cli-"));
  chain = await startTestChain();
  proxies = await Promise.all([0, 1].map(() => startRpcProxy({ target: chain.rpcUrl })));
  writeFileSync(join(folder, "plan.yaml"), stringify(sandboxPlan(chain)));
});
afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await chain.close();
  rmSync(folder, { recursive: true, force: true });
});

/** In a folder of its own, with the plan and the providers and nothing else: no key, no token. */
function allstop(
  words: string[],
  more: Record<string, string> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((done, fail) => {
    const args = [...program, ...words];
    const env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      RESPONSE_PLAN: join(folder, "plan.yaml"),
      RPC_URLS_31337: proxies.map(({ url }) => url).join(","),
      ...more,
    };
    const child = spawn(process.execPath, args, { cwd: folder, env });
    let out = "";
    let err = "";
    child.stdout.on("data", (data) => (out += data));
    child.stderr.on("data", (data) => (err += data));
    child.on("error", fail);
    child.on("close", (code) => done({ code, out, err }));
  });
}

describe("allstop readiness", () => {
  it("proves it with no key and no token, and says what it does not know", async () => {
    const { code, out, err } = await allstop(["readiness", "--executor", chain.executor.address]);
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(out).toContain("READY: Pause deposits of Vault-USDC (pause-vault");
    expect(out).toContain("✓ Right to pause");
    expect(err).toContain("The people were left out");
  });

  it("ends with 1 where one is red, as JSON too, and counts the people it finds in the bot's database", async () => {
    const story = openStory({ databaseUrl: `file:${join(folder, "bot.db")}` });
    for (const [index, owner] of chain.owners.slice(0, 3).entries()) await story.link(`OWNER${index}`, owner);
    story.store.close();
    await setRole(chain, "revokeRole");
    const words = ["readiness", "--json", "--executor", chain.executor.address];
    const { code, out } = await allstop(words, { DATABASE_URL: `file:${join(folder, "bot.db")}` });
    expect(code).toBe(1);
    const { ready, lines } = JSON.parse(out);
    expect(ready).toBe(false);
    expect(lines).toHaveLength(1);
    const rungs = Object.fromEntries(
      lines[0].verdicts.map((one: { rung: string; colour: string }) => [one.rung, one.colour]),
    );
    expect(rungs).toMatchObject({ role: "red", people: "green", rpc: "green" });
  });

  it("says which settings it lacks, and no others", async () => {
    const { code, err } = await allstop(["readiness"], { RESPONSE_PLAN: "" });
    expect(code).toBe(78);
    expect(err).toContain("RESPONSE_PLAN is missing");
    expect(err).not.toContain("SLACK");
    expect(err).not.toContain("EXECUTOR");
  });
});
