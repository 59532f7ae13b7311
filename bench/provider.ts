import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";

/** What a provider is told. */
export const ProviderOrder = z.object({
  /** Forget the requests so far. */
  reset: z.boolean().default(false),
  /** From now on each round trip takes so much longer. */
  delayMs: z.number().optional(),
});

/** `at` is when it was read, by the machine's monotonic clock, in ms. */
const Seen = z.array(z.object({ method: z.string(), at: z.number() }));

/**
 * An RPC provider in a process of its own, in front of the real one: what the bot does after it has sent does not delay
 * the moment at which the bytes are seen to arrive.
 */
export interface Provider {
  url: string;
  /** Carried out when it resolves. Resolves with the requests since the last reset. */
  order(order?: z.input<typeof ProviderOrder>): Promise<z.output<typeof Seen>>;
  close(): Promise<void>;
}

export async function startProvider(target: string): Promise<Provider> {
  const child = fork(join(import.meta.dirname, "provider-process.ts"), [target]);
  const exited = once(child, "exit");
  const [url] = await once(child, "message");
  return {
    url: z.string().parse(url),
    async order(order = {}) {
      const answer = once(child, "message");
      child.send(order);
      return Seen.parse((await answer)[0]);
    },
    async close() {
      child.disconnect();
      await exited;
    },
  };
}
