import { LogLevel, WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SlackServer, startSlackServer, virtualClock } from "../../../src/sandbox/slack/server.ts";
import { ANA, BEN, CAST, GIL } from "./people.ts";

let server: SlackServer;
let web: WebClient;
const clock = virtualClock();

/** One try, and refusals as errors: what the platform said is what the test sees. */
const clientFor = (token: string) =>
  new WebClient(token, {
    slackApiUrl: server.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 5000,
    logLevel: LogLevel.ERROR,
  });
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "ok",
    (error: { data?: { error?: string } }) => error.data?.error,
  );

beforeEach(async () => {
  server = await startSlackServer({ ...CAST, clock });
  web = clientFor(server.botToken);
});
afterEach(() => server.close());

describe("tokens and scopes", () => {
  test("auth.test says who the bot is and what it was granted", async () => {
    const me = await web.auth.test();
    expect(me).toMatchObject({ ok: true, user_id: server.botUserId, team_id: server.teamId });
    expect(me.response_metadata?.scopes).toContain("chat:write");
  });

  test("each wrong token has its own answer", async () => {
    expect(await codeOf(clientFor("").auth.test())).toBe("not_authed");
    expect(await codeOf(clientFor("xoxb-no").auth.test())).toBe("invalid_auth");
    expect(await codeOf(clientFor(server.appToken).users.info({ user: ANA }))).toBe("not_allowed_token_type");
    expect(await codeOf(web.apps.connections.open({}))).toBe("not_allowed_token_type");
    server.revokeToken("bot");
    expect(await codeOf(web.auth.test())).toBe("token_revoked");
  });

  test("a scope that was not granted is named, with those that were", async () => {
    server.revokeScopes("groups:write");
    const refused = await web.conversations.create({ name: "inc-1", is_private: true }).catch(({ data }) => data);
    expect(refused).toMatchObject({ error: "missing_scope", needed: "groups:write" });
    expect(refused.provided).toContain("channels:manage");
    // The same method for a public channel wants another scope.
    expect(await codeOf(web.conversations.create({ name: "inc-1" }))).toBe("ok");
    expect(server.problems).toEqual([]);
  });

  test("an unknown method is a problem on the list, and no 404", async () => {
    expect(await codeOf(web.apiCall("chat.sing"))).toBe("unknown_method");
    expect(server.problems).toMatchObject([{ method: "chat.sing", error: "unknown_method" }]);
  });
});

