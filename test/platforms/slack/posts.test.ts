import { describe, expect, it } from "vitest";
import { RefusedError, RetryableError } from "../../../src/chat/platform.ts";
import { ANA, GENERAL, startRig, view } from "./rig.ts";

describe("a post", () => {
  it("goes out with blocks, a fallback and a key, and can be edited, pinned and answered in a thread", async () => {
    const { server, slack, calls } = await startRig();
    const at = `${slack.home}/${GENERAL}`;
    const message = await slack.post(at, view("Vault is draining", { tone: "danger" }), { key: "card/INC-0001" });
    await slack.edit(message, view("Vault is paused", { tone: "good" }), { urgent: true });
    await slack.pin(message);
    await slack.pin(message);
    const reply = await slack.post(message, view("In the thread"), { key: "thread/INC-0001" });
    expect(server.client.messages(ANA, { channel: GENERAL })).toMatchObject([
      { text: "✅ Vault is paused", pinned: true },
    ]);
    expect(server.client.messages(ANA, { channel: GENERAL, threadTs: message.split("/")[2] })).toHaveLength(2);
    expect(reply.startsWith(at)).toBe(true);
    expect(calls("chat.postMessage")[0]).toMatchObject({
      parse: "none",
      metadata: JSON.stringify({ event_type: "allstop_post", event_payload: { key: "card/INC-0001" } }),
    });
    expect(server.problems).toEqual([]);
  });

  it("whose reply was lost is not posted twice", async () => {
    const { server, slack } = await startRig();
    const at = `${slack.home}/${GENERAL}`;
    server.faults.add({ method: "chat.postMessage", kind: "reply_lost" });
    await expect(slack.post(at, view("Once"), { key: "once" })).rejects.toBeInstanceOf(RetryableError);
    const message = await slack.post(at, view("Once"), { key: "once" });
    const posted = server.client.messages(ANA, { channel: GENERAL });
    expect(posted).toHaveLength(1);
    expect(message).toBe(`${at}/${posted[0]?.ts}`);
  });

  it("that was made before a crash is found again, in a thread too", async () => {
    const { server, slack, calls } = await startRig();
    const at = `${slack.home}/${GENERAL}`;
    const root = await slack.post(at, view("Root"), { key: "root" });
    const reply = await slack.post(root, view("Reply"), { key: "reply" });
    expect(await slack.post(at, view("Root"), { key: "root", again: true })).toBe(root);
    expect(await slack.post(root, view("Reply"), { key: "reply", again: true })).toBe(reply);
    expect(calls("chat.postMessage")).toHaveLength(2);
    const fresh = await slack.directMessage("slack:U0ANA", view("New"), { key: "new", again: true });
    expect(await slack.directMessage("slack:U0ANA", view("New"), { key: "new", again: true })).toBe(fresh);
    expect(server.problems).toEqual([]);
  });

  it("that may not be looked for is posted again: a duplicate is better than a silence", async () => {
    const { server, slack } = await startRig();
    server.revokeScopes("channels:history");
    const at = `${slack.home}/${GENERAL}`;
    await slack.post(at, view("Twice"), { key: "k" });
    await slack.post(at, view("Twice"), { key: "k", again: true });
    expect(server.client.messages(ANA, { channel: GENERAL })).toHaveLength(2);
  });

  it("into what refuses it says what to do", async () => {
    const { server, slack } = await startRig();
    const at = `${slack.home}/${GENERAL}`;
    const message = await slack.post(at, view("Card"), { key: "k1" });
    const refused = (work: Promise<unknown>) =>
      work.then(
        () => undefined,
        (error: unknown) => error,
      );

    const gone = await refused(slack.edit(`${at}/1700000000.000001`, view("Card")));
    expect(gone).toBeInstanceOf(RefusedError);
    expect(gone).toMatchObject({ code: "gone" });

    server.revokeScopes("pins:write");
    expect(await refused(slack.pin(message))).toMatchObject({
      code: "missing_scope",
      remedy: "Reinstall the app from the manifest: it needs pins:write.",
    });

    server.archiveChannel(GENERAL);
    expect(await refused(slack.post(at, view("Late"), { key: "k2" }))).toMatchObject({
      code: "is_archived",
      remedy: "Unarchive the channel.",
    });
  });

  it("that is urgent does not wait for chatter that Slack has told to wait", async () => {
    const { server, slack } = await startRig({ server: { rateLimits: false } });
    const at = `${slack.home}/${GENERAL}`;
    server.faults.add({ method: "chat.postMessage", kind: "429", retryAfter: 30 });
    const chatter = slack.post(at, view("Chatter"), { key: "c1" });
    await expect(chatter).rejects.toMatchObject({ name: "RetryableError", retryAfterMs: 30_000 });
    // The next one does not even ask.
    await expect(slack.post(at, view("More"), { key: "c2" })).rejects.toBeInstanceOf(RetryableError);
    await slack.post(at, view("PAUSED", { tone: "good" }), { key: "u1", urgent: true });
    expect(server.client.messages(ANA, { channel: GENERAL }).map(({ text }) => text)).toEqual(["✅ PAUSED"]);
  });

  it("that is long goes on in numbered messages, with the buttons on the first", async () => {
    const { server, slack } = await startRig();
    const word = "incident ".repeat(5_000);
    await slack.post(
      `${slack.home}/${GENERAL}`,
      view("Long", { body: [{ kind: "quote", text: word }], buttons: [{ label: "Go", command: "a b", input: {} }] }),
      { key: "long" },
    );
    const posted = server.client.messages(ANA, { channel: GENERAL });
    expect(posted.length).toBeGreaterThan(2);
    const buttons = posted.map(({ blocks }) => JSON.stringify(blocks).includes('"actions"'));
    expect(buttons).toEqual([true, ...posted.slice(1).map(() => false)]);
    const words = posted.flatMap(({ blocks = [] }) => JSON.stringify(blocks).match(/incident(?= )/g) ?? []);
    expect(words).toHaveLength(5_000);
    expect(server.problems).toEqual([]);
  });

  it("tells who runs the bot when Slack does not take its token any more", async () => {
    const { server, slack, fatal } = await startRig();
    server.revokeToken("bot");
    await expect(slack.post(`${slack.home}/${GENERAL}`, view("x"), { key: "k" })).rejects.toBeInstanceOf(RefusedError);
    expect(fatal[0]?.message).toContain("Reinstall the app and set SLACK_BOT_TOKEN anew.");
  });
});

