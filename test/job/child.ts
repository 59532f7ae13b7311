import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Database from "better-sqlite3";
import { expect } from "vitest";
import { stringify } from "yaml";
import { verifyTimeline } from "../../src/core/verify.ts";
import { stage } from "../../src/rehearsal/stage.ts";
import { startRpcProxy, startSandboxChain } from "../../src/sandbox/chain/index.ts";
import { ALERTS_CHANNEL, sandboxPlan, startWorkspace } from "../../src/start-sandbox.ts";
import { program } from "../program.ts";

const root = resolve(import.meta.dirname, "../..");

/** Shorter than the second that is the shortest a chain here keeps by itself: a pause is final within two. */
const BLOCK_MS = 300;

export type ChildWorld = Awaited<ReturnType<typeof openChildWorld>>;

/** The bot in a process of its own, configured as in production: SIGKILL is the only way it is ever stopped here. */
export async function openChildWorld({
  /** What the plan says beside the sandbox's: who is paged, say. */
  planned = {},
  env = {},
}: {
  planned?: object;
  env?: Record<string, string>;
} = {}) {
  const folder = mkdtempSync(join(tmpdir(), "allstop-child-"));
  const chain = await startSandboxChain({ blockTimeSeconds: 0 });
  await chain.client.setAutomine(false);
  const miner = setInterval(() => void chain.mine(1).catch(() => undefined), BLOCK_MS);
  const rpc = await startRpcProxy({ target: chain.rpcUrl });
  const slack = await startWorkspace();
  const plan = sandboxPlan(chain);
  // Nobody is linked in these stories, so nobody can acknowledge.
  plan.interventions["pause-vault"].acknowledgements = 0;
  writeFileSync(join(folder, "plan.yaml"), stringify({ ...plan, ...planned }));
  // Below those that the system gives to whoever asks: while the bot is dead, nobody takes its port.
  const port = String(20_000 + Math.floor(Math.random() * 12_000));
  const databasePath = join(folder, "allstop.db");
  const bot = botIn({
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    PORT: port,
    DATABASE_URL: `file:${databasePath}`,
    RESPONSE_PLAN: join(folder, "plan.yaml"),
    RPC_URLS_31337: rpc.url,
    EXECUTOR_PRIVATE_KEY: chain.executor.privateKey,
    ...env,
  });
  const people = stage({ slack, chain }, () => undefined);
  const nonceNow = () => chain.client.getTransactionCount({ address: chain.executor.address });
  const before = await nonceNow();

  return {
    chain,
    rpc,
    slack,
    people,
    bot,
    databasePath,
    /** Kinds of events that are on disk now, read from outside. */
    kinds(): string[] {
      const db = new Database(databasePath, { readonly: true, fileMustExist: true });
      try {
        const rows = db.prepare("SELECT json_extract(event, '$.kind') AS kind FROM events ORDER BY stream, seq").all();
        return rows.map((row) => (row as { kind: string }).kind);
      } finally {
        db.close();
      }
    },
    /** Resolves once the story is over, and holds it against what must be true of every story. */
    async expectOneOfEach(room: string) {
      await slack.until(() => people.files(room).length >= 2, { timeoutMs: 30_000, what: "the two files" });
      expect(await nonceNow()).toBe(before + 1);
      const rooms = slack.client.state("U0NOOR").channels.filter(({ name }) => name.startsWith("inc-"));
      expect(rooms).toHaveLength(1);
      const json = people.files(room).find(({ name }) => name.endsWith(".json"))?.content ?? "";
      expect(await verifyTimeline(json)).toMatchObject({ ok: true, signatures: 3 });
      const kinds: string[] = JSON.parse(json).events.map(({ event }: { event: { kind: string } }) => event.kind);
      for (const once of ONCE) {
        expect(
          kinds.filter((kind) => kind === once),
          once,
        ).toHaveLength(1);
      }
      const alerts = slack.client.messages("U0NOOR", { channel: ALERTS_CHANNEL });
      expect(alerts.filter(({ text }) => text.includes("INC-"))).toHaveLength(1);
      const pinned = slack.client.messages("U0NOOR", { channel: rooms[0]?.id ?? "" }).filter((m) => m.pinned);
      expect(pinned).toHaveLength(1);
      expect(slack.problems).toEqual([]);
      return kinds;
    },
    async close() {
      clearInterval(miner);
      bot.end();
      await slack.close();
      await rpc.close();
      await chain.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const ONCE = [
  "incident.declared",
  "room.opened",
  "room.card_posted",
  "alert.posted",
  "pause.proposed",
  "pause.card_posted",
  "pause.signed",
  "pause.verified",
  "pause.final",
  "incident.resolved",
];

function botIn(env: Record<string, string>) {
  let child: ChildProcess | undefined;
  let log = "";
  return {
    log: () => log,
    end: () => void child?.kill("SIGKILL"),
    /** `aheadMs`: how far its machine's clock is ahead in this life. */
    async start({ aheadMs = 0 }: { aheadMs?: number } = {}) {
      log = "";
      const clock = aheadMs === 0 ? [] : ["--import", join(import.meta.dirname, "clock-ahead.mjs")];
      const started = spawn(process.execPath, [...clock, ...program, "start"], {
        cwd: root,
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          LOG_LEVEL: "info",
          CLOCK_AHEAD_MS: String(aheadMs),
          ...env,
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      child = started;
      for (const stream of [started.stdout, started.stderr]) stream?.on("data", (data) => (log += data));
      const deadline = Date.now() + 20_000;
      while (!log.includes("Allstop is ready")) {
        // A process that a signal ended has no exit code.
        const isGone = started.exitCode !== null || started.signalCode !== null;
        if (isGone || Date.now() > deadline) throw new Error(`The bot did not start:\n${log}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async kill() {
      const dead = new Promise((done) => child?.once("exit", done));
      child?.kill("SIGKILL");
      await dead;
    },
  };
}