describe("channels", () => {
  test("names are checked, and stay taken after archiving", async () => {
    const create = (name: string) => codeOf(web.conversations.create({ name }));
    expect(await create("")).toBe("invalid_name_required");
    expect(await create("Loud")).toBe("invalid_name_specials");
    expect(await create("two words")).toBe("invalid_name_specials");
    expect(await create("--")).toBe("invalid_name_punctuation");
    expect(await create("x".repeat(81))).toBe("invalid_name_maxlength");
    const { channel } = await web.conversations.create({ name: "inc-7" });
    await web.conversations.archive({ channel: channel?.id ?? "" });
    expect(await create("inc-7")).toBe("name_taken");
    expect(await codeOf(web.conversations.archive({ channel: channel?.id ?? "" }))).toBe("already_archived");
    expect(await codeOf(web.chat.postMessage({ channel: channel?.id ?? "", text: "x" }))).toBe("is_archived");
  });

  test("what the bot is not in, it cannot use; what is private, it cannot even see", async () => {
    expect(await codeOf(web.chat.postMessage({ channel: "C0SECRET", text: "x" }))).toBe("channel_not_found");
    expect(await codeOf(web.chat.postMessage({ channel: "C0LOBBY", text: "x" }))).toBe("ok");
    server.revokeScopes("chat:write.public");
    expect(await codeOf(web.chat.postMessage({ channel: "C0LOBBY", text: "x" }))).toBe("not_in_channel");
    expect(await codeOf(web.conversations.history({ channel: "C0LOBBY" }))).toBe("not_in_channel");
    await web.conversations.join({ channel: "C0LOBBY" });
    expect(await codeOf(web.chat.postMessage({ channel: "C0LOBBY", text: "x" }))).toBe("ok");
  });

  test("an invitation names who could not come; with force the others do", async () => {
    const { channel } = await web.conversations.create({ name: "inc-8", is_private: true });
    const room = channel?.id ?? "";
    const users = [ANA, GIL, "U0NOBODY"].join(",");
    expect(await codeOf(web.conversations.invite({ channel: room, users }))).toBe("user_is_restricted");
    expect((await web.conversations.members({ channel: room })).members).toEqual([server.botUserId]);
    const forced = await web.conversations.invite({ channel: room, users, force: true });
    expect(forced.errors).toEqual([
      { ok: false, error: "user_is_restricted", user: GIL },
      { ok: false, error: "user_not_found", user: "U0NOBODY" },
    ]);
    expect((await web.conversations.members({ channel: room })).members).toEqual([server.botUserId, ANA]);
    server.deactivate(BEN);
    expect(await codeOf(web.conversations.invite({ channel: room, users: BEN }))).toBe("cant_invite");
    expect(await codeOf(web.conversations.invite({ channel: room, users: server.botUserId }))).toBe("cant_invite_self");
  });

  test("topics keep to 250 characters; lists come in pages", async () => {
    expect(await codeOf(web.conversations.setTopic({ channel: "C0GENERAL", topic: "x".repeat(251) }))).toBe("too_long");
    await web.conversations.setTopic({ channel: "C0GENERAL", topic: "All is well" });
    const info = await web.conversations.info({ channel: "C0GENERAL" });
    expect(info.channel).toMatchObject({ name: "general", is_member: true, topic: { value: "All is well" } });
    const first = await web.conversations.list({ limit: 1 });
    expect(first.channels?.map(({ name }) => name)).toEqual(["general"]);
    const cursor = first.response_metadata?.next_cursor;
    const second = await web.conversations.list({ limit: 1, ...(cursor && { cursor }) });
    expect(second.channels?.map(({ name }) => name)).toEqual(["lobby"]);
    expect(await codeOf(web.conversations.list({ cursor: "nonsense" }))).toBe("invalid_cursor");
  });
});

