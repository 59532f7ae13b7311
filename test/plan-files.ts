import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { parse } from "yaml";
import { loadPlan } from "../src/plan.ts";
import { packageRoot } from "../src/root.ts";
import { FileMistakes } from "../src/yaml-file.ts";

export const EXAMPLE = join(packageRoot, "response-plan.example.yaml");
export const example = readFileSync(EXAMPLE, "utf8");

/** The example as plain data, to be changed and written again. */
// biome-ignore lint/suspicious/noExplicitAny: tests break it on purpose, at any depth.
export const exampleObject = (): any => parse(example);

/** A folder of one test file, for plans that it writes. */
export function planFolder() {
  let dir = "";
  let count = 0;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "allstop-plan-"));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  const write = (text: string | Buffer): string => {
    const path = join(dir, `plan-${++count}.yaml`);
    writeFileSync(path, text);
    return path;
  };
  return {
    write,
    /** `LINE: path: message` of each mistake of a plan, and none where it is accepted. */
    mistakesOf: (text: string | Buffer, options = {}): string[] => {
      const path = write(text);
      try {
        loadPlan(path, options);
        return [];
      } catch (error) {
        if (!(error instanceof FileMistakes)) throw error;
        return error.message.replaceAll(`${path}:`, "").split("\n");
      }
    },
  };
}
