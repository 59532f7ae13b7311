import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { hasProductionSettings, type SettingProblem } from "../../src/config.ts";
import { checkPager } from "../../src/doctor/local.ts";
import { PAGER_URL_DEFAULT, PagerUrl, RoutingKey, readPager } from "../../src/pager-settings.ts";

const KEY = "R0UT1NGK3Y000000000000000000000K";

function read(env: Record<string, string>) {
  const problems: SettingProblem[] = [];
  const schemas = { PAGER_ROUTING_KEY: RoutingKey, PAGER_URL: PagerUrl };
  const config = readPager(problems, {
    isSet: (name) => env[name] !== undefined,
    take: ((name: keyof typeof schemas, _schema: unknown, fallback?: string) => {
      const parsed = schemas[name].safeParse(env[name] ?? fallback);
      if (parsed.success) return parsed.data;
      problems.push({ name, problem: parsed.error.issues[0]?.message ?? "", remedy: "" });
      return undefined;
    }) as never,
  });
  return { config, problems };
}

describe("The pager's settings", () => {
  it("are PagerDuty's own with nothing but a key, and off without one", () => {
    const { config } = read({ PAGER_ROUTING_KEY: KEY });
    expect(config?.url).toBe(PAGER_URL_DEFAULT);
    expect(config?.routingKey?.reveal()).toBe(KEY);
    expect(JSON.stringify(config) + inspect(config)).not.toContain(KEY);
    expect(read({}).config?.routingKey).toBeUndefined();
  });

  it.each([
    ["http://pager.example.org/v2/enqueue", /https/],
    ["not an address", /is not a web address/],
    ["https://name:secret@pager.example.org", /no user name or password/],
  ])("%s is refused", (url, why) => {
    const { config, problems } = read({ PAGER_ROUTING_KEY: KEY, PAGER_URL: url });
    expect(config).toBeUndefined();
    expect(problems[0]?.problem).toMatch(why);
    expect(JSON.stringify(problems)).not.toContain("secret");
  });

  it("plain http is taken on this machine alone", () => {
    expect(read({ PAGER_ROUTING_KEY: KEY, PAGER_URL: "http://127.0.0.1:9/v2/enqueue" }).problems).toEqual([]);
  });

  it("an address without a key, and a key that is none, are named", () => {
    expect(read({ PAGER_URL: "https://pager.example.org" }).problems[0]).toMatchObject({
      name: "PAGER_ROUTING_KEY",
      problem: "is missing, and PAGER_URL is set",
    });
    expect(read({ PAGER_ROUTING_KEY: "two words" }).problems[0]?.problem).toMatch(/is not a routing key/);
  });

  it("keep the sandbox off", () => {
    expect(hasProductionSettings({ PAGER_ROUTING_KEY: KEY })).toEqual(["PAGER_ROUTING_KEY"]);
  });

  it("are said by the doctor, without the key and without an event that would ring somebody", () => {
    expect(checkPager({ pager: { url: PAGER_URL_DEFAULT } }).detail).toContain("in the chats alone");
    const { config } = read({ PAGER_ROUTING_KEY: KEY });
    expect(checkPager({ pager: config ?? { url: "" } })).toMatchObject({
      ok: "ok",
      detail: "Calls ring at events.pagerduty.com, too. Its key was not tried.",
    });
  });
});
