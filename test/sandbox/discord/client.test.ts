import { Client, GatewayIntentBits, MessageFlags, Partials, SlashCommandBuilder } from "discord.js";
import { afterEach, describe, expect, it } from "vitest";
import {
  type DiscordServer,
  type DiscordServerOptions,
  startDiscordServer,
} from "../../../src/sandbox/discord/index.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const ANA = "100000000000000011";
const GENERAL = "500000000000000001";

async function open(
  options: DiscordServerOptions = {},
  intents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessageReactions],
) {
  const server = await startDiscordServer({
    people: [{ id: ANA, name: "Ana" }],
    channels: [{ id: GENERAL, name: "general" }],
    ...options,
  });
  closers.push(() => server.close());
  const client = new Client({
    intents,
    partials: [Partials.Message, Partials.Reaction, Partials.User],
    allowedMentions: { parse: [] },
    rest: { api: server.apiUrl, version: "10", retries: 0 },
  });
  client.on("error", (error) => {
    throw error;
  });
  closers.push(() => client.destroy());
  const ready = new Promise((resolve) => client.once("clientReady", resolve));
  await client.login(server.token);
  await ready;
  return { server, client };
}

async function withCommands(server: DiscordServer, client: Client) {
  const incident = new SlashCommandBuilder()
    .setName("incident")
    .setDescription("Incidents")
    .addSubcommand((sub) =>
      sub
        .setName("note")
        .setDescription("Note")
        .addStringOption((option) => option.setName("text").setDescription("Text").setAutocomplete(true)),
    );
  await client.application?.commands.set([incident.toJSON(), { name: "Add to timeline", type: 3 }], server.guildId);
}

