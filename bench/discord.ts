import { rmSync } from "node:fs";
import { startTestChain } from "../src/sandbox/chain/index.ts";
import type { DiscordServer, JournalEntry } from "../src/sandbox/discord/index.ts";
import { startGuild } from "../src/start-sandbox.ts";
import { startBareDiscord, startCompiledOnDiscord, startQuietDiscord } from "./bots.ts";
import { atMost, type Bench, benchFolder, type Figure, median, plain, quantile, watched } from "./measure.ts";

const WARM = { full: 300, tiny: 1 };
const SAMPLES = { full: 2_000, tiny: 3 };
/** Each call takes so long, so that calls side by side overlap. */
const CALL_MS = 60;
const NOOR = "100000000000000016";
const GENERAL = "500000000000000001";

/** A person's act on Discord until the first answer: ours, with the act on disk first, against a bare discord.js handler. */
export const discordAnswers: Bench = {
  name: "discord-answers",
  figures: [
    "discord-slash-to-answer-p50",
    "discord-slash-to-answer-p99",
    "discord-click-to-answer-p50",
    "discord-click-to-answer-p99",
  ],
  async run(size) {
    const folder = benchFolder();
    const guilds = { ours: await startGuild(), bare: await startGuild() };
    const bots = [await startQuietDiscord(guilds.ours, folder), await startBareDiscord(guilds.bare)];
    try {
      await copyCommands(guilds.ours, guilds.bare);
      const press = { ours: buttonIn(guilds.ours), bare: buttonIn(guilds.bare) };
      const slash = { ours: [] as number[], bare: [] as number[] };
      const click = { ours: [] as number[], bare: [] as number[] };
      for (let n = 0; n < WARM[size] + SAMPLES[size]; n += 1) {
        for (const who of ["ours", "bare"] as const) {
          const typed = await timed(() =>
            guilds[who].client.act(NOOR, { do: "slash", channel: GENERAL, command: "incident list" }),
          );
          const pressed = await timed(press[who]);
          if (n < WARM[size]) continue;
          slash[who].push(typed);
          click[who].push(pressed);
        }
      }
      return [
        watched("discord-slash-to-answer-p50", median(slash.ours), "ms", median(slash.bare)),
        held("discord-slash-to-answer-p99", slash),
        watched("discord-click-to-answer-p50", median(click.ours), "ms", median(click.bare)),
        held("discord-click-to-answer-p99", click),
      ];
    } finally {
      for (const bot of bots) await bot.close();
      for (const guild of Object.values(guilds)) await guild.close();
      rmSync(folder, { recursive: true });
    }
  },
};

/** REST calls that have to follow one another from declaring until the card, whose buttons answer, is in the room. */
export const discordRoomCalls: Bench = {
  name: "discord-room-calls",
  figures: ["discord-room-calls"],
  async run() {
    const folder = benchFolder();
    const chain = await startTestChain();
    const discord = await startGuild();
    const bot = await startCompiledOnDiscord(discord, chain, folder);
    try {
      discord.setDelay(CALL_MS);
      discord.journal.length = 0;
      const options = { severity: "critical", title: "Vault-USDC is being drained" };
      await discord.client.act(NOOR, { do: "slash", channel: GENERAL, command: "incident declare", options });
      const card = await discord.until(() => cardIn(discord), { what: "the card in the room", timeoutMs: 20_000 });
      return [plain("discord-room-calls", longestRow(discord.journal, card), "calls", 3)];
    } finally {
      await bot.close();
      await discord.close();
      await chain.close();
      rmSync(folder, { recursive: true });
    }
  },
};

function held(name: string, { ours, bare }: { ours: number[]; bare: number[] }): Figure {
  return atMost(name, { value: quantile(ours, 0.99), floor: quantile(bare, 0.99), unit: "ms" }, 2);
}

async function timed(work: () => Promise<{ ok: boolean }>): Promise<number> {
  const began = performance.now();
  const { ok } = await work();
  if (!ok) throw new Error("The bot did not answer.");
  return performance.now() - began;
}

/** The bare handler registers nothing: it is asked the same commands all the same. */
async function copyCommands(from: DiscordServer, to: DiscordServer): Promise<void> {
  for (const [id, command] of from.world.commands) to.world.commands.set(id, command);
}

function buttonIn(guild: DiscordServer): () => Promise<{ ok: boolean }> {
  const channel = guild.world.channels.get(GENERAL);
  const row = { type: 1, components: [{ type: 2, style: 1, label: "Go", custom_id: "incident list" }] };
  const { id } = guild.post(channel?.id ?? "", [row]);
  return () => guild.client.act(NOOR, { do: "press", channel: GENERAL, message: id, customId: "incident list" });
}

function cardIn({ journal, world }: DiscordServer): JournalEntry | undefined {
  return journal.find(({ route, path, status }) => {
    const channel = world.channels.get(path.split("/")[2] ?? "");
    return route === "POST /channels/:channel/messages" && status === 200 && channel?.name.startsWith("inc-") === true;
  });
}

/** The longest row of calls of which each began after the one before had been answered, up to the card's. */
function longestRow(journal: JournalEntry[], card: JournalEntry): number {
  const calls = journal.filter(({ route, at }) => at <= card.at && !route.startsWith("POST /interactions"));
  const lengths = new Map<JournalEntry, number>();
  for (const call of calls) {
    const before = calls.filter(({ endedAt }) => endedAt !== undefined && endedAt <= call.at);
    lengths.set(call, 1 + Math.max(0, ...before.map((one) => lengths.get(one) ?? 0)));
  }
  return lengths.get(card) ?? 0;
}
