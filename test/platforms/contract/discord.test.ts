import { z } from "zod";
import { commands } from "../../../commands/index.ts";
import { createDiscordPlatform } from "../../../src/platforms/discord/index.ts";
import {
  type ActResult,
  bits,
  type Channel,
  channelTypes,
  everything,
  type Message,
  startDiscordServer,
} from "../../../src/sandbox/discord/index.ts";
import { newChannel } from "../../../src/sandbox/discord/world.ts";
import { afterTest, memoryLog } from "../terminal/rig.ts";
import { readMarkdown } from "./discord-markdown.ts";
import { platformContract } from "./suite.ts";
import { contractDoor, type Seen, type Who, type World } from "./world.ts";

const ACCOUNTS: Record<Who | "cy", string> = {
  ana: "100000000000000001",
  ben: "100000000000000002",
  cy: "100000000000000003",
};
const GENERAL = "400000000000000001";

platformContract("discord", openDiscord);

/** Real discord.js, over REST and the gateway, to a server that speaks Discord's protocols. */
async function openDiscord(): Promise<World> {
  const server = await startDiscordServer({
    people: [
      { id: ACCOUNTS.ana, name: "Ana Lima" },
      { id: ACCOUNTS.ben, name: "Ben Okafor" },
      { id: ACCOUNTS.cy, name: "Cy Roth" },
    ],
    channels: [{ id: GENERAL, name: "general" }],
  });
  afterTest(() => server.close());
  const { client, world, guildId: guild } = server;
  const door = contractDoor();
  const kept = new Set<string>();
  const platform = createDiscordPlatform({
    token: server.token,
    applicationId: server.applicationId,
    guildId: guild,
    apiUrl: server.apiUrl,
    commands,
    inbox: {
      async seen(id) {
        if (kept.has(id)) return "repeated";
        kept.add(id);
        return "new";
      },
      done: async () => undefined,
    },
    log: memoryLog().log,
    onFatal: (why) => {
      throw why;
    },
  });
  afterTest(() => platform.close());
  await platform.connect(door);
  await client.act(ACCOUNTS.cy, { do: "closeDms", closed: true });
  const channel = `discord:${guild}/${GENERAL}`;

  const idsOf = (place: string) => {
    const [, room = "", end] = place.split("/");
    const [first, second] = end?.split(".") ?? [];
    return second === undefined ? { room, message: first } : { room: first ?? "", message: second };
  };
  const placeIn = ({ id, parentId }: Channel, message: Message) =>
    world.channels.get(id)?.thread === undefined
      ? `discord:${guild}/${id}/${message.id}`
      : `discord:${guild}/${parentId}/${id}.${message.id}`;
  /** The channel, or the thread that hangs on the message. */
  const shown = (who: Who, at: string): Seen[] => {
    const { room, message } = idsOf(at);
    const found = world.channels.get(message ?? room);
    if (found === undefined || !client.channels(ACCOUNTS[who]).includes(found)) return [];
    return client.messages(ACCOUNTS[who], found.id).map((one) => seenMessage(placeIn(found, one), one));
  };
  const mine = (who: Who, at: string) => {
    const { room } = idsOf(at);
    return client.messages(ACCOUNTS[who], room).filter(({ ephemeralTo }) => ephemeralTo === ACCOUNTS[who]);
  };
  const must = (result: ActResult): Extract<ActResult, { ok: true }> => {
    if (!result.ok) throw new Error(result.error);
    return result;
  };
  const forms = new Map<Who, string>();

  return {
    platform,
    door,
    user: (who) => `discord:${ACCOUNTS[who]}`,
    uninvitable: "discord:100000000000000099",
    unreachable: `discord:${ACCOUNTS.cy}`,
    channel,
    readsWords: false,
    seen: (who, at) => shown(who, at).filter(({ place }) => ephemeralOf(place) === undefined),
    alone: (who, at) => mine(who, at).map((message) => seenMessage(`${channel}/${message.id}`, message)),
    direct(who) {
      const dm = client
        .channels(ACCOUNTS[who])
        .find(({ type, recipients }) => type === channelTypes.dm && recipients.includes(ACCOUNTS[who]));
      return dm === undefined ? [] : shown(who, `discord:${guild}/${dm.id}`);
    },
    rooms: (incident) =>
      [...world.channels.values()]
        .filter(({ type, name }) => type === channelTypes.text && name.startsWith(incident.toLowerCase()))
        .map(({ id, name, overwrites }) => {
          const deny = overwrites.find((one) => one.id === guild)?.deny ?? 0n;
          return { place: `discord:${guild}/${id}`, name, isPrivate: (deny & bits.viewChannel) !== 0n };
        }),
    files: (room) =>
      [...(world.channels.get(idsOf(room).room)?.messages.values() ?? [])]
        .flatMap(({ attachments }) => attachments)
        .map(({ filename, bytes }) => ({ name: filename, content: bytes.toString("utf8") })),

    async say(who, at, text) {
      const { room, message: root } = idsOf(at);
      const to = root === undefined ? room : threadOn(room, root);
      const { message } = must(await client.act(ACCOUNTS[who], { do: "send", channel: to, text }));
      const where = world.channels.get(to);
      if (message === undefined || where === undefined) throw new Error("What was said is nowhere.");
      return { place: placeIn(where, message), at: new Date(message.at).toISOString() };
    },
    async command(who, at, command) {
      must(await client.act(ACCOUNTS[who], { do: "slash", channel: idsOf(at).room, command }));
      forms.set(who, idsOf(at).room);
    },
    async press(who, place, label) {
      const { room, message = "" } = idsOf(place);
      const bearer = world.channels.get(room)?.messages.get(message);
      const button = partsOf(bearer?.components).find((part) => part.label === label);
      if (button?.custom_id === undefined) throw new Error(`There is no button ${label}.`);
      must(await client.act(ACCOUNTS[who], { do: "press", channel: room, message, customId: button.custom_id }));
      forms.set(who, room);
    },
    form(who) {
      const modal = client.modal(ACCOUNTS[who]);
      if (modal === undefined) return undefined;
      const { title } = z.object({ title: z.string() }).parse(modal);
      return { title, fields: fieldsOf(modal).map(({ name, label }) => ({ name, label })) };
    },
    /** A modal closes in any case: mistakes come as an answer, with a button that opens it again, filled. */
    async submit(who, values) {
      const modal = client.modal(ACCOUNTS[who]);
      if (modal === undefined) throw new Error("No form is open.");
      const filled: Record<string, string | string[]> = {};
      for (const { name, customId, type, value } of fieldsOf(modal)) {
        const given = values[name] ?? value;
        if (given === undefined) continue;
        filled[customId] = type === 4 ? given : [given.replace("discord:", "")];
      }
      const room = forms.get(who) ?? GENERAL;
      const before = client.messages(ACCOUNTS[who], room).length;
      must(await client.act(ACCOUNTS[who], { do: "submit", values: filled }));
      const told = client.messages(ACCOUNTS[who], room).slice(before);
      const again = told.find(({ components }) => partsOf(components).some(({ label }) => label === "Correct it…"));
      if (again === undefined) return undefined;
      const customId = partsOf(again.components).find(({ label }) => label === "Correct it…")?.custom_id ?? "";
      must(await client.act(ACCOUNTS[who], { do: "press", channel: room, message: again.id, customId }));
      return { all: seenMessage("", again).words };
    },
    async mark(who, place, on) {
      const { room, message = "" } = idsOf(place);
      must(await client.act(ACCOUNTS[who], { do: on ? "react" : "unreact", channel: room, message, emoji: "📌" }));
    },
    async twice(work) {
      server.gateway.duplicate(1);
      await work();
    },
    async remove(place) {
      const { room, message = "" } = idsOf(place);
      must(await client.act(ACCOUNTS.ana, { do: "delete", channel: room, message }));
    },
    refusal() {
      server.setPermissions(everything & ~bits.administrator);
      const denied = { id: server.applicationId, type: 1 as const, allow: 0n, deny: bits.sendMessages };
      world.channels.get(GENERAL)?.overwrites.push(denied);
      const card = { tone: "info" as const, title: "x", body: [], buttons: [] };
      return { code: "50013", work: () => platform.post(channel, card, { key: "late" }) };
    },
    faults: {
      loseRoomReply: () =>
        void server.faults.add({
          route: "POST /guilds/:guild/channels",
          kind: "reply_lost",
          // The category is made first, and is no room.
          match: (body) => z.object({ type: z.literal(channelTypes.text) }).safeParse(body).success,
        }),
      losePostReply: () => void server.faults.add({ route: "POST /channels/:channel/messages", kind: "reply_lost" }),
      rateLimit: (ms) =>
        void server.faults.add({ route: "POST /channels/:channel/messages", kind: "429", retryAfter: ms / 1000 }),
    },
    problems: () => server.problems,
  };

  function ephemeralOf(place: string): string | undefined {
    const { room, message = "" } = idsOf(place);
    return world.channels.get(room)?.messages.get(message)?.ephemeralTo;
  }

  /** What a person does with “Create Thread” on a message. */
  function threadOn(parentId: string, id: string): string {
    if (world.channels.has(id)) return id;
    const archivedAt = new Date().toISOString();
    const thread = { ownerId: ACCOUNTS.ana, archived: false, locked: false, autoArchiveMinutes: 1440, archivedAt };
    const made = newChannel(world, {
      id,
      type: channelTypes.publicThread,
      name: "Thread",
      parentId,
      thread: { ...thread, members: new Set([ACCOUNTS.ana, ACCOUNTS.ben]) },
    });
    world.emit({ type: "thread_created", channel: made });
    return id;
  }
}

