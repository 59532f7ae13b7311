import { commands } from "../../commands/index.ts";
import { parseWords } from "../chat/parse.ts";
import type { SandboxChain } from "../sandbox/chain/index.ts";
import { sandboxPeople } from "../sandbox/chain/index.ts";
import type { Act, DiscordServer, Message } from "../sandbox/discord/index.ts";
import { STEP_TIMEOUT_MS, type Stage, signOnPage, timed } from "./stage.ts";

const PIN = "📌";

/** People of the Discord server: what anybody can do in Discord's own app, through its real protocol. */
export function discordStage(
  { discord, chain }: { discord: DiscordServer; chain: Pick<SandboxChain, "wallet"> },
  tell: (line: string) => void,
): Stage {
  const { client } = discord;
  const until = async (what: string, holds: () => boolean): Promise<void> =>
    void (await discord.until(holds, { timeoutMs: STEP_TIMEOUT_MS, what }));
  const channelNamed = (who: string, name: string) => {
    // A room's name begins with its incident; what follows is each platform's own.
    const prefix = /^inc-\d+/.exec(name)?.[0];
    const fits = (known: string) => known === name || (prefix !== undefined && known.startsWith(prefix));
    return client.channels(idOf(who)).find((one) => one.thread === undefined && fits(one.name))?.id;
  };
  /** The channel, once this person is let in. */
  const seen = async (who: string, name: string): Promise<string> => {
    await until(`${who} sees #${name}`, () => channelNamed(who, name) !== undefined);
    return channelNamed(who, name) ?? "";
  };
  /** Messages of a channel and of its threads. */
  const visible = (who: string, channel: string): Message[] => {
    const id = channelNamed(who, channel);
    // Somebody who is not let in yet sees nothing there.
    if (id === undefined) return [];
    const threads = client
      .channels(idOf(who))
      .filter(({ parentId, thread }) => thread !== undefined && parentId === id);
    return [id, ...threads.map((thread) => thread.id)].flatMap((one) => client.messages(idOf(who), one));
  };
  const must = async (who: string, what: Act) => {
    const result = await client.act(idOf(who), what);
    if (!result.ok) throw new Error(`${what.do} by ${who}: ${result.error}`);
    return result;
  };
  const find = (who: string, channel: string, label: string) =>
    visible(who, channel)
      .toReversed()
      .flatMap((message) =>
        buttonsIn(message).flatMap((button) => (button.label === label ? [{ message, button }] : [])),
      )[0];
  const waitForButton = async (who: string, channel: string, label: string) => {
    await until(`${who} sees the button ${label}`, () => find(who, channel, label) !== undefined);
    const found = find(who, channel, label);
    if (found === undefined) throw new Error(`The button ${label} is gone.`);
    return found;
  };
  const pressIt = async (who: string, channel: string, label: string) => {
    const { message, button } = await waitForButton(who, channel, label);
    if (button.custom_id === undefined) throw new Error(`${label} is a link.`);
    await must(who, { do: "press", channel: message.channelId, message: message.id, customId: button.custom_id });
    return button.custom_id;
  };

  return {
    until,
    async say(who, channel, text) {
      const id = await seen(who, channel);
      if (text.startsWith("/")) {
        await must(who, { do: "slash", channel: id, ...slashOf(text) });
        return undefined;
      }
      const { message } = await must(who, { do: "send", channel: id, text });
      return message === undefined ? undefined : { ts: message.id };
    },
    async press(who, channel, label) {
      const pressed = await pressIt(who, channel, label);
      // Discord has no question of its own before a press: Allstop asks, and only the person sees it.
      if (pressed.startsWith("ask:")) await pressIt(who, channel, label);
    },
    async submit(who, values) {
      await until(`${who} has a form open`, () => client.modal(idOf(who)) !== undefined);
      await must(who, {
        do: "submit",
        values: Object.fromEntries(Object.entries(values).map(([name, value]) => [`field:${name}`, value])),
      });
    },
    async react(who, channel, message) {
      await must(who, { do: "react", channel: await seen(who, channel), message, emoji: PIN });
    },
    async sign(who, channel) {
      const { button } = await waitForButton(who, channel, "Sign");
      if (button.url === undefined) throw new Error("The Sign button leads nowhere.");
      await signOnPage(new URL(button.url), (typedData) => chain.wallet.signTypedData(idOf(who), typedData));
    },
    async sees(who, channel, words) {
      await until(`${who} sees “${words}”`, () =>
        visible(who, channel).some((message) => wordsOf(message).includes(words)),
      );
    },
    async channelOf(prefix) {
      const room = () =>
        client.channels(idOf("noor")).find(({ name, thread }) => thread === undefined && name.startsWith(prefix));
      await until(`the room ${prefix}… is open`, () => room() !== undefined);
      return room()?.name ?? prefix;
    },
    files: (channel) =>
      visible("noor", channel).flatMap(({ attachments }) =>
        attachments.map(({ filename, bytes }) => ({ name: filename, content: bytes.toString("utf8") })),
      ),
    step: (title, who, work) => timed(tell, title, who, work),
  };
}

export function idOf(who: string): string {
  const person = sandboxPeople.find(({ key }) => key === who);
  if (person === undefined) throw new Error(`Nobody is called ${who}.`);
  return person.discordId;
}

/** A line as somebody types it on Slack, as the options that they would fill in on Discord. */
function slashOf(line: string): { command: string; options: Record<string, string | boolean> } {
  const [, name = "", rest = ""] = /^\/(\w+ \w+)\s*([\s\S]*)$/.exec(line) ?? [];
  const command = commands.find((one) => one.name === name);
  if (command === undefined) return { command: name, options: {} };
  return { command: name, options: parseWords(command, rest, { severities: {}, severityNames: "words" }).input };
}

interface ShownButton {
  label: string;
  custom_id?: string;
  url?: string;
}

export function buttonsIn({ components }: Pick<Message, "components">): ShownButton[] {
  const found: ShownButton[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const each of node) walk(each);
    else if (typeof node === "object" && node !== null) {
      if ("type" in node && node.type === 2 && "label" in node) found.push(node as ShownButton);
      else for (const value of Object.values(node)) walk(value);
    }
  };
  walk(components);
  return found;
}

/** All words of a message, its components' included, with the backslashes of its Markdown taken away. */
export function wordsOf({ content, components }: Pick<Message, "content" | "components">): string {
  const found: string[] = [content];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const each of node) walk(each);
    else if (typeof node === "object" && node !== null) {
      for (const [key, value] of Object.entries(node)) {
        if (key === "content" && typeof value === "string") found.push(value.replace(/\\([^0-9A-Za-z\s])/g, "$1"));
        else walk(value);
      }
    }
  };
  walk(components);
  return found.join("\n");
}
