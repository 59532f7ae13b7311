import { z } from "zod";
import type { Hex } from "../core/ids.ts";
import type { linkTypedData } from "../core/link-challenge.ts";
import type { safeTypedData } from "../core/safe-tx.ts";
import type { SandboxChain } from "../sandbox/chain/index.ts";
import type { Message } from "../sandbox/slack/client-api.ts";
import type { SlackServer } from "../sandbox/slack/server.ts";

export const STEP_TIMEOUT_MS = 60_000;

/** What scripted people can do: what anybody can do in the chat, through the same protocol, and nothing more. */
export interface Stage {
  /** Types into a channel, named without its #. Resolves with the message's id, if it was no command. */
  say(who: string, channel: string, text: string): Promise<{ ts: string } | undefined>;
  /** Presses the button with this label on the newest message that bears it and is visible in the channel. */
  press(who: string, channel: string, label: string): Promise<void>;
  /** Fills and submits the form that is open. Values by field name. */
  submit(who: string, values: Record<string, string>): Promise<void>;
  react(who: string, channel: string, ts: string, name: string): Promise<void>;
  /** Opens the signing page behind the *Sign* button and signs with one's own wallet. */
  sign(who: string, channel: string): Promise<void>;
  /** Waits until somebody can see these words in the channel. */
  sees(who: string, channel: string, words: string): Promise<void>;
  channelOf(prefix: string): Promise<string>;
  files(channel: string): { name: string; content: string }[];
  step<T>(title: string, who: string, work: () => Promise<T>): Promise<T>;
  until(what: string, holds: () => boolean): Promise<void>;
}

/** People of the Slack workspace. */
export function stage(
  { slack, chain }: { slack: SlackServer; chain: Pick<SandboxChain, "wallet"> },
  tell: (line: string) => void,
): Stage {
  const client = slack.client;
  const idOf = (who: string) => `U0${who.toUpperCase()}`;
  const roomOf = (who: string, name: string) => {
    const channel = client.state(idOf(who)).channels.find((one) => one.name === name);
    if (channel === undefined) throw new Error(`${who} can't see #${name}.`);
    return channel.id;
  };
  const visible = (who: string, name: string) => client.messages(idOf(who), { channel: roomOf(who, name) });
  const until = async (what: string, predicate: () => boolean): Promise<void> =>
    void (await slack.until(predicate, { timeoutMs: STEP_TIMEOUT_MS, what }));
  const find = (who: string, channel: string, label: string) => {
    for (const message of visible(who, channel).toReversed()) {
      const button = buttonsOf(message).find(({ text }) => text === label);
      if (button !== undefined) return { message, button };
    }
    return undefined;
  };
  const waitForButton = async (who: string, channel: string, label: string) => {
    await until(`${who} sees the button ${label}`, () => find(who, channel, label) !== undefined);
    const found = find(who, channel, label);
    if (found === undefined) throw new Error(`The button ${label} is gone.`);
    return found;
  };
  const must = (result: { ok: boolean; error?: string }) => {
    if (!result.ok) throw new Error(result.error ?? "It was refused.");
  };

  return {
    until,
    async say(who, channel, text) {
      const result = await client.act(idOf(who), { do: "send", channel: roomOf(who, channel), text });
      must(result);
      return result.ok && result.message !== undefined ? { ts: result.message.ts } : undefined;
    },
    async press(who, channel, label) {
      const { message, button } = await waitForButton(who, channel, label);
      const { channel: id, ts } = message;
      must(
        await client.act(idOf(who), {
          do: "press",
          channel: id,
          ts,
          blockId: button.blockId,
          actionId: button.actionId,
        }),
      );
    },
    async submit(who, values) {
      await until(`${who} has a form open`, () => client.state(idOf(who)).views.length > 0);
      const view = client.state(idOf(who)).views.at(-1);
      if (view === undefined) throw new Error("The form is gone.");
      const state = Object.fromEntries(
        view.blocks.flatMap((block) => {
          const input = InputSchema.safeParse(block);
          if (!input.success) return [];
          const { block_id: id, element } = input.data;
          const value = values[id];
          return value === undefined ? [] : [[id, { [element.action_id]: stateOf(element, value) }]];
        }),
      );
      must(await client.act(idOf(who), { do: "submit", viewId: view.id, state }));
    },
    async react(who, channel, ts, name) {
      must(await client.act(idOf(who), { do: "react", channel: roomOf(who, channel), ts, name }));
    },
    async sign(who, channel) {
      const { button } = await waitForButton(who, channel, "Sign");
      if (button.url === undefined) throw new Error("The Sign button leads nowhere.");
      await signOnPage(new URL(button.url), async (typedData) => chain.wallet.signTypedData(idOf(who), typedData));
    },
    async sees(who, channel, words) {
      await until(`${who} sees “${words}”`, () =>
        visible(who, channel).some((message) => wordsOf(message).includes(words)),
      );
    },
    async channelOf(prefix) {
      const everyone = () => client.state("U0NOOR").channels.find(({ name }) => name.startsWith(prefix));
      await until(`the room ${prefix}… is open`, () => everyone() !== undefined);
      return everyone()?.name ?? prefix;
    },
    files(channel) {
      return visible("noor", channel)
        .flatMap(({ files }) => files ?? [])
        .map(({ id, name }) => ({ name, content: Buffer.from(client.file(id)?.bytes ?? []).toString("utf8") }));
    },
    step: (title, who, work) => timed(tell, title, who, work),
  };
}

