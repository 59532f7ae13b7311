import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, expect, it } from "vitest";
import { rehearse } from "../../src/rehearse.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

it.each(["socket", "http"] as const)(
  "the whole job runs through Bolt in %s mode",
  async (mode) => {
    const folder = mkdtempSync(join(tmpdir(), "allstop-job-"));
    folders.push(folder);
    const logged: string[] = [];
    const log = pino({ level: "error" }, { write: (line: string) => logged.push(line) });
    const result = await rehearse({ folder, log, tell: () => undefined, mode });
    expect(result).toMatchObject({ paused: true, timelineVerified: true, incident: "INC-0001" });
    expect(result.transactionHash).toMatch(/^0x[0-9a-f]{64}$/);
    expect(Object.values(result.seconds).every(Number.isFinite)).toBe(true);
    expect(logged).toEqual([]);
  },
  60_000,
);
