import { z } from "zod";
import type { Hex } from "../../src/core/ids.ts";
import type { Act, ActResult, Message } from "../../src/sandbox/slack/client-api.ts";
import type { SlackServer } from "../../src/sandbox/slack/server.ts";
import type { Sandbox } from "../../src/start-sandbox.ts";

/** What people do in a story beside what the rehearsal's stage lets them do. */
export function extras({ slack, chain }: { slack: SlackServer; chain: Sandbox["chain"] }) {
  const { client } = slack;
  const idOf = (who: string) => `U0${who.toUpperCase()}`;
  const roomId = (who: string, name: string) => {
    const channel = client.state(idOf(who)).channels.find((one) => one.name === name);
    if (channel === undefined) throw new Error(`${who} can't see #${name}.`);
    return channel.id;
  };
  const messages = (who: string, channel: string, threadTs?: string) =>
    client.messages(idOf(who), { channel: roomId(who, channel), ...(threadTs !== undefined && { threadTs }) });
  const act = (who: string, what: Act): Promise<ActResult> => client.act(idOf(who), what);
  const must = async (who: string, what: Act) => {
    const result = await act(who, what);
    if (!result.ok) throw new Error(`${what.do} by ${who}: ${result.error}`);
    return result;
  };
  const answers = (who: string, channel: string) =>
    messages(who, channel).filter(({ ephemeralTo }) => ephemeralTo === idOf(who));

  return {
    idOf,
    roomId,
    messages,
    act,
    must,
    /** Types a command and resolves with the words of the answer that only this person sees. */
    async ask(who: string, channel: string, text: string): Promise<string> {
      const before = answers(who, channel).length;
      await must(who, { do: "send", channel: roomId(who, channel), text });
      return slack.until(() => answers(who, channel).slice(before).map(textOf).join("\n") || undefined, {
        what: `an answer to “${text}”`,
      });
    },
    /** Does something and resolves with the words that only this person then sees in the channel. */
    async answerTo(who: string, channel: string, work: () => Promise<unknown>): Promise<string> {
      const before = answers(who, channel).length;
      await work();
      return slack.until(() => answers(who, channel).slice(before).map(textOf).join("\n") || undefined, {
        what: `an answer for ${who}`,
      });
    },
    async reply(who: string, channel: string, threadTs: string, text: string): Promise<Message> {
      const result = await must(who, { do: "send", channel: roomId(who, channel), threadTs, text });
      if (result.message === undefined) throw new Error("The reply is nowhere.");
      return result.message;
    },
    /** Waits until somebody can see these words in the channel; ten seconds, where the rehearsal has a minute. */
    async sees(who: string, channel: string, words: string): Promise<void> {
      await slack.until(
        () =>
          messages(who, channel).some((message) => `${message.text} ${JSON.stringify(message.blocks)}`.includes(words)),
        { timeoutMs: 10_000, what: `${who} to see “${words}”` },
      );
    },
    /** Links one's wallet through `/signer link` and the page that it leads to. */
    async link(who: string, channel: string): Promise<void> {
      const before = answers(who, channel).length;
      await must(who, { do: "send", channel: roomId(who, channel), text: "/signer link" });
      const url = await slack.until(() => {
        const urls = answers(who, channel)
          .slice(before)
          .flatMap((message) => urlsIn(message));
        return urls[0];
      });
      await onPage(new URL(url), (typedData) => chain.wallet.signTypedData(idOf(who), typedData));
    },
    /** What one's wallet would sign on the page behind the newest *Sign* button. */
    async signatureBy(who: string, channel: string): Promise<Hex> {
      const url = await slack.until(() =>
        messages(who, channel)
          .flatMap((message) => urlsIn(message))
          .findLast((one) => one.includes("/sign/")),
      );
      return chain.wallet.signTypedData(idOf(who), await typedDataOf(new URL(url)));
    },
    /** The words of every message that this person sees in the channel. */
    words: (who: string, channel: string, threadTs?: string) => messages(who, channel, threadTs).map(textOf).join("\n"),
    /** The direct messages between this person and the bot. */
    direct(who: string): Message[] {
      const im = client.state(idOf(who)).channels.find((one) => one.with === slack.botUserId);
      return im === undefined ? [] : client.messages(idOf(who), { channel: im.id });
    },
    /** Presses a button by label on one particular message, old or new. */
    pressOn(who: string, message: Message, label: string): Promise<ActResult> {
      const found = buttonsIn(message).find(({ text }) => text.text === label);
      if (found === undefined) throw new Error(`There is no button ${label} on this message.`);
      const { blockId, action_id: actionId } = found;
      return act(who, { do: "press", channel: message.channel, ts: message.ts, blockId, actionId });
    },
  };
}

type TypedData = Parameters<Sandbox["chain"]["wallet"]["signTypedData"]>[1];

/** What the page's own script does: fetch the typed data, have the wallet sign it, hand the signature in. */
async function onPage(page: URL, sign: (typedData: TypedData) => Promise<Hex>): Promise<void> {
  const response = await fetch(new URL(`/api${page.pathname}`, page.origin), {
    method: "POST",
    headers: { "content-type": "application/json", origin: page.origin },
    body: JSON.stringify({ signature: await sign(await typedDataOf(page)) }),
  });
  if (!response.ok) throw new Error(`The page refused: ${response.status} ${await response.text()}`);
}

async function typedDataOf(page: URL): Promise<TypedData> {
  const response = await fetch(new URL(`/api${page.pathname}/typed-data.json`, page.origin));
  return (await response.json()) as TypedData;
}

const Button = z.looseObject({
  type: z.literal("button"),
  action_id: z.string(),
  url: z.string().optional(),
  text: z.object({ text: z.string() }),
});

export function buttonsIn(message: Message): (z.output<typeof Button> & { blockId: string })[] {
  return (message.blocks ?? []).flatMap((block) => {
    if (block.type !== "actions") return [];
    return block.elements.flatMap((element) => {
      const button = Button.safeParse(element);
      return button.success ? [{ ...button.data, blockId: block.block_id ?? "" }] : [];
    });
  });
}

function urlsIn(message: Message): string[] {
  return buttonsIn(message).flatMap(({ url }) => url ?? []);
}

/** All words of a message, its blocks' included, as they would be read. */
export function textOf(message: Message): string {
  const found: string[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const each of node) walk(each);
    else if (typeof node === "object" && node !== null) {
      if ("user_id" in node && typeof node.user_id === "string") found.push(`@${node.user_id}`);
      for (const [key, value] of Object.entries(node)) {
        if (key === "text" && typeof value === "string") found.push(value);
        else walk(value);
      }
    }
  };
  walk(message.blocks ?? []);
  return found.length > 0 ? found.join(" ") : message.text;
}
