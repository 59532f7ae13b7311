import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { afterEach, expect, test } from "vitest";
import { type SlackServer, startSlackServer, virtualClock } from "../../../src/sandbox/slack/server.ts";
import { httpApp } from "./bolt.ts";
import { ANA, BEN, CAST } from "./people.ts";

const stops: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(options = {}): Promise<SlackServer> {
  const server = await startSlackServer({ ...CAST, ...options });
  stops.push(() => server.close());
  return server;
}

/** An endpoint that keeps what it is sent, and answers as told. */
async function listener(answer: (body: string) => { status: number; body?: string }) {
  const requests: { headers: IncomingHttpHeaders; body: string }[] = [];
  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    requests.push({ headers: request.headers, body });
    const { status, body: text = "" } = answer(body);
    response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  stops.push(() => new Promise((resolve) => http.close(resolve).closeAllConnections()));
  const address = http.address();
  const port = typeof address === "object" ? address?.port : 0;
  return { url: `http://127.0.0.1:${port}/slack/events`, requests };
}

test("everything is signed over the raw body; commands and interactions are forms, events are JSON", async () => {
  const server = await start();
  const { url, requests } = await listener((body) => {
    const event = body.startsWith("{") ? JSON.parse(body) : {};
    return { status: 200, body: event.challenge ?? "" };
  });
  await server.useHttp(url);
  const said = await server.client.act(ANA, { do: "send", channel: "C0GENERAL", text: "hm" });
  const ts = said.ok ? (said.message?.ts ?? "") : "";
  await server.client.act(ANA, { do: "send", channel: "C0GENERAL", text: "/incident declare" });
  await server.client.act(ANA, { do: "shortcut", callbackId: "timeline_add", channel: "C0GENERAL", ts });
  await server.client.act(BEN, { do: "react", channel: "C0GENERAL", ts, name: "pushpin" });
  await server.until(() => requests.length === 4);
  for (const { headers, body } of requests) {
    const stamp = headers["x-slack-request-timestamp"];
    const mac = createHmac("sha256", server.signingSecret).update(`v0:${stamp}:${body}`).digest("hex");
    expect(headers["x-slack-signature"]).toBe(`v0=${mac}`);
  }
  const [challenge, command, action, event] = requests.map(({ body }) => body);
  expect(JSON.parse(challenge ?? "")).toMatchObject({ type: "url_verification" });
  expect(Object.fromEntries(new URLSearchParams(command))).toMatchObject({ command: "/incident", text: "declare" });
  expect(JSON.parse(new URLSearchParams(action).get("payload") ?? "")).toMatchObject({
    type: "message_action",
    callback_id: "timeline_add",
    message: { text: "hm", user: ANA, ts },
  });
  expect(JSON.parse(event ?? "")).toMatchObject({ type: "event_callback", event: { type: "reaction_added" } });
});

test("an address that does not return the challenge is not taken", async () => {
  const server = await start();
  const { url } = await listener(() => ({ status: 200, body: "hello" }));
  await expect(server.useHttp(url)).rejects.toThrow("did not answer Slack's challenge");
});

test("an event that is refused comes again with its number and reason", async () => {
  const clock = virtualClock();
  const server = await start({ clock });
  let refusing = false;
  const { url, requests } = await listener((body) => {
    if (refusing) return { status: 500 };
    return { status: 200, body: JSON.parse(body).challenge ?? "" };
  });
  await server.useHttp(url);
  refusing = true;
  const said = await server.client.act(ANA, { do: "send", channel: "C0GENERAL", text: "hm" });
  const ts = said.ok ? (said.message?.ts ?? "") : "";
  await server.client.act(BEN, { do: "react", channel: "C0GENERAL", ts, name: "eyes" });
  await server.until(() => server.deliveries.length === 2 && server.deliveries[1]?.outcome);
  refusing = false;
  clock.advance(60_000);
  await server.until(() => server.deliveries[2]?.outcome);
  const retries = requests
    .slice(2)
    .map(({ headers }) => [headers["x-slack-retry-num"], headers["x-slack-retry-reason"]]);
  expect(retries).toEqual([
    ["1", "http_error"],
    ["2", "http_error"],
  ]);
  expect(server.deliveries[2]?.outcome).toMatchObject({ kind: "acked" });
});

test("a real Bolt turns away what is not signed with its secret", async () => {
  const server = await start();
  const bot = await httpApp(server, (app) => app.command("/incident", async ({ ack }) => ack("Here")));
  stops.push(() => bot.stop());
  await server.useHttp(bot.url);
  expect(await server.client.act(ANA, { do: "send", channel: "C0GENERAL", text: "/incident" })).toEqual({ ok: true });
  expect(server.client.messages(ANA, { channel: "C0GENERAL" })).toMatchObject([{ text: "Here", ephemeralTo: ANA }]);
  const other = await start({ signingSecret: "not the same" });
  await expect(other.useHttp(bot.url)).rejects.toThrow("did not answer Slack's challenge (http_error)");
});
