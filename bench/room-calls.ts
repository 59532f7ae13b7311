import { rmSync } from "node:fs";
import { startTestChain } from "../src/sandbox/chain/index.ts";
import { startCompiledBot } from "./bots.ts";
import { type Bench, benchFolder, plain, watched } from "./measure.ts";
import { longestRow, type PlatformCall, startSlowPlatform } from "./slow-platform.ts";
import { PERSON, startBenchWorkspace, type } from "./workspace.ts";

const CALL_MS = 60;

/**
 * Platform calls that have to be made one after the other from declaring until the room can be used: the channel is
 * there, and its card, whose buttons answer. Counted from when each call was made and answered.
 */
export const roomCalls: Bench = {
  name: "room-calls",
  figures: ["room-calls", "room-calls-in-all"],
  async run() {
    const folder = benchFolder();
    const chain = await startTestChain();
    const slack = await startBenchWorkspace();
    const platform = await startSlowPlatform(slack.apiUrl, CALL_MS);
    const bot = await startCompiledBot({ ...slack, apiUrl: platform.apiUrl }, chain, folder);
    try {
      platform.calls.length = 0;
      await type(slack, "/incident declare critical Vault-USDC is being drained");
      const card = await slack.until(() => cardOf(platform.calls), { what: "the card in the room", timeoutMs: 20_000 });
      const { ts, channel } = card.answer as { ts: string; channel: string };
      const button = firstButton(card);
      const pressed = button && (await slack.client.act(PERSON, { do: "press", channel, ts, ...button }));
      if (pressed?.ok !== true) throw new Error("The card's button does not answer.");
      const upToCard = platform.calls.filter(({ from }) => from <= card.from);
      return [
        plain("room-calls", longestRow(platform.calls, card), "calls", 3),
        watched("room-calls-in-all", upToCard.length, "calls"),
      ];
    } finally {
      await bot.close();
      await platform.close();
      await slack.close();
      await chain.close();
      rmSync(folder, { recursive: true });
    }
  },
};

/** The first message with buttons in the channel that was created. */
function cardOf(calls: PlatformCall[]): PlatformCall | undefined {
  const created = calls.find(({ method }) => method === "conversations.create")?.answer;
  const room = (created as { channel?: { id: string } } | undefined)?.channel?.id;
  return calls.find(
    ({ method, args }) =>
      method === "chat.postMessage" &&
      room !== undefined &&
      args.get("channel") === room &&
      firstButton({ args }) !== undefined,
  );
}

interface ActionsBlock {
  type: string;
  block_id?: string;
  elements?: { type: string; action_id?: string }[];
}

function firstButton({ args }: Pick<PlatformCall, "args">): { blockId: string; actionId: string } | undefined {
  const blocks = JSON.parse(args.get("blocks") ?? "[]") as ActionsBlock[];
  for (const block of blocks) {
    const button = block.elements?.find(({ type }) => type === "button");
    if (block.type !== "actions" || button?.action_id === undefined) continue;
    return { blockId: block.block_id ?? "", actionId: button.action_id };
  }
  return undefined;
}
