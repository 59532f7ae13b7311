import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";
import { verifyTypedData } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { ANA, BEN, type Stage, startStage, WAR_ROOM, wallet } from "./stage.ts";

let stage: Stage;
let bot: { server: Server; url: string; asked: { path?: string; host?: string; body: string }[] };

beforeAll(async () => {
  bot = await startBotPages();
  stage = await startStage({ proxy: { origin: bot.url } });
});

afterAll(async () => {
  await stage.close();
  bot.server.closeAllConnections();
  bot.server.close();
});

describe("who may talk to the sandbox", () => {
  test("a website that points its own name at this machine gets nothing", async () => {
    const answer = await ask("/client/state?as=U0ANA", { host: "evil.example" });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain("does not answer to");
  });

  test("another site cannot act for a person, nor sign, nor write to the bot's pages", async () => {
    for (const path of ["/client/act?as=U0ANA", "/sandbox/wallet/sign", "/api/sign"]) {
      expect((await post(path, {}, "https://evil.example")).status).toBe(403);
    }
    expect((await post("/client/act?as=U0ANA", {}, null)).status).toBe(403);
  });

  test("localhost is this machine as well", async () => {
    const port = new URL(stage.url).port;
    expect((await ask("/", { host: `localhost:${port}` })).status).toBe(200);
  });
});

describe("the workspace over HTTP", () => {
  test("shows a person what they may see", async () => {
    const mine = await getJson(`/client/state?as=${ANA}`);
    expect(mine).toMatchObject({ me: { id: ANA }, appOnline: true });
    expect((await ask("/client/state?as=U0NOBODY")).status).toBe(404);
    const others = z
      .object({ channels: z.array(z.object({ id: z.string() })) })
      .parse(await getJson("/client/state?as=U0GIL"));
    expect(others.channels.map(({ id }) => id)).not.toContain(WAR_ROOM);
  });

  test("a person says something, and it is there", async () => {
    const said = await post(`/client/act?as=${ANA}`, { do: "send", channel: WAR_ROOM, text: "1 < 2" });
    expect(JSON.parse(said.body)).toMatchObject({ ok: true, message: { text: "1 &lt; 2" } });
    expect(await getJson(`/client/messages?as=${BEN}&channel=${WAR_ROOM}`)).toMatchObject([{ user: ANA }]);
  });

  test("a malformed act is refused with the field's name", async () => {
    const refused = await post(`/client/act?as=${ANA}`, { do: "send", channel: WAR_ROOM });
    expect(refused.status).toBe(400);
    expect(refused.body).toContain("text");
    expect((await post(`/client/act?as=${ANA}`, "not json")).status).toBe(400);
  });

  test("a file comes as a download that no page can be made of", async () => {
    await stage.bot.app.client.files.uploadV2({
      channel_id: WAR_ROOM,
      filename: "naïve.html",
      content: "<script>alert(1)</script>",
    });
    const messages = await getJson(`/client/messages?as=${ANA}&channel=${WAR_ROOM}`);
    const file = z
      .array(z.looseObject({ files: z.array(z.object({ url: z.string() })).optional() }))
      .parse(messages)
      .at(-1)?.files?.[0];
    const answer = await ask(file!.url);
    expect(answer.body).toBe("<script>alert(1)</script>");
    expect(answer.headers["content-disposition"]).toBe("attachment; filename*=UTF-8''na%C3%AFve.html");
    expect(answer.headers["content-security-policy"]).toContain("sandbox");
  });

  test("events are pushed, and what was missed comes again", async () => {
    const stream = await openEvents(`/client/events?as=${BEN}`);
    const hello = await stream.next((event) => event.event === "hello");
    await stage.slack.client.act(ANA, { do: "send", channel: WAR_ROOM, text: "first" });
    const first = await stream.next((event) => event.data.includes('"first"'));
    expect(first.event).toBe("client");
    stream.close();

    await stage.bot.app.client.chat.postEphemeral({ channel: WAR_ROOM, user: BEN, text: "for Ben alone" });
    const again = await openEvents(`/client/events?as=${BEN}&after=${JSON.parse(hello.data).seq}`);
    await again.next((event) => event.data.includes('"first"'));
    await again.next((event) => event.data.includes("for Ben alone"));
    again.close();
  });

  test("whoever is acting learns that something waits for somebody else", async () => {
    const stream = await openEvents(`/client/events?as=${ANA}`);
    await stream.next((event) => event.event === "hello");
    await stage.bot.app.client.chat.postEphemeral({ channel: WAR_ROOM, user: BEN, text: "psst" });
    const nudge = await stream.next((event) => event.event === "nudge");
    expect(JSON.parse(nudge.data)).toEqual({ as: BEN });
    stream.close();
  });
});