type TypedData = ReturnType<typeof safeTypedData> | ReturnType<typeof linkTypedData>;

/** Does one step of the story and tells how long it took. */
export async function timed<T>(
  tell: (line: string) => void,
  title: string,
  who: string,
  work: () => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const value = await work();
  tell(`${title.padEnd(58)} ${who.padEnd(8)} ${((performance.now() - began) / 1000).toFixed(2).padStart(6)} s`);
  return value;
}

/** What the page's own script does: fetch the typed data, have the wallet sign it, hand the signature in. */
export async function signOnPage(page: URL, sign: (typedData: TypedData) => Promise<Hex>): Promise<void> {
  const api = new URL(`/api${page.pathname}`, page.origin);
  const typedData = (await (await fetch(new URL(`${api.pathname}/typed-data.json`, page.origin))).json()) as TypedData;
  const signature = await sign(typedData);
  const response = await fetch(api, {
    method: "POST",
    headers: { "content-type": "application/json", origin: page.origin },
    body: JSON.stringify({ signature }),
  });
  if (!response.ok) throw new Error(`The signing page refused: ${response.status} ${await response.text()}`);
}

const ButtonSchema = z.looseObject({
  type: z.literal("button"),
  action_id: z.string(),
  url: z.string().optional(),
  text: z.object({ text: z.string() }),
});
const InputSchema = z.looseObject({
  type: z.literal("input"),
  block_id: z.string(),
  element: z.looseObject({ type: z.string(), action_id: z.string() }),
});

function buttonsOf(message: Message): { text: string; blockId: string; actionId: string; url?: string }[] {
  return (message.blocks ?? []).flatMap((block) => {
    if (block.type !== "actions") return [];
    return block.elements.flatMap((element) => {
      const button = ButtonSchema.safeParse(element);
      if (!button.success) return [];
      const { text, action_id: actionId, url } = button.data;
      return [{ text: text.text, blockId: block.block_id ?? "", actionId, url }];
    });
  });
}

function stateOf(element: { type: string }, value: string): Record<string, unknown> {
  if (element.type === "static_select")
    return { selected_option: { value, text: { type: "plain_text", text: value } } };
  if (element.type === "users_select") return { selected_user: value };
  return { value };
}

function wordsOf(message: Message): string {
  return `${message.text} ${JSON.stringify(message.blocks ?? [])}`;
}