describe("messages", () => {
  test("metadata is kept through edits and read back only when asked for", async () => {
    const metadata = { event_type: "outbox", event_payload: { key: "k1" } };
    const { ts = "" } = await web.chat.postMessage({ channel: "C0GENERAL", text: "one", metadata });
    await web.chat.update({ channel: "C0GENERAL", ts, text: "two" });
    const plain = await web.conversations.history({ channel: "C0GENERAL" });
    expect(plain.messages?.[0]).toMatchObject({ ts, text: "two", edited: { user: server.botUserId } });
    expect(plain.messages?.[0]?.metadata).toBeUndefined();
    const whole = await web.conversations.history({ channel: "C0GENERAL", include_all_metadata: true });
    expect(whole.messages?.[0]?.metadata).toEqual(metadata);
  });

  test("threads: replies by root or by their own ts, and a root that counts them", async () => {
    const channel = "C0GENERAL";
    const { ts = "" } = await web.chat.postMessage({ channel, text: "root" });
    const reply = await web.chat.postMessage({ channel, text: "first", thread_ts: ts });
    await web.chat.postMessage({ channel, text: "second", thread_ts: reply.ts ?? "" });
    const thread = await web.conversations.replies({ channel, ts });
    expect(thread.messages?.map(({ text }) => text)).toEqual(["root", "first", "second"]);
    expect(thread.messages?.[0]).toMatchObject({ reply_count: 2, reply_users: [server.botUserId] });
    const alone = await web.conversations.replies({ channel, ts: reply.ts ?? "" });
    expect(alone.messages?.map(({ text }) => text)).toEqual(["first"]);
    const top = await web.conversations.history({ channel });
    expect(top.messages?.map(({ text }) => text)).toEqual(["root"]);
    expect(await codeOf(web.chat.postMessage({ channel, text: "x", thread_ts: "1.2" }))).toBe("thread_not_found");
  });

  test("the bot edits its own messages only", async () => {
    const said = await server.client.act(ANA, { do: "send", channel: "C0GENERAL", text: "mine" });
    const ts = said.ok ? (said.message?.ts ?? "") : "";
    expect(await codeOf(web.chat.update({ channel: "C0GENERAL", ts, text: "x" }))).toBe("cant_update_message");
    expect(await codeOf(web.chat.delete({ channel: "C0GENERAL", ts }))).toBe("cant_delete_message");
    expect(await codeOf(web.chat.update({ channel: "C0GENERAL", ts: "1.2", text: "x" }))).toBe("message_not_found");
    const link = await web.chat.getPermalink({ channel: "C0GENERAL", message_ts: ts });
    expect(link.permalink).toMatch(/^https:\/\/allstop-sandbox\.slack\.com\/archives\/C0GENERAL\/p\d{16}$/);
  });

  test("a word to one person stays with that person, who must be there", async () => {
    const args = { channel: "C0GENERAL", text: "psst", user: ANA };
    expect(await codeOf(web.chat.postEphemeral(args))).toBe("ok");
    expect(await codeOf(web.chat.postEphemeral({ ...args, user: GIL }))).toBe("user_not_in_channel");
    const texts = (as: string) => server.client.messages(as, { channel: "C0GENERAL" }).map(({ text }) => text);
    expect(texts(ANA)).toEqual(["psst"]);
    expect(texts(BEN)).toEqual([]);
  });

  test("a direct message opens the conversation once", async () => {
    const first = await web.conversations.open({ users: BEN });
    const again = await web.conversations.open({ users: BEN });
    expect(again).toMatchObject({ already_open: true, channel: { id: first.channel?.id } });
    const posted = await web.chat.postMessage({ channel: BEN, text: "please sign" });
    expect(posted.channel).toBe(first.channel?.id);
    expect(server.client.state(BEN).channels).toContainEqual(
      expect.objectContaining({ kind: "im", with: server.botUserId, unread: 1 }),
    );
    server.deactivate(ANA);
    expect(await codeOf(web.conversations.open({ users: ANA }))).toBe("user_disabled");
  });

  test("a scheduled message comes when its time has come", async () => {
    const now = Math.floor(clock.now() / 1000);
    const args = { channel: "C0GENERAL", text: "stand-up" };
    expect(await codeOf(web.chat.scheduleMessage({ ...args, post_at: now - 1 }))).toBe("time_in_past");
    expect(await codeOf(web.chat.scheduleMessage({ ...args, post_at: now + 121 * 86_400 }))).toBe("time_too_far");
    await web.chat.scheduleMessage({ ...args, post_at: now + 60 });
    clock.advance(59_000);
    expect(server.client.messages(ANA, { channel: "C0GENERAL" })).toEqual([]);
    clock.advance(2_000);
    expect(server.client.messages(ANA, { channel: "C0GENERAL" })).toMatchObject([{ text: "stand-up" }]);
  });
});

describe("what is stuck onto things", () => {
  test("pins, reactions and bookmarks know when they are there already", async () => {
    const channel = "C0GENERAL";
    const { ts: timestamp = "" } = await web.chat.postMessage({ channel, text: "card" });
    await web.pins.add({ channel, timestamp });
    expect(await codeOf(web.pins.add({ channel, timestamp }))).toBe("already_pinned");
    expect((await web.pins.list({ channel })).items).toMatchObject([{ message: { ts: timestamp, text: "card" } }]);
    await web.pins.remove({ channel, timestamp });
    expect(await codeOf(web.pins.remove({ channel, timestamp }))).toBe("no_pin");

    await web.reactions.add({ channel, timestamp, name: "pushpin" });
    expect(await codeOf(web.reactions.add({ channel, timestamp, name: "pushpin" }))).toBe("already_reacted");
    await server.client.act(ANA, { do: "react", channel, ts: timestamp, name: "pushpin" });
    const got = await web.reactions.get({ channel, timestamp });
    expect(got.message?.reactions).toEqual([{ name: "pushpin", users: [server.botUserId, ANA], count: 2 }]);
    await web.reactions.remove({ channel, timestamp, name: "pushpin" });
    expect(await codeOf(web.reactions.remove({ channel, timestamp, name: "pushpin" }))).toBe("no_reaction");

    const link = { channel_id: channel, title: "Runbook", type: "link" as const };
    expect(await codeOf(web.bookmarks.add({ ...link, link: "not a link" }))).toBe("invalid_link");
    const { bookmark } = await web.bookmarks.add({ ...link, link: "https://example.com/runbook", emoji: ":book:" });
    await web.bookmarks.edit({ channel_id: channel, bookmark_id: bookmark?.id ?? "", title: "The runbook" });
    expect(server.client.state(ANA).channels[0]?.bookmarks).toMatchObject([{ title: "The runbook", emoji: ":book:" }]);
    await web.bookmarks.remove({ channel_id: channel, bookmark_id: bookmark?.id ?? "" });
    expect((await web.bookmarks.list({ channel_id: channel })).bookmarks).toEqual([]);
  });

  test("a file goes up in three steps, and down again with the bot's token", async () => {
    const content = Buffer.from("# Postmortem\n");
    await web.files.uploadV2({
      channel_id: "C0GENERAL",
      file: content,
      filename: "postmortem.md",
      title: "Postmortem",
      initial_comment: "Here it is",
    });
    const [message] = server.client.messages(ANA, { channel: "C0GENERAL" });
    expect(message).toMatchObject({ text: "Here it is", files: [{ title: "Postmortem", size: content.length }] });
    const id = message?.files?.[0]?.id ?? "";
    expect(message?.files?.[0]?.url).toBe(`/client/files/${id}/postmortem.md`);
    expect(server.client.file(id)).toEqual({ name: "postmortem.md", mimetype: "text/markdown", bytes: content });
    const { file } = await web.files.info({ file: id });
    const download = (token: string) =>
      fetch(file?.url_private ?? "", { headers: { authorization: `Bearer ${token}` }, redirect: "manual" });
    expect(await (await download(server.botToken)).text()).toBe("# Postmortem\n");
    expect((await download("xoxb-other")).status).toBe(302);
  });
});

