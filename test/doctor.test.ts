import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { ConfigError, readSettings } from "../src/config.ts";
import { checkDatabase } from "../src/doctor/database.ts";
import { assertExecutorIsNoOwner, examine, exitCodeOf, type Finding, formatFindings } from "../src/doctor/index.ts";
import { packageRoot } from "../src/root.ts";
import {
  type SandboxChain,
  sandboxPeople,
  signerAddresses,
  startRpcProxy,
  startSandboxChain,
} from "../src/sandbox/chain/index.ts";
import { type SlackServer, startSlackServer } from "../src/sandbox/slack/server.ts";
import { openDatabase } from "../src/storage/database.ts";

const SCOPES = ["chat:write", "commands", "channels:read", "groups:read", "users:read"];
const NOW = new Date("2026-12-01T00:00:00Z");
const MIGRATIONS = join(packageRoot, "migrations");

let dir: string;
let chain: SandboxChain;
let slack: SlackServer;
let proxies: { url: string; close(): Promise<void> }[];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "allstop-doctor-"));
  chain = await startSandboxChain({ blockTimeSeconds: 0 });
  slack = await startSlackServer({
    scopes: SCOPES,
    people: [
      ...sandboxPeople.map(({ slackId, name, title }) => ({ id: slackId, name, title })),
      { id: "U0GUEST", name: "Gus", title: "auditor", guest: true },
      { id: "U0GONE", name: "Gone", title: "left", deactivated: true },
    ],
    channels: [
      { id: "C0ALERTS", name: "security-alerts", members: ["U0ANA"], bot: true },
      { id: "C0OTHER", name: "other", members: ["U0ANA"] },
    ],
  });
  proxies = await Promise.all([1, 2].map(() => startRpcProxy({ target: chain.rpcUrl })));
});

afterAll(async () => {
  await Promise.all([chain?.close(), slack?.close(), ...(proxies ?? []).map((proxy) => proxy.close())]);
  rmSync(dir, { recursive: true });
});

function planObject() {
  const person = Object.fromEntries(
    sandboxPeople.map(({ key, name, slackId, address }) => [
      key,
      { name, slack: slackId, ...(address && { owner: address }) },
    ]),
  );
  const depositor = chain.depositor;
  return {
    version: 1,
    organisation: "Sandbox",
    reviewed: "2026-11-01",
    channels: { alerts: { slack: "C0ALERTS" } },
    people: person as Record<string, { name: string; slack?: string; owner?: string }>,
    onCall: ["noor"],
    escalation: [{ who: ["noor"] }, { who: ["ana"] }],
    severities: { critical: { owner: "noor", page: {} }, high: { owner: "noor", page: {} } },
    chains: { "31337": { name: "Local" } },
    safes: { ops: { chain: 31337, address: chain.safe as string } },
    interventions: {
      "pause-vault": {
        title: "Pause the vault",
        safe: "ops",
        target: chain.vault as string,
        targetLabel: "Vault",
        dialect: "openzeppelin-pausable",
        effectProbe: {
          label: "deposit()",
          from: depositor as string,
          call: "deposit(uint256,address)",
          arguments: ["1000000", depositor],
        },
        exitProbe: {
          label: "withdraw()",
          from: depositor as string,
          call: "withdraw(uint256,address,address)",
          arguments: ["1", depositor, depositor],
        },
        stillWorks: ["withdraw()"],
        acknowledgements: 1,
      },
    },
  };
}

type PlanObject = ReturnType<typeof planObject>;
let count = 0;

function environment(change: (plan: PlanObject) => void = () => {}, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const plan = planObject();
  change(plan);
  const path = join(dir, `plan-${++count}.yaml`);
  writeFileSync(path, stringify(plan));
  return {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    PUBLIC_URL: "https://allstop.example.org",
    DATABASE_URL: `file:${join(dir, "new.db")}`,
    RESPONSE_PLAN: path,
    RPC_URLS_31337: [chain.rpcUrl, ...proxies.map(({ url }) => url)].join(","),
    EXECUTOR_PRIVATE_KEY: chain.executor.privateKey,
    ...more,
  };
}

const look = (env: NodeJS.ProcessEnv, scopes = SCOPES) => examine(env, { requiredScopes: scopes, now: NOW });
const notFine = (findings: Finding[]) =>
  findings.filter(({ ok }) => ok !== "ok").map(({ check, ok, detail }) => `${ok} ${check}: ${detail}`);

