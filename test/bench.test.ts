import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";

const root = resolve(import.meta.dirname, "..");

const Figures = z.array(
  z.strictObject({
    name: z.string(),
    value: z.number(),
    unit: z.string(),
    floor: z.number().nullable(),
    ratio: z.number().nullable(),
    aim: z.string().nullable(),
    met: z.boolean().nullable(),
  }),
);

describe("npm run bench", () => {
  it("names what there is when it is asked for what there is not", () => {
    const { status, stderr, stdout } = bench("--only", "warp-speed");
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain('There is no figure "warp-speed".');
    const stable = [
      "timeline-appends",
      "slash-to-ack-p99",
      "click-to-ack-p99",
      "last-signature-to-send-0ms",
      "last-signature-to-send-50ms-rpcs",
      "watch-20-proposals",
      "room-calls",
      "start-up-to-ready",
      "resident-memory-at-ready",
      "resident-memory-growth",
      "plan-load",
    ];
    for (const name of stable) expect(stderr).toContain(name);
  });

  it("takes no missing name for all of them", () => {
    expect(bench("--only").status).toBe(2);
  });

  it("prints a table", () => {
    const { status, stdout } = bench("--only", "timeline-appends");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^figure +ours +floor +ratio +aim/m);
    expect(stdout).toMatch(/^timeline-appends +\d+.* per s +\d+.* per s .*≥ 0.8 × floor/m);
  });

  it("prints one array with --json, and of a bench with several figures only the one that was asked for", () => {
    const { status, stdout } = bench("--only", "click-to-ack-p99", "--json");
    expect(status).toBe(0);
    const [figure, ...others] = Figures.parse(JSON.parse(stdout));
    expect(others).toEqual([]);
    expect(figure).toMatchObject({
      name: "click-to-ack-p99",
      unit: "ms",
      aim: "≤ 2 × floor",
      met: expect.any(Boolean),
    });
    expect(figure?.ratio).toBeCloseTo((figure?.value ?? 0) / (figure?.floor ?? 0));
  });

  it("sends the last signature's transaction with one call, however slow the provider is", () => {
    const { status, stdout } = bench("--only", "submission", "--json");
    expect(status).toBe(0);
    const figures = Figures.parse(JSON.parse(stdout));
    const calls = figures.filter(({ name }) => name.endsWith("-rpcs"));
    expect(calls.map(({ value, met }) => ({ value, met }))).toEqual([
      { value: 1, met: true },
      { value: 1, met: true },
    ]);
  });
});

/** As `npm run bench` runs it, with next to no samples. */
function bench(...args: string[]) {
  return spawnSync(process.execPath, ["--import", "tsx", "bench/index.ts", ...args], {
    cwd: root,
    env: { ...process.env, BENCH_SIZE: "tiny" },
    encoding: "utf8",
    timeout: 60_000,
  });
}
