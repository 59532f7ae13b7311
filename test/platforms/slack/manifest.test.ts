import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { slackManifest } from "../../../src/platforms/slack/manifest.ts";
import { METHOD_SCOPES } from "../../../src/platforms/slack/methods.ts";
import { requiredScopes } from "../../../src/platforms/slack/scopes.ts";
import { METHODS } from "../../../src/sandbox/slack/methods/index.ts";
import { ALL_SCOPES } from "../../../src/sandbox/slack/scopes.ts";

const folder = join(import.meta.dirname, "../../../src/platforms/slack");

describe("the app's manifest", () => {
  it("grants a scope for every method that is called, and asks for none that is not needed", () => {
    const source = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")] as const);
    const named = source
      .filter(([file]) => !["methods.ts", "sockets.ts"].includes(file))
      .flatMap(([, text]) => [...text.matchAll(/"([a-z]+(?:\.[a-zA-Z]+)+)"/g)].map(([, name]) => name ?? ""))
      .filter((name) => METHODS.has(name));
    expect([...new Set(named)].sort()).toEqual(Object.keys(METHOD_SCOPES).sort());
    expect(requiredScopes).toEqual(expect.arrayContaining(Object.values(METHOD_SCOPES).flat()));
    expect(ALL_SCOPES).toEqual(expect.arrayContaining([...requiredScopes]));
    for (const [method, { scopes }] of METHODS) {
      if (!(method in METHOD_SCOPES) || scopes.length === 0) continue;
      expect(
        scopes.some((scope) => requiredScopes.includes(scope)),
        method,
      ).toBe(true);
    }
  });

  it("has every command, the shortcut, the events and the home, over a socket", () => {
    const manifest = slackManifest({ mode: "socket" });
    expect(manifest.features.slash_commands.map(({ command }) => command).sort()).toEqual([
      "/incident",
      "/ladder",
      "/oncall",
      "/pause",
      "/playbook",
      "/readiness",
      "/risk",
      "/signer",
    ]);
    expect(manifest.features.shortcuts).toMatchObject([{ name: "Add to timeline", callback_id: "message capture" }]);
    expect(manifest.settings).toMatchObject({
      socket_mode_enabled: true,
      interactivity: { is_enabled: true },
      event_subscriptions: { bot_events: ["reaction_added", "reaction_removed", "app_home_opened"] },
    });
    expect(JSON.stringify(manifest)).not.toContain("http");
  });

  it("names the one address that Slack posts to, without sockets", () => {
    const manifest = slackManifest({ mode: "http", publicUrl: "https://allstop.example.org/" });
    const urls = JSON.stringify(manifest).match(/https:[^"]*/g);
    expect(new Set(urls)).toEqual(new Set(["https://allstop.example.org/slack/events"]));
    expect(urls).toHaveLength(11);
    expect(manifest.settings.socket_mode_enabled).toBe(false);
  });
});
