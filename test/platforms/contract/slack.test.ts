import { z } from "zod";
import type { ActResult, Message } from "../../../src/sandbox/slack/client-api.ts";
import { ANA, BEN, CY, GENERAL, startRig } from "../slack/rig.ts";
import { platformContract } from "./suite.ts";
import { done, type Seen, type Who, type World } from "./world.ts";

const ACCOUNTS: Record<Who, string> = { ana: ANA, ben: BEN };

platformContract("slack", openSlack);

/** Real Bolt, over sockets, to a workspace that speaks Slack's protocols. */
async function openSlack(): Promise<World> {
  const rig = await startRig();
  const { server, slack, door } = rig;
  const { client, workspace } = server;
  door.opens = () => done();
  const channel = `${slack.home}/${GENERAL}`;
  const [team = ""] = channel.split("/");
  server.deactivate(CY);

  const partsOf = (at: string) => {
    const [, id = "", ts] = at.split("/");
    return { channel: id, ...(ts !== undefined && { ts }) };
  };
  const shown = (who: Who, at: string): Message[] => {
    const { channel, ts } = partsOf(at);
    return client.messages(ACCOUNTS[who], { channel, ...(ts !== undefined && { threadTs: ts }) });
  };
  const toSeen = (message: Message) => seenMessage(`${team}/${message.channel}/${message.ts}`, message);
  const imOf = (who: Who) => client.state(ACCOUNTS[who]).channels.find(({ kind }) => kind === "im");
  const must = (result: ActResult): Extract<ActResult, { ok: true }> => {
    if (!result.ok) throw new Error(result.error);
    return result;
  };
  const modalOf = (who: Who) => client.state(ACCOUNTS[who]).views.at(-1);

  return {
    platform: slack,
    door,
    user: (who) => `slack:${ACCOUNTS[who]}`,
    uninvitable: "slack:U0GHOST",
    unreachable: `slack:${CY}`,
    channel,
    readsWords: true,
    seen: (who, at) =>
      shown(who, at)
        .filter(({ ephemeralTo }) => ephemeralTo === undefined)
        .map(toSeen),
    alone: (who, at) =>
      shown(who, at)
        .filter(({ ephemeralTo }) => ephemeralTo === ACCOUNTS[who])
        .map(toSeen),
    direct(who) {
      const im = imOf(who);
      return im === undefined ? [] : shown(who, `${team}/${im.id}`).map(toSeen);
    },
    home: (who) => JSON.stringify(client.state(ACCOUNTS[who]).home ?? ""),
    rooms: (incident) =>
      [...workspace.rooms.values()]
        .filter(({ name, creator }) => creator === server.botUserId && name.startsWith(incident.toLowerCase()))
        .map(({ id, name, kind }) => ({ place: `${team}/${id}`, name, isPrivate: kind === "private" })),
    files: (room) =>
      [...workspace.files.values()]
        .filter(({ complete, channels }) => complete && channels.includes(partsOf(room).channel))
        .map(({ name, bytes }) => ({ name, content: bytes.toString("utf8") })),

    async say(who, at, text) {
      const { channel, ts } = partsOf(at);
      const act = { do: "send" as const, channel, text, ...(ts !== undefined && { threadTs: ts }) };
      const { message } = must(await client.act(ACCOUNTS[who], act));
      if (message === undefined) throw new Error("What was said is nowhere.");
      const [seconds = "", micros = ""] = message.ts.split(".");
      const at_ = new Date(Number(seconds) * 1000 + Number(micros.slice(0, 3))).toISOString();
      return { place: `${team}/${message.channel}/${message.ts}`, at: at_ };
    },
    async command(who, at, command) {
      must(await client.act(ACCOUNTS[who], { do: "send", channel: partsOf(at).channel, text: `/${command}` }));
    },
    async press(who, message, label) {
      const { channel, ts = "" } = partsOf(message);
      const bearer = shown(who, `${team}/${channel}`).find((one) => one.ts === ts);
      const button = buttonsOf(bearer).find(({ text }) => text === label);
      if (button === undefined) throw new Error(`There is no button ${label}.`);
      const { blockId, actionId } = button;
      must(await client.act(ACCOUNTS[who], { do: "press", channel, ts, blockId, actionId }));
    },
    form(who) {
      const modal = modalOf(who);
      if (modal?.type !== "modal") return undefined;
      const fields = inputsOf(modal).map(({ block_id: name, label }) => ({ name, label: label.text }));
      return { title: modal.title.text, fields };
    },
    async submit(who, values) {
      const modal = modalOf(who);
      if (modal === undefined) throw new Error("No form is open.");
      const state: Record<string, Record<string, Record<string, unknown>>> = {};
      for (const { block_id: blockId, element } of inputsOf(modal)) {
        const value = values[blockId];
        if (value === undefined) continue;
        const actionId = element.action_id;
        if (element.type === "external_select") {
          const found = await client.options(ACCOUNTS[who], {
            viewId: modal.id,
            blockId,
            actionId,
            typed: value.slice(1),
          });
          const option = found.find((one) => one.value === value);
          if (option === undefined) throw new Error(`The choice ${value} is not offered.`);
        }
        state[blockId] = { [actionId]: filled(element.type, value) };
      }
      const result = await client.act(ACCOUNTS[who], { do: "submit", viewId: modal.id, state });
      if (!result.ok && result.errors === undefined) throw new Error(result.error);
      return result.ok ? undefined : result.errors;
    },
    async mark(who, message, on) {
      const { channel, ts = "" } = partsOf(message);
      must(await client.act(ACCOUNTS[who], { do: on ? "react" : "unreact", channel, ts, name: "pushpin" }));
    },

    async twice(work) {
      await work();
      await server.redeliver();
    },
    async remove(message) {
      const { channel, ts = "" } = partsOf(message);
      workspace.rooms.get(channel)?.messages.delete(ts);
    },
    refusal() {
      server.archiveChannel(GENERAL);
      return {
        code: "is_archived",
        work: () => slack.post(channel, { tone: "info", title: "x", body: [], buttons: [] }, { key: "late" }),
      };
    },
    faults: {
      loseRoomReply: () => void server.faults.add({ method: "conversations.create", kind: "reply_lost" }),
      losePostReply: () => void server.faults.add({ method: "chat.postMessage", kind: "reply_lost" }),
      rateLimit: (ms) => void server.faults.add({ method: "chat.postMessage", kind: "429", retryAfter: ms / 1000 }),
    },
    problems: () => server.problems,
  };
}

