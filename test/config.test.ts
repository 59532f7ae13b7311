import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ConfigError,
  checkAgainstPlan,
  EXIT_CONFIG,
  hasProductionSettings,
  mode,
  readConfig,
  readSettings,
} from "../src/config.ts";
import { readEnvironment } from "../src/environment.ts";
import { packageRoot } from "../src/root.ts";

const EXAMPLE_PLAN = join(packageRoot, "response-plan.example.yaml");
const KEY = `0x${"4c".repeat(32)}`;

const good = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  SLACK_BOT_TOKEN: "xoxb-1-2-abc",
  SLACK_APP_TOKEN: "xapp-1-A1-2-def",
  PUBLIC_URL: "https://allstop.example.org/",
  RESPONSE_PLAN: EXAMPLE_PLAN,
  RPC_URLS_1: "https://one.example.org/key-abc, https://two.example.org",
  EXECUTOR_PRIVATE_KEY: KEY,
  ...more,
});

function problemsOf(
  env: NodeJS.ProcessEnv,
  read: (env: NodeJS.ProcessEnv) => unknown = readConfig,
): Record<string, string> {
  try {
    read(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.problems.map(({ name, problem }) => [name, problem]));
  }
  return {};
}

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "allstop-config-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

describe("production settings", () => {
  it("are read with their defaults", () => {
    const config = readConfig(good());
    expect(config).toMatchObject({
      slack: { mode: "socket", apiUrl: "https://slack.com/api/" },
      port: 3000,
      publicUrl: "https://allstop.example.org",
      databaseUrl: "file:allstop.db",
      responsePlan: EXAMPLE_PLAN,
      logLevel: "info",
      executor: { address: "0xdB00079cad3e665853Bf766eFe26F4C38cdbdCDA" },
      warnings: [],
    });
    expect(config.rpc[1]?.map(({ name, url }) => [name, url.reveal()])).toEqual([
      ["one.example.org", "https://one.example.org/key-abc"],
      ["two.example.org", "https://two.example.org"],
    ]);
    expect(config.slack?.botToken.reveal()).toBe("xoxb-1-2-abc");
  });

  it("name everything that is missing at once, one line each, with what to do", () => {
    const error = (() => {
      try {
        return readConfig({ SLACK_MODE: "http" });
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(ConfigError);
    const lines = String((error as ConfigError).message).split("\n");
    expect(lines[0]).toBe("5 settings are wrong or missing:");
    expect(lines.slice(1).map((line) => line.trim().split(" ").slice(0, 3).join(" "))).toEqual([
      "SLACK_BOT_TOKEN is missing.",
      "SLACK_SIGNING_SECRET is missing.",
      "PUBLIC_URL is missing.",
      "RESPONSE_PLAN is missing.",
      "EXECUTOR_PRIVATE_KEY is missing.",
    ]);
    expect(lines[1]).toContain("Copy the Bot User OAuth Token from your Slack app's page");
    expect(EXIT_CONFIG).toBe(78);
  });

  it.each([
    ["SLACK_BOT_TOKEN", "xapp-1-2-3", "is an app-level token, and a bot token (xoxb-…) is wanted"],
    ["SLACK_BOT_TOKEN", "xoxb-", "is cut short or holds characters that no token has"],
    ["SLACK_BOT_TOKEN", "hello", "is not a bot token: one begins with xoxb-"],
    ["SLACK_APP_TOKEN", "xoxb-1-2-3", "is the bot token, and an app-level token (xapp-…) is wanted"],
    ["SLACK_APP_TOKEN", "  ", "is missing"],
    ["SLACK_MODE", "rtm", "is neither socket nor http"],
    ["SLACK_API_URL", "slack.com", "is not a web address such as https://slack.com/api/"],
    ["SLACK_API_URL", "ftp://slack.com", "must begin with https:// or http://"],
    ["PORT", "http", "is not a port number"],
    ["PORT", "0", "is not a port number: 1 to 65535 are"],
    ["PORT", "65536", "is not a port number: 1 to 65535 are"],
    ["PUBLIC_URL", "allstop.example.org", "is not a web address such as https://allstop.example.org"],
    ["PUBLIC_URL", "http://allstop.example.org", "must begin with https:// (http:// only on this machine)"],
    ["PUBLIC_URL", "http://localhost.example.org", "must begin with https:// (http:// only on this machine)"],
    ["PUBLIC_URL", "https://me:pw@allstop.example.org", "must have no user name or password in it"],
    ["PUBLIC_URL", "https://example.org/allstop", "must have no path: the pages are served from the root of a host"],
    ["DATABASE_URL", "allstop.db", "must begin with file:, such as file:allstop.db"],
    ["DATABASE_URL", "postgres://x", "must begin with file:, such as file:allstop.db"],
    ["DATABASE_URL", "file:", "must name a file: the timeline has to outlive the process"],
    ["DATABASE_URL", "file::memory:", "must name a file: the timeline has to outlive the process"],
    ["DATABASE_URL", `file:${packageRoot}`, "names a directory, and a file is wanted"],
    ["RESPONSE_PLAN", "no-such-plan.yaml", "names a file that does not exist"],
    [
      "RPC_URLS_1",
      "https://a.example.org,,",
      "holds a wrong address: number 2 of 3 is not a web address such as https://rpc.example.org",
    ],
    [
      "RPC_URLS_1",
      "https://a.example.org,https://a.example.org",
      "holds a wrong address: number 2 of 2 is there twice",
    ],
    ["RPC_URLS_mainnet", "https://a.example.org", "does not end in a chain id"],
    ["EXECUTOR_PRIVATE_KEY", "4c".repeat(32), "lacks the 0x in front"],
    ["EXECUTOR_PRIVATE_KEY", `0x${"00".repeat(32)}`, "is not a private key: no key of the curve has this value"],
    ["EXECUTOR_PRIVATE_KEY", `0x${"ff".repeat(32)}`, "is not a private key: no key of the curve has this value"],
    [
      "EXECUTOR_PRIVATE_KEY",
      "0x3dce041c2a28b31aab8a50f910a9f70104c81b5e",
      "is an address, and the private key of one is wanted",
    ],
    ["EXECUTOR_PRIVATE_KEY", "a ".repeat(12), "looks like a seed phrase, which must never be here: move those funds"],
    ["EXECUTOR_PRIVATE_KEY_2", KEY, "is the key of EXECUTOR_PRIVATE_KEY"],
    ["EXECUTOR_PRIVATE_KEY_2", "5e".repeat(32), "lacks the 0x in front"],
    ["MAX_FEE_GWEI", "0", "must be 1 or more: with 0 nothing could ever be sent"],
    ["MAX_FEE_GWEI", "12.5", "is not a whole number of gwei"],
    ["PRIVATE_RPC_URL_1", "https://a.example.org,https://b.example.org", "holds more than one address"],
    [
      "PRIVATE_RPC_URL_1",
      "relay",
      "holds a wrong address: number 1 of 1 is not a web address such as https://rpc.example.org",
    ],
    ["PRIVATE_RPC_URL_mainnet", "https://a.example.org", "does not end in a chain id"],
    ["LOG_LEVEL", "verbose", "is none of trace, debug, info, warn, error, fatal, silent"],
  ])("refuse %s=%s", (name, value, problem) => {
    expect(problemsOf(good({ [name]: value }))).toEqual({ [name]: problem });
  });

  it("say how transactions leave beside the providers: all of it optional", () => {
    expect(readConfig(good()).submission).toEqual({ privateRpc: {}, maxFeeGwei: 5000 });
    const given = {
      EXECUTOR_PRIVATE_KEY_2: `0x${"5e".repeat(32)}`,
      MAX_FEE_GWEI: "300",
      PRIVATE_RPC_URL_1: "https://relay.example.org/key-abc",
    };
    const { submission } = readConfig(good(given));
    expect(submission.maxFeeGwei).toBe(300);
    expect(submission.privateRpc[1]?.name).toBe("relay.example.org");
    expect(submission.hedge?.address).toMatch(/^0x[0-9a-fA-F]{40}$/);
    expect(JSON.stringify(submission)).not.toMatch(/5e5e|key-abc/);
  });

  it("want the signing secret in http mode only, and no app token there", () => {
    const env = good({ SLACK_MODE: "http", SLACK_APP_TOKEN: undefined });
    expect(problemsOf(env)).toEqual({ SLACK_SIGNING_SECRET: "is missing" });
    expect(readConfig({ ...env, SLACK_SIGNING_SECRET: "ab".repeat(16) }).slack?.mode).toBe("http");
  });

  it.each([
    ["file:data/allstop.db", "file:data/allstop.db"],
    ["file:/var/lib/allstop.db", "file:/var/lib/allstop.db"],
    ["file:///var/lib/allstop.db", "file:/var/lib/allstop.db"],
  ])("read DATABASE_URL=%s as a path", (given, read) => {
    expect(readConfig(good({ DATABASE_URL: given })).databaseUrl).toBe(read);
  });

  it("accept loopback without TLS, and warn of a plain Slack API elsewhere", () => {
    const local = good({ PUBLIC_URL: "http://127.0.0.1:3000", SLACK_API_URL: "http://localhost:4000/api" });
    expect(readConfig(local)).toMatchObject({ slack: { apiUrl: "http://localhost:4000/api/" }, warnings: [] });
    expect(readConfig(good({ SLACK_API_URL: "http://chat.example.org/api/" })).warnings).toEqual([
      "SLACK_API_URL is plain http: the bot token crosses the network readable. Use https.",
    ]);
  });

  it("guess at slips of the pen", () => {
    const slip = good({ SLACK_BOT_TOKEN: undefined, SLACK_BOT_TOKN: "xoxb-1" });
    expect(problemsOf(slip)).toEqual({ SLACK_BOT_TOKEN: "is missing, and SLACK_BOT_TOKN is set: a slip" });
    expect(readConfig(good({ RPC_URL_1: "https://x.example.org", DISCORD_SHARD: "1" })).warnings).toEqual([
      "DISCORD_SHARD is set, and nothing reads it.",
      "RPC_URL_1 is set, and nothing reads it. Did you mean RPC_URLS_1?",
    ]);
  });
});

describe("settings and plan together", () => {
  it("ask for providers of every chain of the plan, and warn of others", () => {
    const { rpc } = readConfig(good());
    const checked = checkAgainstPlan({ rpc }, { chains: { "10": { name: "OP Mainnet", secondsPerBlock: 2 } } });
    expect(checked.problems).toMatchObject([
      { name: "RPC_URLS_10", problem: "is missing, and the plan has chain 10 (OP Mainnet)" },
    ]);
    expect(checked.warnings).toEqual(["RPC_URLS_1 is set, and the response plan has no chain 1: it is not used."]);
  });

  it("name a missing token, a missing RPC and the plan's mistakes at once", () => {
    expect(problemsOf(good({ SLACK_BOT_TOKEN: "", RPC_URLS_1: "" }), readSettings)).toEqual({
      SLACK_BOT_TOKEN: "is missing",
      RPC_URLS_1: "is missing, and the plan has chain 1 (Ethereum)",
    });
    const plan = join(dir, "plan.yaml");
    writeFileSync(plan, "version: 2\n");
    try {
      readSettings(good({ SLACK_APP_TOKEN: "", RESPONSE_PLAN: plan }));
      expect.unreachable("a bad plan was accepted");
    } catch (error) {
      expect(String(error)).toContain("SLACK_APP_TOKEN is missing.");
      expect(String(error)).toContain(`${plan}:1: version: 2 is not accepted. Accepted: 1.`);
    }
  });

  it("are accepted when both are right", () => {
    const { config, plan } = readSettings(good({ RPC_URLS_5: "https://five.example.org" }));
    expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(config.warnings).toEqual(["RPC_URLS_5 is set, and the response plan has no chain 5: it is not used."]);
  });
});

describe("the sandbox", () => {
  it("starts with nothing configured, whatever the log level, port and database", () => {
    const env = { PATH: "/bin", LOG_LEVEL: "debug", PORT: "4000", DATABASE_URL: "file:x.db", SLACK_BOT_TOKEN: "" };
    expect([mode(env), hasProductionSettings(env)]).toEqual(["sandbox", []]);
  });

  it.each([
    "SLACK_BOT_TOKEN",
    "SLACK_API_URL",
    "DISCORD_TOKEN",
    "RESPONSE_PLAN",
    "RPC_URLS_1",
    "EXECUTOR_PRIVATE_KEY",
    "PUBLIC_URL",
  ])("stays away when %s is present, and says so", (name) => {
    expect([mode({ [name]: "x" }), hasProductionSettings({ [name]: "x" })]).toEqual(["production", [name]]);
  });
});

describe("secrets", () => {
  it("appear in no print of the config and in no message", () => {
    const secret = "sEcReT";
    const config = readConfig(
      good({ SLACK_BOT_TOKEN: `xoxb-${secret}`, RPC_URLS_1: `https://one.example.org/${secret}` }),
    );
    for (const print of [
      JSON.stringify(config),
      inspect(config, { depth: 9, showHidden: true }),
      `${config.slack?.botToken}`,
    ]) {
      expect(print).not.toContain(secret);
      expect(print).not.toContain(KEY.slice(2));
    }
  });

  it("are not repeated when they stand in the wrong variable", () => {
    const names = [
      "SLACK_BOT_TOKEN",
      "SLACK_APP_TOKEN",
      "SLACK_API_URL",
      "PUBLIC_URL",
      "RPC_URLS_1",
      "EXECUTOR_PRIVATE_KEY",
      "PORT",
      "LOG_LEVEL",
      "SLACK_MODE",
      "DATABASE_URL",
    ];
    const value = fc
      .tuple(fc.constantFrom("", "xoxb-", "0x", "https://"), fc.stringMatching(/^[0-9a-f]{24,70}$/))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.constantFrom(...names), value, (name, given) => {
        try {
          readConfig(good({ [name]: given }));
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
          expect(String(error)).not.toContain(given.replace(/^(xoxb-|0x|https:\/\/)/, ""));
        }
      }),
      { seed: 20260731, numRuns: 300 },
    );
  });
});

describe(".env.example", () => {
  const text = readFileSync(join(packageRoot, ".env.example"), "utf8");
  const names = [...text.matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1] ?? "");

  it("holds every setting, each with its reason and what happens without", () => {
    expect(names.sort()).toEqual(
      [
        [
          "SLACK_BOT_TOKEN",
          "SLACK_APP_TOKEN",
          "SLACK_SIGNING_SECRET",
          "SLACK_MODE",
          "SLACK_API_URL",
          "PORT",
          "PUBLIC_URL",
        ],
        ["DISCORD_TOKEN", "DISCORD_APPLICATION_ID", "DISCORD_GUILD_ID", "DISCORD_API_URL"],
        ["DISCORD_CATEGORY_ID", "DISCORD_RESPONDER_ROLE_ID"],
        ["EXECUTOR_PRIVATE_KEY_2", "PRIVATE_RPC_URL_1", "MAX_FEE_GWEI"],
        ["LADDER_KEY", "LADDER_KEY_PREVIOUS"],
        ["PAGER_ROUTING_KEY", "PAGER_URL"],
        ["SAFE_SERVICE_URL_1", "SAFE_SERVICE_API_KEY", "SAFE_PROPOSER_PRIVATE_KEY"],
        ["DATABASE_URL", "RESPONSE_PLAN", "RPC_URLS_1", "EXECUTOR_PRIVATE_KEY", "LOG_LEVEL"],
      ]
        .flat()
        .sort(),
    );
    for (const paragraph of text.split("\n\n").filter((part) => /^#?[A-Z][A-Z0-9_]*=/m.test(part))) {
      expect(paragraph).toMatch(/^# .*[Ww]ithout it/ms);
    }
  });

  it("copied as it is leaves the sandbox alone: nothing in it is set", () => {
    writeFileSync(join(dir, ".env"), text);
    expect(mode(readEnvironment({}, dir))).toBe("sandbox");
  });

  it("is added to what the process has, and does not win over it", () => {
    writeFileSync(join(dir, ".env"), "LOG_LEVEL=debug\nPORT=4000\n");
    expect(readEnvironment({ PORT: "5000" }, dir)).toEqual({ LOG_LEVEL: "debug", PORT: "5000" });
    expect(readEnvironment({ PORT: "5000" }, join(dir, "none"))).toEqual({ PORT: "5000" });
  });
});

describe("the chats", () => {
  const discord = {
    DISCORD_TOKEN: "MTA5.G1x2.abcdefghijklmnop",
    DISCORD_APPLICATION_ID: "109",
    DISCORD_GUILD_ID: "200",
  };
  const withoutSlack = () => ({ ...good(discord), SLACK_BOT_TOKEN: undefined, SLACK_APP_TOKEN: undefined });

  it("may be Discord alone, or both", () => {
    expect(readConfig(withoutSlack()).slack).toBeUndefined();
    const alone = readConfig(withoutSlack()).discord;
    expect(alone).toMatchObject({ applicationId: "109", guildId: "200", apiUrl: "https://discord.com/api" });
    expect(alone?.token.reveal()).toBe(discord.DISCORD_TOKEN);
    expect(readConfig(good(discord))).toMatchObject({ slack: { mode: "socket" }, discord: { guildId: "200" } });
  });

  it("need all of their settings as soon as one is there", () => {
    expect(problemsOf({ ...withoutSlack(), DISCORD_TOKEN: "", DISCORD_GUILD_ID: "here" })).toEqual({
      DISCORD_TOKEN: "is missing",
      DISCORD_GUILD_ID: "is not a Discord id: one is 17 to 20 digits",
    });
    expect(problemsOf({ ...withoutSlack(), SLACK_APP_TOKEN: "xapp-1-A1-2-def" })).toEqual({
      SLACK_BOT_TOKEN: "is missing",
    });
  });

  it("say which token was put where another belongs", () => {
    expect(problemsOf(good({ ...discord, DISCORD_TOKEN: "Bot MTA5.G1x2.abcdef" })).DISCORD_TOKEN).toContain(
      "leave out Bot",
    );
    expect(problemsOf(good({ ...discord, DISCORD_TOKEN: "xoxb-1-2-abc" })).DISCORD_TOKEN).toContain("a Slack token");
  });

  it("take an address with or without its version", () => {
    for (const url of ["http://127.0.0.1:9/api", "http://127.0.0.1:9/api/", "http://127.0.0.1:9/api/v10/"]) {
      expect(readConfig(good({ ...discord, DISCORD_API_URL: url })).discord?.apiUrl).toBe("http://127.0.0.1:9/api");
    }
  });
});
