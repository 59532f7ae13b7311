import { describe, expect, it } from "vitest";
import { RefusedError } from "../../../src/core/errors.ts";
import { ANA, GENERAL, startRig, view } from "./rig.ts";

const request = (incident = "INC-0001") => ({
  incident,
  title: "Vault is draining",
  topic: "state",
  declaredAt: "2026-11-21T03:00:00.123Z",
  owedSince: new Date(Date.now() - 1000),
});

const counting = (count: () => unknown) => ({
  kind: "run" as const,
  run: async () => {
    count();
    return {};
  },
});

describe("Time that Discord gives for an answer", () => {
  it("three seconds are over: the act is done once, and nothing is tried again", async () => {
    let now = Date.now();
    const { server, script, came, logged, calls } = await startRig({ server: { now: () => now } });
    let ran = 0;
    script.opens = () => {
      now += 4_000;
      return counting(() => ran++);
    };
    await server.client.act(ANA, { do: "slash", channel: GENERAL, command: "incident list" });
    await server.until(() => ran === 1, { what: "the act to be done" });
    expect(came).toHaveLength(1);
    expect(calls("POST /interactions/:id/:token/callback")).toHaveLength(1);
    await expect
      .poll(() => logged.map(({ message }) => message))
      .toContain("An interaction could not be acknowledged in time");
  });

  it("fifteen minutes are over: what was done stays done, and it is told that the answer could not be shown", async () => {
    let now = Date.now();
    const { server, script, logged } = await startRig({ server: { now: () => now } });
    script.opens = () => ({
      kind: "run",
      run: async () => {
        now += 16 * 60_000;
        return { view: view("Late") };
      },
    });
    await server.client.act(ANA, { do: "slash", channel: GENERAL, command: "incident list" });
    await expect.poll(() => logged.map(({ message }) => message)).toContain("An answer could not be shown");
  });

  it("answered already (40060): the act still counts, once", async () => {
    const { server, script, logged } = await startRig();
    let ran = 0;
    script.opens = () => counting(() => ran++);
    server.faults.add({ route: "POST /interactions/:id/:token/callback", kind: "error", status: 400, code: 40060 });
    await server.client.act(ANA, { do: "slash", channel: GENERAL, command: "incident list" });
    expect(ran).toBe(1);
    expect(logged.some(({ facts }) => "code" in facts && facts.code === 40060)).toBe(true);
  });
});

describe("The gateway", () => {
  it("a duplicate dispatch of a press is one press", async () => {
    const { server, came } = await startRig();
    server.gateway.duplicate(1);
    await server.client.act(ANA, { do: "slash", channel: GENERAL, command: "incident list" });
    await server.client.act(ANA, { do: "slash", channel: GENERAL, command: "pause status" });
    expect(came.map(({ said }) => (said.kind === "press" ? said.command : said.kind))).toEqual([
      "incident list",
      "pause status",
    ]);
  });

  it("breaks off in the middle of a click: it is resumed, and the click is heard, once", async () => {
    const { server, came, general, discord } = await startRig();
    const place = await discord.post(
      general,
      view("Card", { buttons: [{ label: "Go", command: "incident list", input: {} }] }),
      { key: "card" },
    );
    server.gateway.drop();
    const pressed = server.client.act(ANA, {
      do: "press",
      channel: GENERAL,
      message: place.split("/").at(-1) ?? "",
      customId: "incident list",
    });
    expect(await pressed).toEqual({ ok: true });
    expect(came).toHaveLength(1);
  });

  it("asks to reconnect (7), ends the session (9), and falls silent: acts are heard again each time", async () => {
    const { server, came } = await startRig({ server: { heartbeatMs: 150 } });
    const say = async () => {
      const before = came.length;
      await server.until(() => server.gateway.connections() > 0, { timeoutMs: 15_000 });
      // Discord's own app says "did not respond" to whoever is too early.
      for (let tries = 0; came.length === before && tries < 4; tries += 1) {
        await server.client.act(ANA, { do: "slash", channel: GENERAL, command: "incident list" });
      }
      expect(came.length).toBeGreaterThan(before);
    };
    server.gateway.reconnect();
    await say();
    server.gateway.invalidate(false);
    await server.until(() => server.gateway.connections() === 0, { what: "the old session to be left" });
    await say();
    server.gateway.silence(true);
    await server.until(() => server.gateway.connections() === 0, {
      timeoutMs: 10_000,
      what: "the silence to be noticed",
    });
    server.gateway.silence(false);
    await say();
  }, 30_000);

  it("the server is away and comes back: rooms can be opened again", async () => {
    const { server, discord, came } = await startRig();
    server.outage(true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    server.outage(false);
    const opened = await discord.openRoom(request());
    expect(opened.name).toBe("inc-0001-vault-is-draining");
    await server.client.act(ANA, { do: "slash", channel: GENERAL, command: "incident list" });
    expect(came).toHaveLength(1);
  });

  it("a token that is refused is told at once, by the gateway and by REST", async () => {
    const { server, discord, fatal, general } = await startRig();
    server.revokeToken();
    await server.until(() => fatal.length > 0, { what: "the end of the connection" });
    await expect(discord.post(general, view("x"), { key: "k" })).rejects.toThrow(RefusedError);
    expect(fatal.map((why) => (why instanceof RefusedError ? why.remedy : ""))).toContain(
      "Make a new one and set DISCORD_TOKEN.",
    );
  });
});