const Input = z.object({
  type: z.literal("input"),
  block_id: z.string(),
  label: z.object({ text: z.string() }),
  element: z.object({ type: z.string(), action_id: z.string() }),
});

function inputsOf({ blocks }: { blocks: unknown[] }): z.output<typeof Input>[] {
  return blocks.flatMap((block) => Input.safeParse(block).data ?? []);
}

function filled(type: string, value: string): Record<string, unknown> {
  if (type === "static_select" || type === "external_select") {
    return { selected_option: { value, text: { type: "plain_text", text: value } } };
  }
  if (type === "users_select") return { selected_user: value.replace("slack:", "") };
  if (type === "checkboxes") return { selected_options: value === "true" ? [{ value: "true" }] : [] };
  return { value };
}

const Button = z.object({ type: z.literal("button"), action_id: z.string(), text: z.object({ text: z.string() }) });

function buttonsOf(message: Message | undefined): { text: string; blockId: string; actionId: string }[] {
  return (message?.blocks ?? []).flatMap((block) => {
    if (block.type !== "actions") return [];
    const buttons = block.elements.flatMap((element) => Button.safeParse(element).data ?? []);
    return buttons.map(({ action_id: actionId, text }) => ({
      text: text.text,
      actionId,
      blockId: block.block_id ?? "",
    }));
  });
}

function seenMessage(place: string, message: Message): Seen {
  const seen: Seen = {
    place,
    words: "",
    pings: [],
    links: [],
    styled: [],
    buttons: [],
    pinned: message.pinned === true,
  };
  if (message.blocks === undefined) return { ...seen, words: message.text };
  for (const block of message.blocks) read(block, seen);
  return seen;
}

const Element = z.looseObject({
  type: z.string().optional(),
  text: z.union([z.string(), z.unknown()]).optional(),
  style: z.union([z.string(), z.record(z.string(), z.boolean())]).optional(),
});

/** A block as Slack shows it: rich text element by element, mrkdwn by its marks, plain text as it is. */
function read(node: unknown, into: Seen): void {
  if (Array.isArray(node)) {
    for (const one of node) read(one, into);
    return;
  }
  const parsed = Element.safeParse(node);
  if (typeof node !== "object" || node === null || !parsed.success) return;
  const { type, text, style, user_id, range, usergroup_id, url, fallback, alt_text, image_url, ...rest } = parsed.data;
  if (type === "button" && typeof text === "object" && text !== null && "text" in text) {
    into.buttons.push(String(text.text));
    return;
  }
  if (type === "user") mention(into, `slack:${user_id}`);
  if (type === "broadcast" || type === "usergroup") mention(into, String(range ?? usergroup_id));
  if (type === "date") into.words += String(fallback);
  if (type === "image") into.words += String(alt_text ?? image_url);
  if (type === "link") into.links.push(String(url));
  if (type === "mrkdwn" && typeof text === "string") readMrkdwn(text, into);
  else if (typeof text === "string") {
    into.words += text;
    if (typeof style === "object" && Object.values(style).some(Boolean)) into.styled.push(text);
  } else read(text, into);
  for (const value of Object.values(rest)) if (typeof value === "object") read(value, into);
}

function mention(into: Seen, who: string): void {
  into.pings.push(who);
  into.words += `@${who}`;
}

function readMrkdwn(text: string, into: Seen): void {
  const plain = text.replace(/<([^<>]*)>/g, (_, inside: string) => {
    const [target = "", label = target] = inside.split("|");
    if (target.startsWith("!date")) return label;
    if (/^[@#!]/.test(target)) into.pings.push(target.startsWith("@") ? `slack:${target.slice(1)}` : target);
    else into.links.push(target);
    return label;
  });
  for (const [, , styled = ""] of plain.matchAll(/([*_~`])(\S(?:.*?\S)?)\1/g)) into.styled.push(styled);
  into.words += plain.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