describe("small things", () => {
  it("a whisper is seen by one; a bookmark is put once; a file is in the channel; a person has a name", async () => {
    const { server, slack, calls } = await startRig();
    const at = `${slack.home}/${GENERAL}`;
    await slack.whisper("slack:U0ANA", at, view("For you"));
    expect(server.client.messages(ANA, { channel: GENERAL })).toMatchObject([{ ephemeralTo: ANA }]);
    await slack.whisper("slack:U0ANA", undefined, view("For you, directly"));
    expect(server.client.state(ANA).channels.some(({ kind }) => kind === "im")).toBe(true);

    const link = { title: "Safe", url: "https://app.safe.global/home" };
    await slack.bookmark(at, link);
    await slack.bookmark(at, link);
    expect(calls("bookmarks.add")).toHaveLength(1);

    await slack.upload(at, { name: "postmortem.md", title: "INC-0001", content: "# Größe\n" });
    const shared = server.client.messages(ANA, { channel: GENERAL }).flatMap(({ files = [] }) => files);
    expect(shared).toMatchObject([{ name: "postmortem.md", title: "INC-0001" }]);
    expect(Buffer.from(server.client.file(shared[0]?.id ?? "")?.bytes ?? []).toString("utf8")).toBe("# Größe\n");

    expect(await slack.describeUser("slack:U0ANA")).toEqual({ name: "Ana Lima" });
    await slack.describeUser("slack:U0ANA");
    expect(calls("users.info")).toHaveLength(1);
    expect(server.problems).toEqual([]);
  });
});
