import { describe, expect, it } from "vitest";
import { createApi } from "../../../src/platforms/discord/api.ts";
import { createMessages } from "../../../src/platforms/discord/messages.ts";
import { markOf } from "../../../src/platforms/discord/render.ts";
import { addMessage } from "../../../src/sandbox/discord/world.ts";
import { ANA, BEN, GENERAL, startRig, view } from "./rig.ts";

const POST = "POST /channels/:channel/messages";
const STRANGER = "999999999999999999";

async function withThread() {
  const rig = await startRig();
  const root = await rig.discord.post(rig.general, view("Card"), { key: "card" });
  const reply = await rig.discord.post(root, view("Reply"), { key: "reply" });
  const thread = root.split("/").at(-1) ?? "";
  const channel = (id: string) => {
    const found = rig.server.world.channels.get(id);
    if (found === undefined) throw new Error(`There is no channel ${id}.`);
    return found;
  };
  return { ...rig, root, reply, thread, channel };
}

describe("A message is found by its key", () => {
  it("also once it was edited, and again after that", async () => {
    const { discord, general } = await startRig();
    const card = await discord.post(general, view("Card"), { key: "card" });
    for (const title of ["Card 2", "Card 3"]) {
      await discord.edit(card, view(title));
      expect(await discord.findPost(general, "card")).toBe(card);
      expect(await discord.post(general, view("Card"), { key: "card", again: true })).toBe(card);
    }
  });

  it("by one process after the other, each of which edits it and ends before it is recorded", async () => {
    const { server, discord, general } = await startRig();
    const card = await discord.post(general, view("Card"), { key: "card" });
    const { token, apiUrl, guildId: guild, applicationId } = server;
    for (const life of [1, 2, 3]) {
      const api = createApi({ token, apiUrl, onFatal: () => undefined });
      const messages = createMessages(api, { guild, botId: () => applicationId, asking: new Map() });
      expect(await messages.findPost(general, "card")).toBe(card);
      await messages.edit(card, view(`Life ${life}`));
    }
  });

  it("in a thread that fell asleep, without waking it; in the channel, where the thread took nothing", async () => {
    const { server, discord, root, reply, thread, channel } = await withThread();
    server.archive(thread);
    expect(await discord.findPost(root, "reply")).toBe(reply);
    expect(channel(thread).thread?.archived).toBe(true);
    server.faults.add({ route: POST, kind: "error", status: 400, code: 160005 });
    const beside = await discord.post(root, view("Second"), { key: "second" });
    expect(await discord.findPost(root, "second")).toBe(beside);
  });

  it("and is not there where there is no thread, no channel, no such person, or closed direct messages", async () => {
    const { server, discord, general } = await startRig();
    const alone = await discord.post(general, view("Alone"), { key: "alone" });
    await server.client.act(BEN, { do: "closeDms", closed: true });
    const gone = `discord:${server.guildId}/500000000000000099`;
    for (const to of [alone, gone, `${gone}/1.2`, `discord:${STRANGER}`, `discord:${BEN}`]) {
      expect(await discord.findPost(to, "another")).toBeUndefined();
    }
    expect(server.problems).toEqual([]);
  });

  it("but a failure that passes is no absence", async () => {
    const { server, discord, general } = await startRig();
    server.faults.add({ route: "GET /channels/:channel/messages", kind: "429", retryAfter: 30 });
    await expect(discord.findPost(general, "card")).rejects.toMatchObject({ name: "RetryableError" });
  });

  it("and never somebody else's, whatever it bears, nor one of another key or channel", async () => {
    const { server, discord, general, channel } = await withThread();
    const components = [{ type: 17, id: markOf("forged"), components: [{ type: 10, content: "Mine" }] }];
    addMessage(server.world, channel(GENERAL), { authorId: ANA, components });
    expect(await discord.findPost(general, "forged")).toBeUndefined();
    expect(await discord.findPost(general, "reply")).toBeUndefined();
    await discord.directMessage(`discord:${ANA}`, view("To Ana"), { key: "told" });
    expect(await discord.findPost(`discord:${BEN}`, "told")).toBeUndefined();
  });

  it("through five pages of what others said, and no further", async () => {
    const { server, discord, general, channel, calls } = await withThread();
    const card = await discord.findPost(general, "card");
    const chatter = (count: number) => {
      for (let said = 0; said < count; said += 1) addMessage(server.world, channel(GENERAL), { authorId: ANA });
    };
    chatter(498);
    expect(await discord.findPost(general, "card")).toBe(card);
    chatter(10);
    const asked = calls("GET /channels/:channel/messages").length;
    expect(await discord.findPost(general, "card")).toBeUndefined();
    expect(calls("GET /channels/:channel/messages").length - asked).toBe(5);
  });
});

describe("A thread that is no more", () => {
  it("was deleted: it is said in the channel", async () => {
    const { server, discord, root, general, thread } = await withThread();
    server.world.channels.delete(thread);
    const place = await discord.post(root, view("Second"), { key: "second" });
    expect(place).toMatch(new RegExp(`^${general}/\\d+$`));
  });

  it("can't be opened, as the message is gone: it is said in the channel", async () => {
    const { discord, general, channel } = await withThread();
    const other = await discord.post(general, view("Other"), { key: "other" });
    channel(GENERAL).messages.delete(other.split("/").at(-1) ?? "");
    const place = await discord.post(other, view("Second"), { key: "second" });
    expect(place).toMatch(new RegExp(`^${general}/\\d+$`));
  });

  it("a channel that is gone stays a refusal", async () => {
    const { server, discord, root } = await withThread();
    server.world.channels.delete(GENERAL);
    server.world.channels.delete(root.split("/").at(-1) ?? "");
    await expect(discord.post(root, view("x"), { key: "x" })).rejects.toMatchObject({ code: "10003" });
  });
});

it("as many people as Discord takes are rung, each by the message that names them", async () => {
  const { server, discord, general } = await startRig();
  const people = Array.from({ length: 500 }, (_, index) => `discord:${200000000000000000n + BigInt(index)}`);
  const ping = [`discord:${ANA}`, ...people];
  const text = ping.flatMap((person) => [{ person }, " "]);
  await discord.post(general, view("Called", { body: [{ kind: "text", text }] }), { key: "called", ping });
  expect(server.problems).toEqual([]);
  const rung = server.client.messages(BEN, GENERAL).filter(({ mentions }) => mentions.includes(ANA));
  expect(rung).toHaveLength(1);
});
