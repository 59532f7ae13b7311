import { spawn } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../../src/root.ts";
import { program } from "../../program.ts";
import { startBot, tempFolder } from "./rig.ts";

/** The command as people run it, its input a pipe. */
async function allstop(folder: string, args: string[], lines: string[] = []) {
  const child = spawn(process.execPath, [...program, "console", ...args], {
    cwd: packageRoot,
    env: { PATH: process.env.PATH, DATABASE_URL: `file:${join(folder, "allstop.db")}`, FORCE_COLOR: "1" },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (bytes: Buffer) => {
    out += bytes;
  });
  child.stderr.on("data", (bytes: Buffer) => {
    err += bytes;
  });
  child.stdin.on("error", () => undefined); // It may have ended before it read anything.
  child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, out, err };
}

describe("allstop console", () => {
  it("needs no setting but the database's, and takes one command per line", async () => {
    const folder = tempFolder();
    const bot = await startBot(folder);
    const [good, bad, who] = await Promise.all([
      allstop(
        folder,
        ["--as", "noor"],
        ["incident declare critical Vault is draining", "incident note \u001b[2Jit goes on"],
      ),
      allstop(folder, ["--as", "sofia"], ["pause acknowledge P-0001"]),
      allstop(folder, ["--as", "mallory"], ["incident list"]),
    ]);
    expect(good).toMatchObject({ status: 0, err: "" });
    expect(good.out).toContain("INC-0001 is declared");
    expect(good.out).not.toContain("\u001b");
    expect(await bot.kinds()).toContain("note.added");
    expect(bad.status).toBe(1);
    expect(bad.out.replace(/\s+/g, " ")).toContain("your account is not linked to an owner address");
    expect(who.status).toBe(1);
    expect(who.err).toMatch(/There is no “mallory”\.[\s\S]*--as noor +Noor\n +--as sofia +Sofia/);
  });

  it("says that no bot runs here, and what to do", async () => {
    const folder = tempFolder();
    const { status, err } = await allstop(folder, ["--as", "noor"]);
    expect(status).toBe(1);
    expect(err).toContain(`No Allstop is running here: nothing listens at ${join(folder, "allstop.sock")}.`);
    expect(err).toContain("`allstop start`");
  });

  it.skipIf(process.getuid?.() === 0)("says that it is not ours to open", async () => {
    const folder = tempFolder();
    const bot = await startBot(folder);
    chmodSync(bot.socketPath, 0);
    const { status, err } = await allstop(folder, ["--as", "noor"]);
    expect(status).toBe(1);
    expect(err).toContain("Run this as the account that the bot runs as.");
  });
});