describe("discord.js on the sandbox's Discord", () => {
  it("connects, sees its server and channels, and registers commands", async () => {
    const { server, client } = await open();
    expect(client.user?.id).toBe(server.applicationId);
    expect(client.guilds.cache.get(server.guildId)?.channels.cache.get(GENERAL)?.name).toBe("general");
    await withCommands(server, client);
    expect(server.client.commands()).toEqual([
      { name: "incident", type: 1 },
      { name: "Add to timeline", type: 3 },
    ]);
    expect(server.problems).toEqual([]);
  });

  it("answers a command, a button, a menu, an autocomplete and a modal", async () => {
    const { server, client } = await open();
    await withCommands(server, client);
    const heard: string[] = [];
    client.on("interactionCreate", async (act) => {
      if (act.isAutocomplete()) return act.respond([{ name: `${act.options.getFocused()}!`, value: "x" }]);
      if (act.isChatInputCommand()) {
        heard.push(`${act.commandName} ${act.options.getSubcommand()} ${act.options.getString("text")}`);
        await act.reply({
          content: "Who sees this?",
          flags: MessageFlags.Ephemeral,
          components: [{ type: 1, components: [{ type: 2, style: 1, label: "Go", custom_id: "go" }] }],
        });
      } else if (act.isMessageContextMenuCommand()) {
        heard.push(`menu ${act.targetMessage.content}`);
        await act.deferReply({ flags: MessageFlags.Ephemeral });
        await act.editReply("Noted.");
      } else if (act.isButton()) {
        await act.showModal({
          custom_id: "form",
          title: "Say",
          components: [{ type: 18, label: "Words", component: { type: 4, custom_id: "words", style: 1 } }],
        });
      } else if (act.isModalSubmit()) {
        heard.push(`modal ${act.fields.getTextInputValue("words")}`);
        await act.deferUpdate();
        await act.editReply({ content: "Done.", components: [] });
      }
    });
    const { act, messages, modal } = server.client;
    expect(
      await act(ANA, {
        do: "complete",
        channel: GENERAL,
        command: "incident note",
        options: { text: "ab" },
        focused: "text",
      }),
    ).toEqual({
      ok: true,
      choices: [{ name: "ab!", value: "x" }],
    });
    expect(
      await act(ANA, { do: "slash", channel: GENERAL, command: "incident note", options: { text: "hi" } }),
    ).toEqual({ ok: true });
    const [answer] = messages(ANA, GENERAL);
    expect(answer).toMatchObject({ content: "Who sees this?", ephemeralTo: ANA });
    expect(await act(ANA, { do: "press", channel: GENERAL, message: answer!.id, customId: "go" })).toEqual({
      ok: true,
    });
    expect(modal(ANA)?.title).toBe("Say");
    expect(await act(ANA, { do: "submit", values: { words: "stop" } })).toEqual({ ok: true });
    await server.until(() => messages(ANA, GENERAL)[0]?.content === "Done.");
    const said = await act(ANA, { do: "send", channel: GENERAL, text: "look here" });
    if (!said.ok || said.message === undefined) throw new Error("Not said.");
    expect(await act(ANA, { do: "menu", channel: GENERAL, message: said.message.id, name: "Add to timeline" })).toEqual(
      { ok: true },
    );
    await server.until(() => messages(ANA, GENERAL).some(({ content }) => content === "Noted."));
    expect(heard).toEqual(["incident note hi", "modal stop", "menu look here"]);
    expect(server.problems).toEqual([]);
  });

  it("tells of reactions, and resumes with what was missed", async () => {
    const { server, client } = await open();
    const heard: string[] = [];
    client.on("messageReactionAdd", (reaction, user) => void heard.push(`+${reaction.emoji.name} ${user.id}`));
    client.on("messageReactionRemove", (reaction) => void heard.push(`-${reaction.emoji.name}`));
    const said = await server.client.act(ANA, { do: "send", channel: GENERAL, text: "look" });
    if (!said.ok || said.message === undefined) throw new Error("Not said.");
    const message = said.message.id;
    await server.client.act(ANA, { do: "react", channel: GENERAL, message, emoji: "📌" });
    await server.until(() => heard.length === 1);
    server.gateway.drop();
    await server.until(() => server.gateway.connections() === 0);
    await server.client.act(ANA, { do: "unreact", channel: GENERAL, message, emoji: "📌" });
    await server.until(() => heard.length === 2);
    expect(heard).toEqual([`+📌 ${ANA}`, "-📌"]);
    server.gateway.reconnect();
    await server.until(() => server.gateway.connections() === 1);
    server.gateway.invalidate(false);
    await server.until(() => client.ws.status === 0, { timeoutMs: 15_000 });
  });

  it("refuses as Discord does", async () => {
    const { server, client } = await open();
    const channel = await client.channels.fetch(GENERAL);
    if (!channel?.isTextBased() || !channel.isSendable()) throw new Error("No channel.");
    await expect(channel.send("x".repeat(2001))).rejects.toMatchObject({ code: 50035 });
    await expect(channel.send("")).rejects.toMatchObject({ code: 50006 });
    await expect(channel.messages.fetch("1")).rejects.toMatchObject({ code: 10008 });
    server.problems.length = 0;
    await server.client.act(ANA, { do: "closeDms", closed: true });
    await expect((await client.users.fetch(ANA)).send("hello")).rejects.toMatchObject({ code: 50007 });
    const read = await server.client.act(ANA, { do: "send", channel: GENERAL, text: "secret words" });
    if (!read.ok || read.message === undefined) throw new Error("Not said.");
    expect((await channel.messages.fetch(read.message.id)).content).toBe("");
    server.setPermissions(0n);
    await expect(
      channel.messages.fetch({ message: read.message.id, force: true, cache: false }),
    ).resolves.toBeDefined();
    await expect((await channel.messages.fetch(read.message.id)).pin()).rejects.toMatchObject({ code: 50013 });
    server.faults.add({ route: "POST /channels/:channel/messages", kind: "500" });
    await expect(channel.send("x")).rejects.toMatchObject({ status: 500 });
  });

  it("refuses a wrong token and privileged intents", async () => {
    const server = await startDiscordServer();
    closers.push(() => server.close());
    const client = new Client({ intents: [], rest: { api: server.apiUrl, version: "10", retries: 0 } });
    await expect(client.login("wrong")).rejects.toThrow("invalid token");
  });
});
