import { afterEach, describe, expect, it } from "vitest";
import { commands } from "../../../commands/index.ts";
import type { DiscordConfig } from "../../../src/chat-settings.ts";
import { checkDiscord } from "../../../src/doctor/discord.ts";
import { createApi } from "../../../src/platforms/discord/api.ts";
import { allPermissions, inviteLink } from "../../../src/platforms/discord/permissions.ts";
import { registerCommands } from "../../../src/platforms/discord/register.ts";
import { type DiscordServer, startDiscordServer } from "../../../src/sandbox/discord/index.ts";
import { Secret } from "../../../src/secret.ts";
import { storyPlan } from "../../story.ts";

const ANA = "100000000000000011";
const ALERTS = "500000000000000002";
let server: DiscordServer;
afterEach(() => server.close());

async function open(more: Partial<DiscordConfig> = {}) {
  server = await startDiscordServer({
    people: [{ id: ANA, name: "Ana" }],
    channels: [{ id: ALERTS, name: "security-alerts" }],
    botPermissions: allPermissions,
  });
  const { token, applicationId, guildId, apiUrl } = server;
  const config: DiscordConfig = { token: new Secret(token), applicationId, guildId, apiUrl, ...more };
  const plan = {
    ...storyPlan(),
    channels: { alerts: { discord: ALERTS } },
    people: { ana: { name: "Ana", discord: ANA, roles: [] } },
  };
  return { config, plan };
}

const trouble = async (config: DiscordConfig, plan: ReturnType<typeof storyPlan>) =>
  (await checkDiscord(config, plan)).filter(({ ok }) => ok === "problem");

describe("The doctor on Discord", () => {
  it("finds nothing wrong where nothing is, and warns of who can read along", async () => {
    const { config, plan } = await open();
    const findings = await checkDiscord(config, plan);
    expect(findings.filter(({ ok }) => ok === "problem")).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual([
      "bot token",
      "server",
      "permissions",
      "alerts channel",
      "people",
      "private rooms",
    ]);
    expect(server.journal.every(({ method }) => method === "GET")).toBe(true);
  });

  it("names each permission that is missing, with the link that mends it", async () => {
    const { config, plan } = await open();
    server.setPermissions(allPermissions & ~(1n << 51n) & ~(1n << 28n));
    const found = await trouble(config, plan);
    expect(found.map(({ check }) => check)).toEqual(["permission Manage Roles", "permission Pin Messages"]);
    expect(found[0]?.remedy).toContain(inviteLink(config.applicationId, config.guildId));
    expect(found[0]?.remedy).toContain(`permissions=${allPermissions}`);
  });

  it("names a wrong token, server, category, channel and person", async () => {
    const { config, plan } = await open();
    expect(await trouble({ ...config, token: new Secret("wrong") }, plan)).toMatchObject([
      { check: "bot token", remedy: expect.stringContaining("DISCORD_TOKEN") },
    ]);
    expect(await trouble({ ...config, guildId: "42" }, plan)).toMatchObject([{ check: "server" }]);
    expect(await trouble({ ...config, categoryId: ALERTS }, plan)).toMatchObject([{ check: "category" }]);
    const elsewhere = {
      ...plan,
      channels: { alerts: { discord: "77" } },
      people: { bo: { name: "Bo", discord: "100000000000000099", roles: [] } },
    };
    expect((await trouble(config, elsewhere)).map(({ check }) => check)).toEqual(["alerts channel", "person bo"]);
  });

  it("says when nobody answers", async () => {
    const { config, plan } = await open({ apiUrl: "http://127.0.0.1:59998/api" });
    expect(await trouble(config, plan)).toMatchObject([
      { check: "bot token", detail: expect.stringContaining("refused") },
    ]);
  });
});

describe("Registering the commands", () => {
  it("asks Discord to create them once, and then only when they change", async () => {
    const { config } = await open();
    const api = createApi({ token: server.token, apiUrl: server.apiUrl, onFatal: () => undefined });
    expect(await registerCommands(api.rest, config, commands)).toBe("registered");
    expect(await registerCommands(api.rest, config, commands)).toBe("unchanged");
    expect(await registerCommands(api.rest, config, commands.slice(1))).toBe("registered");
    expect(server.journal.filter(({ method }) => method === "PUT")).toHaveLength(2);
    expect(server.client.commands().map(({ name }) => name)).toEqual([
      "incident",
      "oncall",
      "pause",
      "playbook",
      "risk",
      "signer",
      "ladder",
      "readiness",
      "Add to timeline",
    ]);
    expect(server.problems).toEqual([]);
  });
});