describe("too much, and what goes wrong", () => {
  test("a channel takes a burst and then a message a second; a minute restores the rest", async () => {
    const post = () => codeOf(web.chat.postMessage({ channel: "C0GENERAL", text: "x" }));
    for (let sent = 0; sent < 20; sent++) expect(await post()).toBe("ok");
    const refused = await web.chat.postMessage({ channel: "C0GENERAL", text: "x" }).catch((error) => error);
    expect(refused.retryAfter).toBe(1);
    // Another channel has a budget of its own.
    expect(await codeOf(web.chat.postMessage({ channel: "C0LOBBY", text: "x" }))).toBe("ok");
    clock.advance(1000);
    expect(await post()).toBe("ok");
    for (let made = 0; made < 20; made++) await web.conversations.create({ name: `inc-${made}` });
    const created = await web.conversations.create({ name: "inc-20" }).catch((error) => error);
    expect(created.retryAfter).toBe(3);
    clock.advance(60_000);
    expect(await codeOf(web.conversations.create({ name: "inc-20" }))).toBe("ok");
  });

  test("faults hit the calls they are meant for, as often as they are meant to", async () => {
    const { faults } = server;
    const post = (text: string) => web.chat.postMessage({ channel: "C0GENERAL", text });
    faults.add({ method: "chat.postMessage", kind: "error", error: "restricted_action", times: 2 });
    expect([await codeOf(post("a")), await codeOf(post("b")), await codeOf(post("c"))]).toEqual([
      "restricted_action",
      "restricted_action",
      "ok",
    ]);
    faults.add({ method: "chat.postMessage", kind: "500", match: ({ text }) => text === "only this" });
    expect(await codeOf(post("another"))).toBe("ok");
    await expect(post("only this")).rejects.toMatchObject({ statusCode: 500 });
    faults.add({ method: "*", kind: "429", retryAfter: 7 });
    await expect(post("d")).rejects.toMatchObject({ retryAfter: 7 });
    faults.add({ method: "chat.postMessage", kind: "reset" });
    await expect(post("never said")).rejects.toThrow();
    faults.add({ method: "chat.postMessage", kind: "reply_lost" });
    await expect(post("said all the same")).rejects.toThrow();
    const said = server.client.messages(ANA, { channel: "C0GENERAL" }).map(({ text }) => text);
    expect(said).toEqual(["c", "another", "said all the same"]);
    expect(server.journal.slice(-2).map(({ status }) => status)).toEqual(["broken", "broken"]);
  });

  test("a hanging call ends when it is released", async () => {
    server.faults.add({ method: "auth.test", kind: "hang" });
    const call = web.auth.test();
    await server.until(() => server.journal.at(-1)?.status === "hanging");
    server.faults.release();
    await expect(call).rejects.toThrow();
  });
});
