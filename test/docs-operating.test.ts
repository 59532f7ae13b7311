import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../commands/index.ts";
import { requiredScopes } from "../src/platforms/slack/scopes.ts";
import { loadPlaybook } from "../src/playbooks.ts";
import { packageRoot } from "../src/root.ts";

const docs = [
  "docs/responding.md",
  "docs/playbooks.md",
  "docs/operating/slack.md",
  "docs/operating/discord.md",
  "docs/operating/console.md",
  "docs/operating/interventions.md",
  "docs/operating/when-the-bot-is-down.md",
  "docs/operating/keys.md",
  "docs/operating/on-call.md",
  "docs/operating/reminders.md",
  "docs/operating/risks.md",
  "docs/operating/response-plan.md",
];
const read = (file: string) => readFileSync(join(packageRoot, file), "utf8");

describe("the documents for people who operate and respond", () => {
  it.each(docs)("%s names only commands that exist", (file) => {
    const known = [...commands.map(({ name }) => name), "incident help"];
    const named = [
      ...read(file).matchAll(/\/((?:incident|oncall|pause|playbook|signer|ladder|readiness|risk) [a-z]+)/g),
    ].map((match) => match[1]);
    expect(known).toEqual(expect.arrayContaining(named));
  });

  it("explain every scope of the manifest, and no other", () => {
    const section = read("docs/operating/slack.md").split("## Scopes, and why")[1]?.split("\n## ")[0] ?? "";
    const rows = section.split("\n").filter((line) => line.startsWith("| `"));
    const explained = rows.flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1]),
    );
    expect(explained.sort()).toEqual([...requiredScopes].sort());
  });

  it("show a playbook that is valid", () => {
    const yaml = /```yaml\n(title:[\s\S]*?)```/.exec(read("docs/playbooks.md"))?.[1] ?? "";
    const dir = mkdtempSync(join(tmpdir(), "allstop-docs-"));
    try {
      writeFileSync(join(dir, "shown.yaml"), yaml);
      expect(loadPlaybook(join(dir, "shown.yaml"), { commands: commands.map(({ name }) => name) }).steps).toHaveLength(
        3,
      );
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
