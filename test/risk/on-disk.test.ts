/** What lies on a disk: a process that is killed between two streams, and the register read without a bot. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { program } from "../program.ts";
import { openRiskStory } from "./world.ts";

const typescript = ["--import", import.meta.resolve("tsx")];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "allstop-risks-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const databaseUrl = () => `file:${join(folder, "allstop.db")}`;

function run(words: readonly string[]): Promise<{ code: number | null; signal: string | null; out: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, words, {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, DATABASE_URL: databaseUrl() },
    });
    let out = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (out += data));
    child.on("error", fail);
    child.on("close", (code, signal) => done({ code, signal, out }));
  });
}

describe("A risk that an incident taught", () => {
  it("survives SIGKILL between the register and the incident's timeline, and is linked once", async () => {
    const before = openRiskStory({ databaseUrl: databaseUrl() });
    await before.type("U0NOOR", "incident declare high The oracle is off");
    before.store.close();

    const { signal, out } = await run([...typescript, join(import.meta.dirname, "die-between.ts"), databaseUrl()]);
    expect(signal, out).toBe("SIGKILL");

    const after = openRiskStory({ databaseUrl: databaseUrl() });
    expect((await after.risks()).map(({ id, incidents }) => [id, incidents])).toEqual([["RISK-0001", ["INC-0001"]]]);
    expect((await after.incident()).risks).toEqual([]);
    after.tick(60_000);
    await after.deliverOwn();
    await after.press("U0NOOR", "risk add", dying.input, { id: dying.id });
    await after.deliverOwn();
    expect((await after.incident()).risks).toEqual([{ risk: "RISK-0001", title: "Stale prices", isNew: true }]);
    expect((await after.kinds()).filter((kind) => kind === "risk.linked")).toHaveLength(1);
    expect(await after.register()).toHaveLength(1);
    after.store.close();
  }, 60_000);
});

/** The act in which `die-between.ts` dies. */
const dying = {
  id: "slack:dying",
  input: { likelihood: "high", impact: "high", title: "Stale prices", incident: "INC-0001" },
};

describe("allstop risks", () => {
  it("prints the register from the database alone, and verify understands the file", async () => {
    const story = openRiskStory({ databaseUrl: databaseUrl() });
    await story.type("U0NOOR", "risk add high high The bridge halts");
    story.store.close();
    const json = await run([...program, "risks", "--json"]);
    expect(JSON.parse(json.out)).toMatchObject({ format: "allstop-risks/1", head: { seq: 1 } });
    const files = await run([...program, "risks", "--out", "files"]);
    expect(files.out.trim().split("\n")).toEqual(["files/risks.md", "files/risks.json"]);
    expect(await run([...program, "verify", "files/risks.json"])).toMatchObject({
      code: 0,
      out: expect.stringContaining("The risk register verifies: 1 events, 1 risks."),
    });
    expect(readFileSync(join(folder, "files/risks.md"), "utf8")).toContain("## RISK-0001: The bridge halts");
  }, 60_000);

  it("says so where there are none", async () => {
    openRiskStory({ databaseUrl: databaseUrl() }).store.close();
    const { code, out } = await run([...program, "risks"]);
    expect(code).toBe(1);
    expect(out).toContain("There are no risks in the register yet.");
  }, 60_000);
});
