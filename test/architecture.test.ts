import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, it } from "vitest";
import { commands } from "../commands/index.ts";

const root = resolve(import.meta.dirname, "..");

/** Who may import whom, by folder. A name that is not here (config, plan, main, cli …) is the composition's own. */
const mayImport: Record<string, string[]> = {
  "src/core": [],
  "src/chat": ["src/core"],
  commands: ["src/chat", "src/core"],
  "src/platforms/discord": ["src/chat"],
  "src/platforms/slack": ["src/chat"],
  "src/platforms/terminal": ["src/chat"],
  "src/chain": ["src/core"],
  "src/storage": ["src/core", "src/root.ts"],
  "src/outbox": ["src/core", "src/chat"],
  "src/web": ["src/chat", "src/core", "src/root.ts"],
  "src/sandbox": [],
};

it.each(Object.keys(mayImport))("%s imports only what it may", (folder) => {
  const allowed = [folder, ...(mayImport[folder] ?? [])];
  const strays = filesIn(folder).flatMap((file) =>
    importsOf(file)
      .filter((target) => !allowed.some((one) => target === one || target.startsWith(`${one}/`)))
      .map((target) => `${file} → ${target}`),
  );
  expect(strays).toEqual([]);
});

it("only storage, and the doctor's look at it, speaks SQL", () => {
  const strays = filesIn("src")
    .filter((file) => !file.startsWith("src/storage/") && file !== "src/doctor/database.ts")
    .filter((file) => /from "(better-sqlite3|drizzle-orm[^"]*)"/.test(readFileSync(join(root, file), "utf8")));
  expect(strays).toEqual([]);
});

it("only the start of the sandbox imports the sandbox", () => {
  const strays = filesIn("src")
    .filter((file) => !/^src\/(sandbox|rehearsal|cli)\/|^src\/(start-sandbox|rehearse|cli)\.ts$/.test(file))
    .filter((file) => importsOf(file).some((target) => target.startsWith("src/sandbox")));
  expect(strays).toEqual([]);
});

it("lists every command that has a file", () => {
  const files = filesIn("commands").filter((file) => file.split("/").length === 3);
  const names = files.map((file) => file.replace(/^commands\/|\.ts$/g, "").replace("/", " "));
  expect(commands.map(({ name }) => name).sort()).toEqual(names.sort());
});

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => /\.tsx?$/.test(file) && statSync(join(root, file)).isFile());
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, path = ""]) =>
    relative(root, resolve(root, dirname(file), path)),
  );
}
