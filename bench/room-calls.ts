import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { GENERAL_CHANNEL, startSandbox } from "../src/start-sandbox.ts";
import { type Bench, plain } from "./measure.ts";

/** Platform calls, one after the other, from declaring to a room that is open, has its card and its people. */
export const roomCalls: Bench = {
  name: "room-calls",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "allstop-bench-"));
    const log = pino({ level: "silent" });
    const sandbox = await startSandbox({ folder, port: 0, log, page: false, progress: () => undefined });
    const { slack } = sandbox;
    try {
      const first = slack.journal.length;
      const text = "/incident declare critical Vault-USDC is being drained";
      await slack.client.act("U0NOOR", { do: "send", channel: GENERAL_CHANNEL, text });
      const seen = (method: string) => slack.journal.slice(first).some((call) => call.method === method);
      await slack.until(() => seen("conversations.invite") && seen("pins.add"), { what: "a usable room" });
      // The card and the invitations need the room and nothing else: they go out side by side behind it.
      const calls = slack.journal.slice(first).map(({ method }) => method);
      const create = calls.indexOf("conversations.create");
      const needed = ["chat.postMessage", "conversations.invite"].map((method) => calls.indexOf(method, create));
      const chain = 1 + Math.max(...needed.map((at) => (at > create ? 1 : 0)));
      return [
        plain("declare-to-room-sequential-calls", chain, "calls", 3),
        plain("declare-to-room-calls", Math.max(...needed) - create + 1, "calls"),
      ];
    } finally {
      await sandbox.close();
      rmSync(folder, { recursive: true });
    }
  },
};
