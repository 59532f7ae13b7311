import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { z } from "zod";
import { anvilBinary, startAnvil } from "../../../src/sandbox/chain/anvil.ts";

async function rpc(url: string, method: string, params: unknown[] = []): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  return z.object({ result: z.unknown() }).parse(await response.json()).result;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 500 && isRunning(pid); tries++) await wait(10);
  return !isRunning(pid);
}

test("anvil answers on a port of its own, and is gone after close", async () => {
  const [first, second] = await Promise.all([startAnvil(), startAnvil({ chainId: 31338, accounts: 2 })]);

  expect(first.port).not.toBe(second.port);
  expect(await rpc(first.rpcUrl, "eth_chainId")).toBe("0x7a69");
  expect(await rpc(first.rpcUrl, "eth_accounts")).toEqual([]);
  expect(await rpc(second.rpcUrl, "eth_chainId")).toBe("0x7a6a");
  expect(await rpc(second.rpcUrl, "eth_accounts")).toHaveLength(2);

  await Promise.all([first.close(), first.close(), second.close()]);
  expect([isRunning(first.pid), isRunning(second.pid)]).toEqual([false, false]);
  await expect(rpc(first.rpcUrl, "eth_chainId")).rejects.toThrow();
});

test("`safe` and `finalized` trail the head by one and two epochs", async () => {
  const anvil = await startAnvil({ slotsInAnEpoch: 3 });
  await rpc(anvil.rpcUrl, "anvil_mine", ["0xa"]);

  const numberOf = async (tag: string) => {
    const block = await rpc(anvil.rpcUrl, "eth_getBlockByNumber", [tag, false]);
    return z.object({ number: z.string() }).parse(block).number;
  };
  expect(await Promise.all(["latest", "safe", "finalized"].map(numberOf))).toEqual(["0xa", "0x7", "0x4"]);
  await anvil.close();
});

test("an anvil that cannot start says why, in its own words", async () => {
  await expect(startAnvil({ args: ["--no-such-flag"] })).rejects.toThrow(
    /ended before it listened[\s\S]*--no-such-flag/,
  );

  const first = await startAnvil();
  await expect(startAnvil({ port: first.port })).rejects.toThrow(/[Aa]ddress already in use/);
  await first.close();
});

test("an anvil that dies says so", async () => {
  const anvil = await startAnvil();
  process.kill(anvil.pid, "SIGKILL");
  expect(await anvil.exited).toMatchObject({ signal: "SIGKILL" });
  await anvil.close();
});

test("without the dev dependencies, the error says what to do", () => {
  const nothing = Object.assign(
    () => {
      throw new Error("Cannot find module");
    },
    { paths: () => null },
  );
  expect(() => anvilBinary(nothing)).toThrow("The sandbox needs the dev dependencies: run npm ci without --omit=dev.");
});

test.skipIf(process.platform === "win32")(
  "anvil ends with a parent that is killed outright",
  { timeout: 30_000 },
  async () => {
    const module = fileURLToPath(new URL("../../../src/sandbox/chain/anvil.ts", import.meta.url));
    const script = `const { startAnvil } = await import(${JSON.stringify(module)}); console.log((await startAnvil()).pid);`;
    const parent = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(parent.stdout, "data");
    const pid = Number(String(line));
    expect(isRunning(pid)).toBe(true);

    parent.kill("SIGKILL");
    expect(await isGone(pid)).toBe(true);
  },
);
