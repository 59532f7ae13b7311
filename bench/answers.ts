import { rmSync } from "node:fs";
import { startBareBolt, startQuietBot } from "./bots.ts";
import { atMost, type Bench, benchFolder, type Figure, median, quantile, watched } from "./measure.ts";
import { postButton, startBenchWorkspace, type } from "./workspace.ts";

const WARM = { full: 300, tiny: 1 };
const SAMPLES = { full: 2_500, tiny: 3 };

/**
 * A person's act until the platform has its acknowledgement: ours, with the act on disk first, against a bare Bolt
 * handler. Each bot is a process of its own, as in production, so that neither pays for the other's garbage; they are
 * asked in turn, by workspaces that are alike.
 */
export const answers: Bench = {
  name: "answers",
  figures: ["slash-to-ack-p50", "slash-to-ack-p99", "click-to-ack-p50", "click-to-ack-p99"],
  async run(size) {
    const folder = benchFolder();
    const workspaces = { ours: await startBenchWorkspace(), bare: await startBenchWorkspace() };
    const bots = [await startQuietBot(workspaces.ours, folder), await startBareBolt(workspaces.bare)];
    try {
      const press = { ours: await postButton(workspaces.ours), bare: await postButton(workspaces.bare) };
      const slash = { ours: [] as number[], bare: [] as number[] };
      const click = { ours: [] as number[], bare: [] as number[] };
      for (let n = 0; n < WARM[size] + SAMPLES[size]; n += 1) {
        for (const who of ["ours", "bare"] as const) {
          const typed = await timed(() => type(workspaces[who], "/incident list"));
          const pressed = await timed(press[who]);
          if (n < WARM[size]) continue;
          slash[who].push(typed);
          click[who].push(pressed);
        }
      }
      return [
        watched("slash-to-ack-p50", median(slash.ours), "ms", median(slash.bare)),
        held("slash-to-ack-p99", slash),
        watched("click-to-ack-p50", median(click.ours), "ms", median(click.bare)),
        held("click-to-ack-p99", click),
      ];
    } finally {
      for (const bot of bots) await bot.close();
      for (const workspace of Object.values(workspaces)) await workspace.close();
      rmSync(folder, { recursive: true });
    }
  },
};

function held(name: string, { ours, bare }: { ours: number[]; bare: number[] }): Figure {
  return atMost(name, { value: quantile(ours, 0.99), floor: quantile(bare, 0.99), unit: "ms" }, 2);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
