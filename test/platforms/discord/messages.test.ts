import { describe, expect, it } from "vitest";
import { RetryableError } from "../../../src/core/errors.ts";
import { wordsOf } from "../../../src/rehearsal/discord-stage.ts";
import { ANA, GENERAL, startRig, view } from "./rig.ts";

const POST = "POST /channels/:channel/messages";
const EDIT = "PATCH /channels/:channel/messages/:message";
describe("Messages", () => {
  it("a long wait (429) is the outbox's, with its time; a short one is waited for", async () => {
    const { server, discord, general } = await startRig();
    server.faults.add({ route: POST, kind: "429", retryAfter: 30 });
    await expect(discord.post(general, view("a"), { key: "a" })).rejects.toMatchObject({
      name: "RetryableError",
      retryAfterMs: expect.closeTo(30_000, -4),
    });
    const urgent = await discord.post(general, view("b"), { key: "b", urgent: true });
    expect(urgent).toContain(GENERAL);
  });

  it("edits, too; what is urgent is not held up by what is not", async () => {
    const { server, discord, general, calls } = await startRig();
    const card = await discord.post(general, view("Card"), { key: "card" });
    server.faults.add({ route: EDIT, kind: "429", retryAfter: 1, times: 1 });
    const order: string[] = [];
    const slow = discord.edit(card, view("Chatter")).then(() => order.push("chatter"));
    await server.until(() => calls(EDIT).some(({ status }) => status === 429));
    await discord.edit(card, view("Quorum"), { urgent: true });
    order.push("quorum");
    await slow;
    expect(order).toEqual(["quorum", "chatter"]);
    server.faults.add({ route: EDIT, kind: "429", retryAfter: 30 });
    await expect(discord.edit(card, view("Later"))).rejects.toMatchObject({
      name: "RetryableError",
      retryAfterMs: expect.closeTo(30_000, -4),
    });
  });

  it("a lost reply posts nothing twice, soon after or much later", async () => {
    let now = Date.now();
    const { server, discord, general } = await startRig({ server: { now: () => now } });
    server.faults.add({ route: POST, kind: "reply_lost", times: 9 });
    await expect(discord.post(general, view("once"), { key: "once" })).rejects.toThrow(RetryableError);
    server.faults.clear();
    now += 60 * 60_000;
    await discord.post(general, view("once"), { key: "once" });
    expect(server.client.messages(ANA, GENERAL).filter((message) => wordsOf(message).includes("once"))).toHaveLength(1);
  });

  it("a thread that fell asleep is woken, then written to", async () => {
    const { server, discord, general } = await startRig();
    const root = await discord.post(general, view("Card"), { key: "card" });
    await discord.post(root, view("first"), { key: "first" });
    const thread = root.split("/").at(-1) ?? "";
    server.archive(thread);
    await discord.post(root, view("second"), { key: "second" });
    expect(server.client.messages(ANA, thread).map(wordsOf).join()).toContain("second");
    expect(server.world.channels.get(thread)?.thread).toMatchObject({ archived: false, autoArchiveMinutes: 10_080 });
  });

  it.each([160005, 160006])("a thread that takes nothing (%i): it is said in the channel, once", async (code) => {
    const { server, discord, general } = await startRig();
    const root = await discord.post(general, view("Card"), { key: "card" });
    await discord.post(root, view("first"), { key: "first" });
    server.faults.add({ route: POST, kind: "error", status: 400, code });
    const place = await discord.post(root, view("second"), { key: "second" });
    expect(place).toMatch(/^discord:\d+\/\d+\/\d+$/);
    expect(place.startsWith(`${general}/`)).toBe(true);
    const here = server.client.messages(ANA, GENERAL).filter((message) => wordsOf(message).includes("second"));
    expect(here).toHaveLength(1);
  });

  it("a message that was deleted counts as gone", async () => {
    const { server, discord, general } = await startRig();
    const card = await discord.post(general, view("Card"), { key: "card" });
    server.world.channels.get(GENERAL)?.messages.delete(card.split("/").at(-1) ?? "");
    await expect(discord.edit(card, view("Card 2"))).rejects.toMatchObject({ name: "RefusedError", code: "gone" });
  });

  it("a file whose step is done again is there once", async () => {
    const { server, discord, general } = await startRig();
    const file = { name: "timeline.json", title: "The timeline", content: "{}" };
    server.faults.add({ route: POST, kind: "reply_lost" });
    await expect(discord.upload(general, file)).rejects.toThrow(RetryableError);
    await discord.upload(general, file);
    const files = server.client.messages(ANA, GENERAL).filter(({ content }) => content === "The timeline");
    expect(files).toHaveLength(1);
  });

  it("nor is it put there twice much later, and one of an earlier time is not taken for it", async () => {
    let now = Date.now();
    const { server, discord, general } = await startRig({ server: { now: () => now } });
    const file = { name: "timeline.json", title: "The timeline", content: "{}" };
    const there = () => server.client.messages(ANA, GENERAL).flatMap(({ attachments }) => attachments).length;
    await discord.upload(general, file);
    now += 60 * 60_000;
    const againSince = new Date(now);
    for (let time = 0; time < 2; time += 1) {
      await discord.upload(general, file, { againSince });
      expect(there()).toBe(2);
      now += 60 * 60_000;
    }
    await discord.upload(general, { ...file, content: '{"more":1}' }, { againSince });
    expect(there()).toBe(3);
  });

  it("too many edits of an old message: it counts as gone, so that a new one is posted", async () => {
    let now = Date.now();
    const { discord, general } = await startRig({ server: { now: () => now } });
    const card = await discord.post(general, view("Card"), { key: "card" });
    now += 2 * 60 * 60_000;
    const edits = async () => {
      for (let edit = 0; edit < 40; edit += 1) await discord.edit(card, view(`Card ${edit}`));
    };
    await expect(edits()).rejects.toMatchObject({ name: "RefusedError", code: "gone" });
  });

  it("a 429 without a time is not asked again for ever", async () => {
    const { server, discord, general } = await startRig();
    server.faults.add({ route: POST, kind: "error", status: 429, times: 1_000 });
    await expect(discord.post(general, view("a"), { key: "a" })).rejects.toThrow(RetryableError);
    expect(server.journal.filter(({ route }) => route === POST).length).toBeLessThan(10);
  });

  it("closed direct messages are a refusal with Discord's code", async () => {
    const { server, discord } = await startRig();
    await server.client.act(ANA, { do: "closeDms", closed: true });
    await expect(discord.directMessage(`discord:${ANA}`, view("x"), { key: "x" })).rejects.toMatchObject({
      code: "50007",
    });
  });

  it("a long view goes on in further messages, whole; its buttons stay on the first", async () => {
    const { server, discord, general } = await startRig();
    const text = Array.from({ length: 400 }, (_, line) => `Line ${line} of what was seen.`).join("\n");
    const buttons = [{ label: "Go", command: "incident list", input: {} }];
    await discord.post(general, view("Long", { body: [{ kind: "text", text }], buttons }), { key: "long" });
    const messages = server.client.messages(ANA, GENERAL);
    expect(messages.length).toBeGreaterThan(1);
    const words = messages.map(wordsOf).join("\n");
    for (const line of [0, 199, 399]) expect(words).toContain(`Line ${line} of`);
    expect(messages.map((message) => JSON.stringify(message.components).includes('"Go"'))).toEqual(
      messages.map((_, index) => index === 0),
    );
    expect(server.problems).toEqual([]);
  });
});