describe("the doctor, on a real chain and a workspace", () => {
  it("finds an organisation that is ready, and says what it looked at", async () => {
    const findings = await look(environment());
    expect(notFine(findings)).toEqual([]);
    const report = formatFindings(findings);
    expect(report).toContain(`✓ ops: ${chain.safe} is a Safe 1.4.1, 3 of 5.`);
    expect(report).toContain("✓ pause-vault: ops can pause Vault (simulated).");
    expect(report).toContain("✓ pause-vault: effect probe: deposit() works now, as it should.");
    expect(report).toContain("✓ scopes: All 5 that are needed are granted.");
    expect(report).toContain("✓ app token: It can open a socket.");
    expect(report).toContain("✓ alerts channel: The bot is in #security-alerts.");
    expect(report).toContain("✓ people: 8 of 8 in the plan have a working account.");
    expect(exitCodeOf(findings)).toBe(0);
    expect(slack.problems).toEqual([]);
  });

  it.each<[string, (plan: PlanObject) => void, string]>([
    [
      "an account that left",
      (plan) => Object.assign(plan.people.noor!, { slack: "U0GONE" }),
      "problem person noor: Noor's account U0GONE is deactivated.",
    ],
    [
      "an account that never was",
      (plan) => Object.assign(plan.people.noor!, { slack: "U0NOBODY" }),
      "problem person noor: Noor's account U0NOBODY does not exist in this workspace.",
    ],
    [
      "a guest",
      (plan) => Object.assign(plan.people.noor!, { slack: "U0GUEST" }),
      "warning person noor: Noor (Gus) is a guest: Slack may refuse to invite them.",
    ],
    [
      "nobody to invite",
      (plan) => delete plan.people.noor!.slack,
      "warning person noor: Noor is on call and has no Slack account in the plan, so will not be invited.",
    ],
    [
      "a channel without the bot",
      (plan) => Object.assign(plan.channels.alerts, { slack: "C0OTHER" }),
      "problem alerts channel: The bot is not in #other.",
    ],
    [
      "a channel that is not there",
      (plan) => Object.assign(plan.channels.alerts, { slack: "C0NONE" }),
      "problem alerts channel: C0NONE does not exist, or is private and the bot is not in it.",
    ],
    [
      "no Safe at the address",
      (plan) => Object.assign(plan.safes.ops, { address: "0x1111111111111111111111111111111111111111" }),
      "problem ops: There is no Safe at 0x1111111111111111111111111111111111111111 on chain 31337: there is no contract at this address.",
    ],
    [
      "another contract for the Safe",
      (plan) => Object.assign(plan.safes.ops, { address: chain.vault }),
      "problem ops: There is no Safe at",
    ],
    [
      "a target that can't be paused",
      (plan) => Object.assign(plan.interventions["pause-vault"], { target: chain.token }),
      "problem pause-vault: paused() of Vault",
    ],
    [
      "a probe that proves nothing",
      (plan) => Object.assign(plan.interventions["pause-vault"].effectProbe, { from: chain.attacker }),
      "problem pause-vault: effect probe: deposit() from",
    ],
    [
      "an owner who is none",
      (plan) => Object.assign(plan.people.ana!, { owner: chain.attacker }),
      "warning owner of ana: The plan gives Ana the owner address",
    ],
    [
      "a plan that nobody has read for long",
      (plan) => Object.assign(plan, { reviewed: "2026-05-03" }),
      "warning review: Last reviewed on 2026-05-03, 212 days ago.",
    ],
    [
      "a plan with a hole",
      (plan) => Object.assign(plan.severities.high, { owner: undefined }),
      "warning severities.high: Nobody answers for this severity.",
    ],
    [
      "a plan from the future",
      (plan) => Object.assign(plan, { reviewed: "2027-01-01" }),
      "warning review: Reviewed on 2027-01-01, which is yet to come.",
    ],
  ])("finds %s", async (_, change, line) => {
    const findings = await look(environment(change));
    expect(notFine(findings).join("\n")).toContain(line);
    expect(findings.filter(({ ok }) => ok !== "ok").every(({ remedy }) => remedy !== undefined)).toBe(true);
  });

  it("finds what a Safe without the role can't do", async () => {
    const other = await chain.createSafe({ owners: [...signerAddresses].slice(0, 2), threshold: 2 });
    const findings = notFine(await look(environment((plan) => Object.assign(plan.safes.ops, { address: other }))));
    expect(findings.join("\n")).toContain("problem pause-vault: ops can't pause Vault: ");
    expect(findings.join("\n")).toContain(
      "warning ops owners: Only 2 can sign: one lost key or one asleep may be too many.",
    );
  });

  it("finds what is missing in Slack", async () => {
    const scopes = notFine(await look(environment(), [...SCOPES.slice(1), "pins:write"]));
    expect(scopes).toContain("problem scopes: Not granted: pins:write.");
    expect(scopes).toContain("warning scopes: Granted and not needed: chat:write.");

    const strangers = await look(environment(undefined, { SLACK_BOT_TOKEN: "xoxb-no", SLACK_APP_TOKEN: "xapp-no" }));
    expect(notFine(strangers)).toEqual(
      expect.arrayContaining([
        "problem bot token: Slack does not accept the token (invalid_auth).",
        "problem app token: Slack does not accept the token (invalid_auth).",
      ]),
    );
    expect(exitCodeOf(strangers)).toBe(1);
  });

  it("finds providers of another chain, dead ones, and those that are no providers", async () => {
    const odd = await serve((body) =>
      body.includes("eth_chainId") ? '{"jsonrpc":"2.0","id":1,"result":"0x1"}' : "no",
    );
    const web = await serve(() => "<html>");
    const urls = [chain.rpcUrl, odd.url, web.url, "http://127.0.0.1:1/secret-key"].join(",");
    const findings = await look(environment(undefined, { RPC_URLS_31337: urls }));
    await Promise.all([odd.close(), web.close()]);
    const lines = notFine(findings).join("\n");
    expect(lines).toContain("It serves chain 1, and is set for chain 31337.");
    expect(lines).toContain("It answered HTTP 200 and no JSON.");
    expect(lines).toContain("problem Local: provider 127.0.0.1:1: ");
    // The one that works is enough to look at the rest.
    expect(findings.find(({ check }) => check === "ops")?.ok).toBe("ok");
    expect(formatFindings(findings)).not.toContain("secret-key");
  });

  it("says that nothing on the chain can be read when no provider answers", async () => {
    const lines = notFine(await look(environment(undefined, { RPC_URLS_31337: "http://127.0.0.1:1" }))).join("\n");
    expect(lines).toContain("problem Local: number of providers: None of them can be used");
    expect(lines).toContain("problem ops: It could not be read.");
    expect(lines).toContain("warning authority: Whether");
  });

  it("finds an executor without gas money", async () => {
    const lines = notFine(await look(environment(undefined, { EXECUTOR_PRIVATE_KEY: `0x${"4c".repeat(32)}` })));
    expect(lines.join("\n")).toContain("holds 0, enough for 0 pauses at today's price: nothing can be executed.");
  });

  it("names wrong settings, and looks at what is left", async () => {
    const findings = await look(environment(undefined, { RPC_URLS_31337: "", PORT: "http" }));
    expect(findings.map(({ area, check, detail }) => [area, check, detail])).toEqual([
      ["settings", "PORT", "It is not a port number."],
      ["settings", "RPC_URLS_31337", "It is missing, and the plan has chain 31337 (Local)."],
    ]);
    const bad = await look(environment((plan) => Object.assign(plan, { version: 2 })));
    expect(bad[0]?.detail).toBe("It names a plan with mistakes.");
    expect(bad.map(({ check }) => check)).toContain("bot token");
    expect(exitCodeOf(bad)).toBe(1);
  });

  it("says that a signing secret can't be asked about", async () => {
    const env = environment(undefined, { SLACK_MODE: "http", SLACK_SIGNING_SECRET: slack.signingSecret });
    expect(notFine(await look(env)).join("\n")).toContain(
      "warning signing secret: It can only be seen to be right when Slack calls",
    );
  });
});

