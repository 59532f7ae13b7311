import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportIncident } from "../../src/core/export.ts";
import { program } from "../program.ts";
import { openStory } from "../story.ts";

const root = resolve(import.meta.dirname, "../..");
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "allstop-cli-"));
  await tellStory();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A database and an export with one signed proposal, as a bot leaves them behind. */
async function tellStory(): Promise<void> {
  const story = openStory({ databaseUrl: `file:${join(folder, "allstop.db")}` });
  await story.type("U0NOOR", "incident declare critical Vault is draining");
  await story.type("U0NOOR", "incident note It began at block 100");
  await story.type("U0NOOR", "pause propose INC-0001 pause-vault");
  await story.type("U0NOOR", `pause confirm P-0001 ${await story.signature(0)}`);
  const { json } = await exportIncident(story.app, "INC-0001", async (user) => user);
  writeFileSync(join(folder, "good.json"), json.content);
  story.store.close();
}

/** `allstop` as people run it, in a folder of its own and with no settings but these. */
function allstop(words: string[], env: Record<string, string> = {}): Promise<{ code: number | null; out: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [...program, ...words], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    });
    let out = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (out += data));
    child.on("error", fail);
    child.on("close", (code) => done({ code, out }));
  });
}

describe("allstop", () => {
  it("says what there is, and what a slip was meant to be", async () => {
    const help = await allstop(["--help"]);
    expect(help.code).toBe(0);
    for (const word of ["start", "rehearse", "doctor", "export", "verify", "plan", "playbooks", "slack"]) {
      expect(help.out).toMatch(new RegExp(`^  ${word}`, "m"));
    }
    const slip = await allstop(["verfy", "x"]);
    expect(slip).toMatchObject({ code: 64, out: expect.stringContaining("Did you mean verify?") });
  });

  it("start names every wrong setting at once, with what to do, and exits with 78", async () => {
    const { code, out } = await allstop(["start"], {
      SLACK_BOT_TOKEN: "xoxp-no",
      PORT: "99999",
      DATABASE_URL: "my.db",
    });
    expect(code).toBe(78);
    for (const name of [
      "SLACK_BOT_TOKEN is a user token",
      "SLACK_APP_TOKEN is missing",
      "PORT is not a port number",
      "DATABASE_URL must begin with file:",
      "RESPONSE_PLAN is missing",
      "EXECUTOR_PRIVATE_KEY is missing",
      "PUBLIC_URL is missing",
    ]) {
      expect(out).toContain(name);
    }
    expect(out).not.toContain("xoxp-no");
  });

  it("start with a plan that has mistakes names file, line and field", async () => {
    writeFileSync(join(folder, "bad.yaml"), "version: 1\norganisation: 7\n");
    const { code, out } = await allstop(["start"], { RESPONSE_PLAN: join(folder, "bad.yaml") });
    expect(code).toBe(78);
    expect(out).toMatch(/bad\.yaml:2: organisation/);
  });

  it("rehearse does not start beside a production setting, and says which", async () => {
    const { code, out } = await allstop(["rehearse"], { SLACK_BOT_TOKEN: "xoxb-1-2-abc" });
    expect(code).not.toBe(0);
    expect(out).toContain("SLACK_BOT_TOKEN");
  });
});

describe("allstop plan check and playbooks check", () => {
  it("accept what is shipped, and name each mistake of what is not", async () => {
    const good = await allstop(["plan", "check", join(root, "response-plan.example.yaml")]);
    expect(good).toMatchObject({ code: 0 });
    expect(await allstop(["playbooks", "check", join(root, "playbooks")])).toMatchObject({ code: 0 });
    const plan = readFileSync(join(root, "response-plan.example.yaml"), "utf8").replace(
      "dialect: openzeppelin",
      "dialekt: openzeppelin",
    );
    writeFileSync(join(folder, "slip.yaml"), plan);
    const bad = await allstop(["plan", "check", join(folder, "slip.yaml")]);
    expect(bad.code).not.toBe(0);
    expect(bad.out).toMatch(/slip\.yaml:\d+: .*dialekt/);
  });
});

describe("allstop export", () => {
  it("writes both files of an incident", async () => {
    const out = mkdtempSync(join(folder, "out-"));
    const result = await allstop(["export", "inc-1", "--out", out]);
    expect(result).toMatchObject({ code: 0 });
    expect(readFileSync(join(out, "INC-0001-postmortem.md"), "utf8")).toContain("Vault is draining");
    expect(await allstop(["verify", join(out, "INC-0001-timeline.json")])).toMatchObject({ code: 0 });
  });

  it("names the incidents that there are when one is not, and makes no database", async () => {
    const unknown = await allstop(["export", "INC-0099"]);
    expect(unknown.code).not.toBe(0);
    expect(unknown.out).toContain("There is no incident INC-0099. In this database: INC-0001.");
    const nowhere = await allstop(["export", "INC-0001"], { DATABASE_URL: "file:nowhere.db" });
    expect(nowhere.code).not.toBe(0);
    expect(nowhere.out).toContain("nowhere.db");
    expect(existsSync(join(folder, "nowhere.db"))).toBe(false);
  });
});

describe("allstop verify", () => {
  type Export = { events: { seq: number; event: Record<string, unknown> }[] };
  const changed = (name: string, change: (file: Export) => void) => {
    const file = JSON.parse(readFileSync(join(folder, "good.json"), "utf8"));
    change(file);
    writeFileSync(join(folder, name), JSON.stringify(file));
    return allstop(["verify", join(folder, name)]);
  };
  const indexOf = ({ events }: Export, kind: string) => events.findIndex(({ event }) => event.kind === kind);

  it("accepts what was exported", async () => {
    const { code, out } = await allstop(["verify", join(folder, "good.json")]);
    expect(code).toBe(0);
    expect(out).toMatch(/1 signature/);
  });

  it.each([
    [
      "changed",
      (file: Export) =>
        void Object.assign(file.events[indexOf(file, "note.added")]?.event ?? {}, { text: "It never was" }),
    ],
    ["removed", (file: Export) => void file.events.splice(indexOf(file, "note.added"), 1)],
    [
      "reordered",
      (file: Export) => void file.events.splice(1, 0, ...file.events.splice(indexOf(file, "note.added"), 1)),
    ],
  ])("names the first event that was %s", async (what, change) => {
    const { code, out } = await changed(`${what}.json`, change);
    expect(code).not.toBe(0);
    expect(out).toMatch(/event \d+/i);
  });

  it("says what is wrong with a file that is no export", async () => {
    writeFileSync(join(folder, "text.json"), "hello");
    writeFileSync(join(folder, "cut.json"), readFileSync(join(folder, "good.json"), "utf8").slice(0, 400));
    for (const name of ["text.json", "cut.json", "missing.json"]) {
      const { code, out } = await allstop(["verify", join(folder, name)]);
      expect(code).not.toBe(0);
      expect(out).not.toMatch(/\n {4}at /);
      expect(out.length).toBeGreaterThan(20);
    }
  });
});

describe("allstop slack manifest", () => {
  it("prints a manifest that is JSON", async () => {
    const { code, out } = await allstop(["slack", "manifest"]);
    expect(code).toBe(0);
    expect(JSON.parse(out.slice(out.indexOf("{")))).toHaveProperty("oauth_config.scopes.bot");
  });
});
