import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, expect, it } from "vitest";
import { stringify } from "yaml";
import { verifyTimeline } from "../../src/core/verify.ts";
import { stage } from "../../src/rehearsal/stage.ts";
import { startSandboxChain } from "../../src/sandbox/chain/index.ts";
import { ALERTS_CHANNEL, sandboxPlan, startWorkspace } from "../../src/start-sandbox.ts";

const root = resolve(import.meta.dirname, "../..");
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A bot in a process of its own, as in production: SIGKILL is the only way it is ever stopped here. */
function botIn(env: Record<string, string>) {
  let child: ChildProcess | undefined;
  let log = "";
  closers.push(() => child?.kill("SIGKILL"));
  return {
    log: () => log,
    async start() {
      log = "";
      const started = spawn(process.execPath, ["--import", "tsx", join(root, "src/cli.ts"), "start"], {
        cwd: root,
        env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: "info", ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      child = started;
      for (const stream of [started.stdout, started.stderr]) stream?.on("data", (data) => (log += data));
      await expect.poll(() => log, { timeout: 20_000, interval: 20 }).toContain("Allstop is ready");
    },
    async kill() {
      const dead = new Promise((done) => child?.once("exit", done));
      child?.kill("SIGKILL");
      await dead;
    },
  };
}

it("goes on after SIGKILL at every step of the job: one room, one execution, nothing lost", async () => {
  const folder = mkdtempSync(join(tmpdir(), "allstop-restart-"));
  closers.push(() => rmSync(folder, { recursive: true }));
  const chain = await startSandboxChain({ blockTimeSeconds: 1 });
  closers.push(() => chain.close());
  const slack = await startWorkspace();
  closers.push(() => slack.close());
  const plan = sandboxPlan(chain);
  // Nobody is linked in this story, so nobody can acknowledge.
  plan.interventions["pause-vault"].acknowledgements = 0;
  writeFileSync(join(folder, "plan.yaml"), stringify(plan));
  const port = String(20_000 + (process.pid % 20_000));
  const bot = botIn({
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    PORT: port,
    DATABASE_URL: `file:${join(folder, "allstop.db")}`,
    RESPONSE_PLAN: join(folder, "plan.yaml"),
    RPC_URLS_31337: chain.rpcUrl,
    EXECUTOR_PRIVATE_KEY: chain.executor.privateKey,
  });
  const people = stage({ slack, chain }, () => undefined);
  const before = await chain.client.getTransactionCount({ address: chain.executor.address });
  let room = "";

  const steps: (() => Promise<unknown>)[] = [
    async () => {
      await people.say("noor", "general", "/incident declare critical Vault-USDC is being drained");
    },
    async () => {
      room = await people.channelOf("inc-");
      await people.press("sofia", room, "Start the playbook");
    },
    async () => {
      const message = await people.say("noor", room, "Three rounds so far.");
      if (message !== undefined) await people.react("tomas", room, message.ts, "pushpin");
      // Slack has our word for the reaction; whatever the bot had not done by then, its next life must do.
      const heard = () =>
        slack.deliveries.some(({ payload, outcome }) => JSON.stringify(payload).includes("reaction_added") && outcome);
      await slack.until(heard, { what: "the reaction to be acknowledged" });
    },
    () => people.press("sofia", room, "Complete"),
    () => people.say("sofia", room, "/pause propose pause-vault Money is leaving"),
    () => people.sign("ana", room),
    () => people.sign("emil", room),
    () => people.sign("chidi", room),
    () => people.press("sofia", room, "Execute"),
    () => people.sees("noor", room, "PAUSED, and verified"),
    () => people.sees("noor", room, "PAUSED (final)"),
    () => people.say("sofia", room, "/incident resolve Paused in time."),
  ];
  for (const step of steps) {
    await bot.start();
    await step();
    await bot.kill();
  }
  await bot.start();
  await slack.until(() => people.files(room).length >= 2, { timeoutMs: 30_000, what: "the two files" });

  expect(await chain.client.getTransactionCount({ address: chain.executor.address })).toBe(before + 1);
  const rooms = slack.client.state("U0NOOR").channels.filter(({ name }) => name.startsWith("inc-"));
  expect(rooms).toHaveLength(1);
  const json = people.files(room).find(({ name }) => name.endsWith(".json"));
  const verdict = await verifyTimeline(json?.content ?? "");
  expect(verdict).toMatchObject({ ok: true, signatures: 3 });
  const kinds: string[] = JSON.parse(json?.content ?? "").events.map(
    (stored: { event: { kind: string } }) => stored.event.kind,
  );
  for (const once of [
    "incident.declared",
    "room.opened",
    "pause.proposed",
    "pause.verified",
    "pause.final",
    "incident.resolved",
  ]) {
    expect(
      kinds.filter((kind) => kind === once),
      once,
    ).toHaveLength(1);
  }
  expect(kinds.filter((kind) => kind === "bot.restarted").length).toBeGreaterThan(5);
  expect(
    slack.client.messages("U0NOOR", { channel: ALERTS_CHANNEL }).filter(({ text }) => text.includes("INC-")),
  ).toHaveLength(1);
  expect(slack.problems).toEqual([]);
}, 150_000);
