import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type SandboxChain, startTestChain } from "../src/sandbox/chain/index.ts";
import type { SlackServer } from "../src/sandbox/slack/server.ts";
import { type Bot, startBareBolt, startCompiledBot } from "./bots.ts";
import { atMost, type Bench, benchFolder, median, watched } from "./measure.ts";
import { postButton, startBenchWorkspace, type } from "./workspace.ts";

const STARTS = { full: 5, tiny: 1 };
const WARM_INTERACTIONS = { full: 1_000, tiny: 4 };
const INTERACTIONS = { full: 5_000, tiny: 8 };
const AT_ONCE = 4;
const SETTLE_MS = 1_500;

/**
 * Starting the compiled bot as in production, against a bare Bolt app: seconds until ready, and resident memory then.
 * Ours has read its plan, asked the chain who owns the Safe, opened the store and its pages, and connected.
 */
export const starting: Bench = {
  name: "start",
  figures: ["start-up-to-ready", "resident-memory-at-ready"],
  run: (size) =>
    onStage(async ({ slack, chain, folder }) => {
      const ours: Bot[] = [];
      const bare: Bot[] = [];
      const resident = { ours: [] as number[], bare: [] as number[] };
      for (let n = 0; n < STARTS[size]; n += 1) {
        bare.push(await measured(await startBareBolt(slack), resident.bare));
        ours.push(await measured(await startCompiledBot(slack, chain, folder), resident.ours));
      }
      const seconds = (bots: Bot[]) => median(bots.map(({ startMs }) => startMs)) / 1000;
      const memory = { value: median(resident.ours), floor: median(resident.bare), unit: "MB" };
      return [
        watched("start-up-to-ready", seconds(ours), "s", seconds(bare)),
        atMost("resident-memory-at-ready", memory, 2.5),
      ];
    }),
};

async function measured(bot: Bot, into: number[]): Promise<Bot> {
  await sleep(SETTLE_MS);
  into.push(bot.residentMb());
  await bot.close();
  return bot;
}

/**
 * Resident memory of the compiled bot after 5,000 slash commands and clicks, half of which are written onto a timeline,
 * against what it was when it had seen 1,000.
 */
export const growth: Bench = {
  name: "growth",
  figures: ["resident-memory-growth"],
  run: (size) =>
    onStage(async ({ slack, chain, folder }) => {
      const bot = await startCompiledBot(slack, chain, folder);
      try {
        await type(slack, "/incident declare critical Vault-USDC is being drained");
        const press = await postButton(slack);
        const once = async (n: number) => {
          if (n % 2 === 0) await type(slack, `/incident note INC-0001 The attacker's wallet moved again, round ${n}.`);
          else await press();
        };
        await repeat(WARM_INTERACTIONS[size], once);
        await sleep(SETTLE_MS);
        const before = bot.residentMb();
        await repeat(INTERACTIONS[size], once);
        await sleep(SETTLE_MS);
        return [atMost("resident-memory-growth", { value: bot.residentMb(), floor: before, unit: "MB" }, 1.1)];
      } finally {
        await bot.close();
      }
    }),
};

async function repeat(times: number, once: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < times) {
      next += 1;
      await once(next);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function onStage<T>(
  run: (stage: { slack: SlackServer; chain: SandboxChain; folder: string }) => Promise<T>,
): Promise<T> {
  const folder = benchFolder();
  const chain = await startTestChain();
  const slack = await startBenchWorkspace();
  try {
    return await run({ slack, chain, folder });
  } finally {
    await slack.close();
    await chain.close();
    rmSync(folder, { recursive: true });
  }
}