describe("the bot's own pages", () => {
  test("get the wallet before the head ends, and keep their own policy", async () => {
    const answer = await ask("/sign/P-0001.abc?as=U0BEN&x=1");
    expect(answer.body).toBe('<head><title>Sign</title><script src="/sandbox/wallet.js"></script></head><body></body>');
    expect(answer.headers["content-security-policy"]).toBe("script-src 'self'");
    expect(bot.asked.at(-1)).toMatchObject({ path: "/sign/P-0001.abc?x=1", host: new URL(stage.url).host });
  });

  test("anything else of theirs comes through untouched, and so does what is sent to them", async () => {
    expect((await ask("/assets/page.css")).body).toBe("body{}");
    const answer = await post("/api/sign", { signature: "0x" });
    expect(answer.status).toBe(201);
    expect(bot.asked.at(-1)?.body).toBe('{"signature":"0x"}');
  });

  test("that do not answer are reported as such", async () => {
    const alone = await startStage({ proxy: { origin: "http://127.0.0.1:1" } });
    const answer = await request(`${alone.url}/sign/x`);
    expect(answer.statusCode).toBe(502);
    expect(await answer.body.text()).toContain("do not answer");
    await alone.close();
  });

  test("permalinks lead to the message on the page", async () => {
    const answer = await ask("/archives/C0WAR/p1763695740000100?thread_ts=1763695700.000100&cid=C0WAR");
    expect(answer.headers.location).toBe("/#/C0WAR/thread/1763695700.000100/1763695740.000100");
  });
});

describe("the wallet", () => {
  const typedData = {
    domain: { name: "Sandbox", chainId: 31337 },
    types: { Word: [{ name: "said", type: "string" }] },
    primaryType: "Word",
    message: { said: "stop" },
  } as const;

  test("signs as the person who has one", async () => {
    expect(await getJson(`/sandbox/wallet/account?as=${BEN}`)).toMatchObject({ name: "Ben Okafor", chainId: 31337 });
    const answer = await post("/sandbox/wallet/sign", { as: BEN, typedData });
    const { signature } = z.object({ signature: z.templateLiteral(["0x", z.string()]) }).parse(JSON.parse(answer.body));
    expect(await verifyTypedData({ ...typedData, address: wallet.addressOf(BEN)!, signature })).toBe(true);
  });

  test("says so where a person has none, and where the data is none", async () => {
    const none = await post("/sandbox/wallet/sign", { as: ANA, typedData });
    expect(none.status).toBe(403);
    expect(none.body).toContain("Ana Lima has no wallet");
    expect((await post("/sandbox/wallet/sign", { as: BEN, typedData: { message: {} } })).status).toBe(400);
  });
});

async function ask(path: string, headers: Record<string, string> = {}) {
  const answer = await request(stage.url + path, { headers });
  return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
}

async function getJson(path: string): Promise<unknown> {
  return JSON.parse((await ask(path)).body);
}

/** As the page does it: from its own origin. `null` sends no Origin at all. */
async function post(path: string, body: unknown, origin: string | null = stage.url) {
  const answer = await request(stage.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...(origin && { origin }) },
    body: JSON.stringify(body),
  });
  return { status: answer.statusCode, body: await answer.body.text() };
}

async function openEvents(path: string) {
  const ending = new AbortController();
  const answer = await fetch(stage.url + path, { signal: ending.signal });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  const events: { event: string; data: string }[] = [];
  let rest = "";
  return {
    async next(isIt: (event: { event: string; data: string }) => boolean) {
      for (;;) {
        const found = events.find(isIt);
        if (found) return found;
        const { value, done } = await reader.read();
        if (done) throw new Error("The stream ended.");
        const parts = (rest + value).split("\n\n");
        rest = parts.pop() ?? "";
        for (const part of parts) {
          const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(part)?.[1] ?? "";
          events.push({ event: field("event"), data: field("data") });
        }
      }
    },
    close: () => ending.abort(),
  };
}

async function startBotPages() {
  const asked: { path?: string; host?: string; body: string }[] = [];
  const server = createServer(async (incoming, answer) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    asked.push({ path: incoming.url, host: incoming.headers.host, body });
    if (incoming.url?.startsWith("/sign/")) {
      answer.writeHead(200, {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": "script-src 'self'",
      });
      answer.end("<head><title>Sign</title></head><body></body>");
    } else {
      answer.writeHead(incoming.method === "POST" ? 201 : 200, { "content-type": "text/css" }).end("body{}");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
