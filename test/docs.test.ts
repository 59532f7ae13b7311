import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, it } from "vitest";
import { commands } from "../commands/index.ts";
import { commandTable } from "../src/chat/command-table.ts";

const root = resolve(import.meta.dirname, "..");
const text = (file: string) => readFileSync(join(root, file), "utf8");
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
];

it("the README's command table is the commands'", () => {
  const [, table] = /<!-- commands -->\n([\s\S]*?)\n<!-- \/commands -->/.exec(text("README.md")) ?? [];
  expect(table).toBe(commandTable(commands));
});

it.each(pages)("%s links only to what is there", (page) => {
  const links = [...text(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link = ""]) => link);
  expect(links.filter((link) => !existsSync(resolve(root, dirname(page), link)))).toEqual([]);
});

it("every test that the threats name is there", () => {
  const named = [...text("docs/security.md").matchAll(/`((?:test|src)\/[^`\s]+)`/g)].map(([, file = ""]) => file);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
