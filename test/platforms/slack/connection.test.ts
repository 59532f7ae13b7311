import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { ANA, closeAfterTest, done, GENERAL, type Rig, startRig, view } from "./rig.ts";

const say = ({ server }: Rig, text: string) => server.client.act(ANA, { do: "send", channel: GENERAL, text });

describe("Socket Mode", () => {
  it("hears everything while Slack refreshes its sockets", async () => {
    const rig = await startRig();
    await rig.server.until(() => rig.slack.liveSockets() === 2);
    rig.server.disconnect("refresh_requested", "oldest");
    const said = Array.from({ length: 20 }, (_, index) => say(rig, `/incident note ${index}`));
    for (const outcome of await Promise.all(said)) expect(outcome).toEqual({ ok: true });
    expect(rig.door.came).toHaveLength(20);
    await rig.server.until(() => rig.slack.liveSockets() === 2);
  });

  it("comes back when all connections break, and outlives a server that will have none for a while", async () => {
    const rig = await startRig();
    await rig.server.until(() => rig.slack.liveSockets() === 2);
    rig.server.refuseConnections("internal_error");
    rig.server.dropConnections();
    await rig.server.until(() => rig.slack.liveSockets() === 0);
    await rig.server.until(() => rig.logged.some(({ message }) => message.includes("could not be opened")));
    rig.server.refuseConnections(undefined);
    await rig.server.until(() => rig.slack.liveSockets() === 2);
    expect(await say(rig, "/incident list")).toEqual({ ok: true });
    expect(rig.fatal).toEqual([]);
  });

  it("says so, and does not end the process, when the token is refused at a reconnection", async () => {
    const rig = await startRig();
    await rig.server.until(() => rig.slack.liveSockets() === 2);
    rig.server.revokeToken("app", "invalid_auth");
    rig.server.disconnect("refresh_requested");
    await rig.server.until(() => rig.fatal.length > 0);
    expect(rig.fatal[0]).toMatchObject({
      code: "invalid_auth",
      remedy: expect.stringContaining("set SLACK_APP_TOKEN"),
    });
  });

  it("does not start with a token that Slack refuses", async () => {
    const rig = await startRig({ connect: false, slack: { appToken: "xapp-wrong" } });
    await expect(rig.slack.connect(rig.door)).rejects.toThrow(/refuses the app token/);
    const other = await startRig({ connect: false, slack: { botToken: "xoxb-wrong" } });
    await expect(other.slack.connect(other.door)).rejects.toMatchObject({ code: "invalid_auth" });
  });

  it("goes on with an act whose acknowledgement could not be sent any more", async () => {
    const rig = await startRig();
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    let ran = 0;
    rig.door.opens = async () => {
      await gate;
      return {
        kind: "run",
        run: async () => {
          ran += 1;
          return { view: view("Done all the same") };
        },
      };
    };
    const outcome = say(rig, "/incident list");
    await rig.server.until(() => rig.door.came.length === 1);
    rig.server.dropConnections();
    await outcome;
    go();
    await rig.server.until(() => ran === 1 && rig.inbox.finished.size === 1);
  });
});

describe("signed HTTP", () => {
  async function startHttp() {
    const rig = await startRig({ slack: { mode: "http" }, connect: false });
    const server = createServer(rig.slack.listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closeAfterTest(() => new Promise((resolve) => server.close(() => resolve())));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/slack/events`;
    expect((await fetch(url, { method: "POST" })).status).toBe(503);
    await rig.slack.connect(rig.door);
    return { rig, url };
  }

  it("takes commands, forms, presses and events, each once", async () => {
    const { rig, url } = await startHttp();
    await rig.server.useHttp(url);
    rig.door.opens = ({ said }) => {
      if (said.kind !== "line") return done(view("Declared"));
      const fields = [{ name: "title", label: "Title", required: true, widget: { kind: "line" as const } }];
      const form = { command: "incident declare", title: "Declare", submit: "Declare", fields, carried: {} };
      return { kind: "form", form };
    };
    expect(await say(rig, "/incident declare")).toEqual({ ok: true });
    const modal = await rig.server.until(() => rig.server.client.state(ANA).views.at(-1));
    const state = { title: { "field:title": { value: "Ünïcode <b>" } } };
    expect(await rig.server.client.act(ANA, { do: "submit", viewId: modal.id, state })).toEqual({ ok: true });
    expect(rig.door.came[1]?.said).toMatchObject({ kind: "submit", input: { title: "Ünïcode <b>" } });

    const root = await say(rig, "look");
    const ts = root.ok ? (root.message?.ts ?? "") : "";
    await rig.server.client.act(ANA, { do: "react", channel: GENERAL, ts, name: "pushpin" });
    await rig.server.until(() => rig.door.pins.length === 1);
    expect(await rig.server.redeliver(({ type }) => type === "events_api")).toMatchObject({ kind: "acked" });
    expect(rig.door.pins).toHaveLength(1);
    expect(rig.server.problems).toEqual([]);
  });

  it.each([
    ["a good one", {}, 200],
    ["a wrong signature", { secret: "another" }, 401],
    ["a timestamp from ten minutes ago", { skewS: -600 }, 401],
    ["a timestamp from the future", { skewS: 600 }, 401],
    ["no timestamp", { stamp: "" }, 401],
    ["a timestamp that is no number", { stamp: "soon" }, 401],
  ])(
    "answers %s",
    async (_, { secret, skewS = 0, stamp }: { secret?: string; skewS?: number; stamp?: string }, status) => {
      const { rig, url } = await startHttp();
      const timestamp = stamp ?? String(Math.floor(Date.now() / 1000) + skewS);
      const body = new URLSearchParams({
        command: "/incident",
        text: "list",
        user_id: ANA,
        user_name: "ana",
        channel_id: GENERAL,
        trigger_id: "1.2.abc",
      }).toString();
      const hash = createHmac("sha256", secret ?? rig.server.signingSecret)
        .update(`v0:${timestamp}:${body}`)
        .digest("hex");
      const response = await fetch(url, {
        method: "POST",
        body,
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "x-slack-signature": `v0=${hash}`,
          "x-slack-request-timestamp": timestamp,
        },
      });
      expect(response.status).toBe(status);
      expect(rig.door.came).toHaveLength(status === 200 ? 1 : 0);
    },
  );

  it("answers an error, and no acknowledgement, when the act can't be written down", async () => {
    const { rig, url } = await startHttp();
    await rig.server.useHttp(url);
    rig.inbox.broken = true;
    expect(await say(rig, "/incident list")).toMatchObject({ ok: false });
    expect(rig.server.deliveries.at(-1)?.outcome).toEqual({ kind: "http_error", status: 500 });
    expect(rig.door.came).toEqual([]);
  });

  it("knows no other path", async () => {
    const { url } = await startHttp();
    expect(
      (await fetch(url.replace("/events", "/other"), { headers: { "x-slack-request-timestamp": "1" } })).status,
    ).toBe(404);
  });
});
