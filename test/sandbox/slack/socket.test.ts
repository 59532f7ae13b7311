import type { App } from "@slack/bolt";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type SlackServer, startSlackServer, virtualClock } from "../../../src/sandbox/slack/server.ts";
import { socketApp } from "./bolt.ts";
import { ANA, BEN, CAST } from "./people.ts";

let server: SlackServer;
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(listen: (app: App) => void, options = {}, sockets = 1) {
  server = await startSlackServer({ ...CAST, ...options });
  stops.push(() => server.close());
  const bot = await socketApp(server, listen, sockets);
  stops.push(() => bot.stop());
  return bot;
}

const say = (text: string) => server.client.act(ANA, { do: "send", channel: "C0GENERAL", text });
const notices = () => {
  const texts: string[] = [];
  server.client.subscribe(ANA, (event) => event.type === "notice" && texts.push(event.text));
  return texts;
};

describe("commands", () => {
  test("a command carries what Slack sends, and the acknowledgement is seen by its author alone", async () => {
    let body: Record<string, unknown> = {};
    await start((app) => {
      app.command("/incident", async (args) => {
        body = { ...args.body };
        await args.ack("Working on it");
      });
    });
    expect(await say("/incident status INC-0042")).toEqual({ ok: true });
    expect(body).toMatchObject({
      command: "/incident",
      text: "status INC-0042",
      user_id: ANA,
      user_name: "ana",
      channel_id: "C0GENERAL",
      channel_name: "general",
      team_id: server.teamId,
      api_app_id: server.appId,
    });
    expect(server.client.messages(ANA, { channel: "C0GENERAL" })).toMatchObject([
      { text: "Working on it", ephemeralTo: ANA, user: server.botUserId },
    ]);
    expect(server.client.messages(BEN, { channel: "C0GENERAL" })).toEqual([]);
  });

  test("what Slack says when it is no command, in a thread, or when nobody is there", async () => {
    server = await startSlackServer(CAST);
    stops.push(() => server.close());
    const heard = notices();
    expect(await say("/unheard of")).toMatchObject({ ok: false });
    expect(heard[0]).toContain("/unheard is not a valid command.");
    const said = await say("root");
    const threadTs = said.ok ? said.message?.ts : undefined;
    await server.client.act(ANA, {
      do: "send",
      channel: "C0GENERAL",
      text: "/incident help",
      threadTs: threadTs ?? "",
    });
    expect(heard[1]).toBe("/incident is not supported in threads. Sorry!");
    await say("/incident help");
    expect(heard[2]).toBe('/incident failed with the error "dispatch_failed"');
  });

  test("an app that does not acknowledge in three seconds has failed; its trigger is dead by then", async () => {
    const clock = virtualClock();
    const errors: unknown[] = [];
    let late: (() => Promise<void>) | undefined;
    await start(
      (app) => {
        app.command("/incident", async ({ ack, client, body }) => {
          late = async () => {
            await ack();
            const view = { type: "modal" as const, title: { type: "plain_text" as const, text: "Late" }, blocks: [] };
            await client.views.open({ trigger_id: body.trigger_id, view }).catch(({ data }) => errors.push(data.error));
          };
        });
      },
      { clock },
    );
    const heard = notices();
    const act = say("/incident declare");
    await server.until(() => server.deliveries.length === 1);
    clock.advance(3001);
    expect(await act).toEqual({ ok: false, error: '/incident failed with the error "operation_timeout"' });
    expect(heard).toHaveLength(1);
    const answer = await server.until(() => late, { what: "the slow listener" });
    await answer();
    expect(errors).toEqual(["expired_trigger_id"]);
  });

  test("a trigger opens one modal", async () => {
    const errors: unknown[] = [];
    await start((app) => {
      app.command("/incident", async ({ ack, client, body }) => {
        await ack();
        const view = { type: "modal" as const, title: { type: "plain_text" as const, text: "Once" }, blocks: [] };
        await client.views.open({ trigger_id: body.trigger_id, view });
        await client.views.open({ trigger_id: body.trigger_id, view }).catch(({ data }) => errors.push(data.error));
        await client.views.open({ trigger_id: "1.2.3", view }).catch(({ data }) => errors.push(data.error));
      });
    });
    await say("/incident declare");
    await server.until(() => errors.length === 2);
    expect(errors).toEqual(["exchanged_trigger_id", "invalid_trigger_id"]);
  });
});

