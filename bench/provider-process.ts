import { startRpcProxy } from "../src/sandbox/chain/index.ts";
import { monotonicMs } from "./measure.ts";
import { ProviderOrder } from "./provider.ts";

/** The child process behind `provider.ts`: one provider, and orders over the channel to its parent. */
const [target = ""] = process.argv.slice(2);
const proxy = await startRpcProxy({ target });
// `performance.now()` counts from the start of the process; the monotonic clock is the machine's. The two are read one
// after the other: the pair with the least time in between is the truest.
const offset = Math.max(...Array.from({ length: 1_000 }, () => monotonicMs() - performance.now()));
process.on("message", (message) => {
  const { reset, delayMs } = ProviderOrder.parse(message);
  if (reset) proxy.requests.length = 0;
  if (delayMs !== undefined) proxy.setDelay(delayMs);
  process.send?.(proxy.requests.map(({ method, at }) => ({ method, at: at + offset })));
});
process.on("disconnect", () => process.exit(0));
process.send?.(proxy.url);