const Part = z.looseObject({
  type: z.number(),
  content: z.string().optional(),
  label: z.string().optional(),
  url: z.string().optional(),
  custom_id: z.string().optional(),
  value: z.string().optional(),
  components: z.array(z.unknown()).optional(),
  component: z.unknown().optional(),
  items: z.array(z.object({ description: z.string().optional() })).optional(),
  options: z.array(z.object({ value: z.string(), default: z.boolean().optional() })).optional(),
});
type Part = z.output<typeof Part>;

/** All components of a message or a modal, in the order in which they stand. */
function partsOf(components: readonly unknown[] | undefined): Part[] {
  return (components ?? []).flatMap((one) => {
    const part = Part.parse(one);
    return [part, ...partsOf(part.components), ...(part.component === undefined ? [] : partsOf([part.component]))];
  });
}

function fieldsOf(modal: { components: unknown[] }) {
  return partsOf(modal.components).flatMap((label) => {
    if (label.component === undefined) return [];
    const input = Part.parse(label.component);
    const value = input.value ?? input.options?.find((option) => option.default === true)?.value;
    const customId = input.custom_id ?? "";
    return [{ name: customId.replace("field:", ""), label: label.label ?? "", customId, type: input.type, value }];
  });
}

function seenMessage(place: string, message: Message): Seen {
  const parts = partsOf(message.components);
  const texts = parts.flatMap(({ content, items }) => [
    ...(content === undefined ? [] : [readMarkdown(content)]),
    ...(items ?? []).map(({ description = "" }) => ({ words: description, mentions: [], links: [], styled: [] })),
  ]);
  if (message.content !== "") texts.unshift(readMarkdown(message.content));
  const rungUp = message.mentionEveryone ? ["@everyone"] : [];
  return {
    place,
    words: texts.map(({ words }) => words).join("\n"),
    pings: [
      ...texts.flatMap(({ mentions }) => mentions).map((who) => (/^\d/.test(who) ? `discord:${who}` : who)),
      ...rungUp,
    ],
    links: texts.flatMap(({ links }) => links),
    styled: texts.flatMap(({ styled }) => styled),
    buttons: parts.flatMap(({ type, label }) => (type === 2 && label !== undefined ? [label] : [])),
    pinned: message.pinned,
  };
}