describe("start-up", () => {
  it("refuses an executor that owns a Safe of the plan", async () => {
    const owned = await chain.createSafe({
      owners: [chain.executor.address, ...signerAddresses.slice(0, 2)],
      threshold: 2,
    });
    const { config, plan } = readSettings(environment((object) => Object.assign(object.safes.ops, { address: owned })));
    const check = assertExecutorIsNoOwner(config, plan);
    await expect(check).rejects.toThrow(ConfigError);
    await expect(check).rejects.toThrow(
      `EXECUTOR_PRIVATE_KEY is the key of ${chain.executor.address}, an owner of ops.`,
    );
  });

  it("refuses a second executor that owns a Safe of the plan, and names its setting", async () => {
    const { config, plan } = readSettings(environment());
    const [owner] = signerAddresses;
    const check = assertExecutorIsNoOwner({ ...config, submission: { hedge: { address: owner ?? "0x" } } }, plan);
    await expect(check).rejects.toThrow(`EXECUTOR_PRIVATE_KEY_2 is the key of ${owner}, an owner of ops.`);
  });

  it("accepts one that owns none, and names the Safes that could not be read", async () => {
    const { config, plan } = readSettings(environment());
    expect(await assertExecutorIsNoOwner(config, plan)).toEqual({ unread: [] });
    const down = new Error("down");
    const unread = await assertExecutorIsNoOwner(config, plan, () => Promise.reject(down));
    expect(unread).toEqual({ unread: [{ safe: "ops", why: down }] });
  });
});