describe("events", () => {
  test("a reaction tells where and who, but not what was said", async () => {
    const events: Record<string, unknown>[] = [];
    await start((app) => {
      app.event("reaction_added", async ({ event, body }) => void events.push({ ...event, event_id: body.event_id }));
      app.event("reaction_removed", async ({ event }) => void events.push({ ...event }));
    });
    const said = await say("the pool is draining");
    const ts = said.ok ? (said.message?.ts ?? "") : "";
    await server.client.act(BEN, { do: "react", channel: "C0GENERAL", ts, name: "pushpin" });
    await server.client.act(BEN, { do: "unreact", channel: "C0GENERAL", ts, name: "pushpin" });
    await server.until(() => events.length === 2);
    const item = { type: "message", channel: "C0GENERAL", ts };
    expect(events[0]).toMatchObject({ type: "reaction_added", user: BEN, reaction: "pushpin", item, item_user: ANA });
    expect(events[1]).toMatchObject({ type: "reaction_removed", item });
    expect(JSON.stringify(events)).not.toContain("draining");
    // The same event again keeps its id, as Slack's own redelivery does.
    await server.redeliver(({ payload }) => payload.event_id === events[0]?.event_id);
    await server.until(() => events.length === 3);
    expect(events[2]).toEqual(events[0]);
  });

  test("what happens where the bot is not, or what it did not subscribe to, it does not hear", async () => {
    await start(() => {});
    await server.client.act(ANA, { do: "send", channel: "C0LOBBY", text: "hi" });
    await server.client.act(ANA, { do: "send", channel: "C0SECRET", text: "hi" });
    await say("hi");
    expect(server.deliveries).toEqual([]);
    await say("@Allstop are you there?");
    expect(server.deliveries).toMatchObject([
      { payload: { event: { type: "app_mention", text: `<@${server.botUserId}> are you there?` } } },
    ]);
  });

  test("messages to the bot, pins, joins and archiving arrive when subscribed", async () => {
    const seen: string[] = [];
    await start(
      (app) => {
        app.event("message", async ({ event }) => void seen.push(`${event.type}.${event.channel_type}`));
        app.event(
          "pin_added",
          async ({ event }) => void seen.push(`pin by ${event.user}: ${event.item.message?.text}`),
        );
        app.event("member_joined_channel", async ({ event }) => void seen.push(`${event.user} joined`));
        app.event("channel_archive", async ({ event }) => void seen.push(`archived by ${event.user}`));
      },
      { subscribedEvents: ["message.im", "message.channels", "pin_added", "member_joined_channel", "channel_archive"] },
    );
    const opened = await server.client.act(ANA, { do: "open_im", user: server.botUserId });
    const im = opened.ok ? (opened.channel?.id ?? "") : "";
    await server.client.act(ANA, { do: "send", channel: im, text: "hello" });
    const said = await say("note this");
    await server.client.act(BEN, { do: "pin", channel: "C0GENERAL", ts: said.ok ? (said.message?.ts ?? "") : "" });
    server.archiveChannel("C0GENERAL", ANA);
    await server.until(() => seen.length === 5);
    expect(seen.sort()).toEqual([
      `archived by ${ANA}`,
      "message.channel",
      "message.channel",
      "message.im",
      `pin by ${BEN}: note this`,
    ]);
  });

  test("an event that nobody takes comes again at once, after a minute and after five", async () => {
    const clock = virtualClock();
    server = await startSlackServer({ ...CAST, clock });
    stops.push(() => server.close());
    const said = await say("x");
    const ts = said.ok ? (said.message?.ts ?? "") : "";
    await server.client.act(BEN, { do: "react", channel: "C0GENERAL", ts, name: "eyes" });
    await server.until(() => server.deliveries.length === 2, { what: "the retry at once" });
    const retries: unknown[] = [];
    const bot = await socketApp(server, (app) => {
      app.event("reaction_added", async ({ context }) => void retries.push([context.retryNum, context.retryReason]));
    });
    stops.push(() => bot.stop());
    expect(retries).toEqual([]);
    clock.advance(60_000);
    await server.until(() => retries.length === 1);
    expect(retries).toEqual([[2, "connection_failed"]]);
    clock.advance(300_000);
    expect(server.deliveries).toHaveLength(3);
  });
});

describe("connections", () => {
  test("each envelope goes to exactly one of several connections, in turn", async () => {
    const taken: string[] = [];
    await start(
      (app) => app.command("/incident", async ({ ack, body }) => ack().then(() => void taken.push(body.text))),
      {},
      2,
    );
    expect(server.connections()).toBe(2);
    for (let n = 0; n < 10; n++) await say(`/incident ${n}`);
    await server.until(() => taken.length === 10);
    expect(taken.sort()).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  });

  test("a connection that is asked to refresh comes back; the other one serves meanwhile", async () => {
    await start((app) => app.command("/incident", async ({ ack }) => ack()), {}, 2);
    server.disconnect("refresh_requested", "oldest");
    expect(await say("/incident status")).toEqual({ ok: true });
    await server.until(() => server.connections() === 2, { what: "the refreshed connection" });
    server.dropConnections();
    await server.until(() => server.connections() === 0);
    expect(server.client.state(ANA).appOnline).toBe(false);
    await server.until(() => server.connections() === 2, { what: "both connections after the break" });
    expect(server.client.state(ANA).appOnline).toBe(true);
    for (const _each of [1, 2]) expect(await say("/incident status")).toEqual({ ok: true });
  });

  test("a connection on which pings fall silent is given up by the client, which comes back", async () => {
    await start((app) => app.command("/incident", async ({ ack }) => ack()));
    server.silencePings(true);
    await server.until(() => server.connections() === 0, { what: "the client to give up" });
    server.silencePings(false);
    await server.until(() => server.connections() === 1, { what: "the client to come back" });
    expect(await say("/incident status")).toEqual({ ok: true });
  });

  test("an address is good once, and ten connections are the most", async () => {
    server = await startSlackServer(CAST);
    stops.push(() => server.close());
    const open = async () => {
      const headers = { authorization: `Bearer ${server.appToken}` };
      const answer = await fetch(`${server.apiUrl}apps.connections.open`, { method: "POST", headers });
      return ((await answer.json()) as { url: string }).url;
    };
    const connect = (url: string) =>
      new Promise<Record<string, unknown> | "refused">((resolve) => {
        const socket = new WebSocket(url);
        socket.on("message", (data) => resolve(JSON.parse(data.toString())));
        socket.on("error", () => resolve("refused"));
      });
    const url = await open();
    expect(await connect(url)).toMatchObject({
      type: "hello",
      num_connections: 1,
      connection_info: { app_id: server.appId },
    });
    expect(await connect(url)).toBe("refused");
    for (let n = 2; n <= 10; n++) expect(await connect(await open())).toMatchObject({ num_connections: n });
    expect(await connect(await open())).toBe("refused");
  });
});
