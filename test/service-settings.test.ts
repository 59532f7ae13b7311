import { describe, expect, it } from "vitest";
import type { SettingProblem } from "../src/config.ts";
import type { LoadedPlan } from "../src/core/plan.ts";
import { assertExecutorIsNoOwner } from "../src/doctor/executor.ts";
import { readService } from "../src/service-settings.ts";
import type { Executor } from "../src/settings.ts";

const KEY = `0x${"77".repeat(32)}`;
const PROPOSER = "0x4ddc3aDC6c1c0C70d0b2C72dbF76a08BC0FAaE17";

function read(env: Record<string, string>, executors: Executor[] = []) {
  const problems: SettingProblem[] = [];
  const service = readService(env, problems, {
    take: (name, schema) => {
      const parsed = schema.safeParse(env[name]);
      if (parsed.success) return parsed.data;
      problems.push({ name, problem: parsed.error.issues[0]?.message ?? "", remedy: "" });
      return undefined;
    },
    isSet: (name) => env[name] !== undefined,
    executors,
  });
  return { service, said: problems.map(({ name, problem }) => `${name} ${problem}`) };
}

describe("the settings of the Safe Transaction Service", () => {
  it("may all be left out", () => {
    expect(read({})).toEqual({ service: { urls: {} }, said: [] });
  });

  it("name one address for each chain, a key and a delegate", () => {
    const { service, said } = read({
      SAFE_SERVICE_URL_1: "https://api.safe.global/tx-service/eth/api/",
      SAFE_SERVICE_URL_10: "https://safe.example.org/api",
      SAFE_SERVICE_API_KEY: "eyJhbGciOi",
      SAFE_PROPOSER_PRIVATE_KEY: KEY,
    });
    expect(said).toEqual([]);
    expect(service?.urls[1]?.url.reveal()).toBe("https://api.safe.global/tx-service/eth/api");
    expect(service?.urls[10]?.name).toBe("safe.example.org");
    expect(service?.apiKey?.reveal()).toBe("eyJhbGciOi");
    expect(service?.proposer?.address).toMatch(/^0x[0-9a-fA-F]{40}$/);
  });

  it.each([
    [{ SAFE_SERVICE_URL_1: "https://api.safe.global/tx-service/eth/api" }, "SAFE_SERVICE_API_KEY is missing"],
    [{ SAFE_SERVICE_URL_1: "https://safe.example.org" }, "SAFE_SERVICE_URL_1 does not end in /api"],
    [{ SAFE_SERVICE_URL_1: "https://a.example.org/api,https://b.example.org/api" }, "holds more than one address"],
    [{ SAFE_SERVICE_URL_MAINNET: "https://a.example.org/api" }, "does not end in a chain id"],
    [{ SAFE_SERVICE_API_KEY: "two words" }, "SAFE_SERVICE_API_KEY is not an API key"],
    [{ SAFE_PROPOSER_PRIVATE_KEY: PROPOSER }, "is an address, and the private key of one is wanted"],
  ])("with a mistake are named, without their value: %o", (env, words) => {
    const { service, said } = read(env);
    expect(service).toBeUndefined();
    expect(said.join()).toContain(words);
    expect(said.join()).not.toContain("two words");
  });

  it("want a delegate of its own, not the executor", () => {
    const { service } = read({ SAFE_PROPOSER_PRIVATE_KEY: KEY });
    const { said } = read({ SAFE_PROPOSER_PRIVATE_KEY: KEY }, [service!.proposer!]);
    expect(said).toEqual(["SAFE_PROPOSER_PRIVATE_KEY is the key of an executor"]);
  });

  it("with a delegate that owns a Safe of the plan keep the bot from starting, as an executor would", async () => {
    const plan = { safes: { "ops-pause": {} } } as unknown as LoadedPlan;
    const { proposer } = read({ SAFE_PROPOSER_PRIVATE_KEY: KEY }).service!;
    const config = { executor: { address: PROPOSER }, service: { proposer: proposer! }, rpc: {} } as const;
    await expect(assertExecutorIsNoOwner(config, plan, async () => ({ owners: [proposer!.address] }))).rejects.toThrow(
      `SAFE_PROPOSER_PRIVATE_KEY is the key of ${proposer!.address}, an owner of ops-pause`,
    );
    await expect(assertExecutorIsNoOwner(config, plan, async () => ({ owners: [] }))).resolves.toEqual({ unread: [] });
  });
});