describe("the database", () => {
  const check = (path: string) => checkDatabase(`file:${path}`, MIGRATIONS).map(({ ok, detail }) => `${ok} ${detail}`);

  it("may not be there yet, where it can be made", () => {
    expect(check(join(dir, "later.db"))).toEqual([`ok ${join(dir, "later.db")} will be created at the first start.`]);
    expect(check(join(dir, "no-such", "later.db"))[0]).toContain("problem");
  });

  it("that the bot made is fine, beside the running bot too", () => {
    const path = join(dir, "bot.db");
    const store = openDatabase(`file:${path}`);
    expect(check(path)).toEqual([
      `ok ${path} opens, is sound and can be written.`,
      expect.stringMatching(/^ok All \d+ have run\.$/),
    ]);
    store.sqlite.exec("BEGIN IMMEDIATE");
    expect(check(path)[0]).toContain("is being written by another process.");
    store.sqlite.exec("ROLLBACK");
    store.close();
  });

  it("of a newer version, of another program, or no database at all is named", () => {
    const newer = join(dir, "newer.db");
    const store = openDatabase(`file:${newer}`);
    store.sqlite.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 9999999999999)");
    store.close();
    expect(check(newer)[1]).toBe("problem The file was last used by a newer version of Allstop.");

    const other = join(dir, "other.db");
    new Database(other).exec("CREATE TABLE songs (name)").close();
    expect(check(other)[1]).toBe("problem The file holds somebody else's tables.");

    const text = join(dir, "text.db");
    writeFileSync(
      text,
      "these are plain words and no database, whatever the name of the file says about it ".repeat(20),
    );
    expect(check(text)[0]).toBe(`problem ${text} is no SQLite database.`);
  });

  it.skipIf(process.getuid?.() === 0)("that may not be written is a problem", () => {
    const path = join(dir, "locked.db");
    openDatabase(`file:${path}`).close();
    chmodSync(path, 0o400);
    expect(check(path)[0]).toContain("problem");
  });
});

describe("the report", () => {
  it("groups by area, says what to do, and ends with a summary", () => {
    const findings: Finding[] = [
      { area: "chains", check: "b", ok: "warning", detail: "Odd.", remedy: "Look." },
      { area: "settings", check: "a", ok: "ok", detail: "Fine." },
      { area: "chains", check: "c", ok: "problem", detail: "Broken.", remedy: "Mend it." },
    ];
    expect(formatFindings(findings)).toBe(
      [
        "settings",
        "  ✓ a: Fine.",
        "",
        "chains",
        "  ! b: Odd.",
        "      → Look.",
        "  ✗ c: Broken.",
        "      → Mend it.",
        "",
        "Not ready. 1 fine, 1 warning, 1 problem. Mend what is marked ✗ first.",
      ].join("\n"),
    );
    expect(formatFindings(findings.slice(1, 2))).toContain("Ready. 1 fine, 0 warnings, 0 problems.");
  });
});

async function serve(answer: (body: string) => string): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    response.end(answer(Buffer.concat(chunks).toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
