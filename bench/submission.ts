import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { Pool } from "undici";
import { createWalletClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Address, Hex } from "../src/core/ids.ts";
import { declareIncident } from "../src/core/incident-ops.ts";
import { getPause } from "../src/core/on-pause.ts";
import { confirmPause, proposePause } from "../src/core/pause.ts";
import { statusOf } from "../src/core/pause-state.ts";
import { safeTypedData } from "../src/core/safe-tx.ts";
import { startAllstop } from "../src/main.ts";
import { type SandboxChain, startTestChain } from "../src/sandbox/chain/index.ts";
import { type SlackServer, startSlackServer } from "../src/sandbox/slack/server.ts";
import { chainPlan } from "../test/chain/world.ts";
import { atMost, type Bench, benchFolder, type Figure, median, monotonicMs, plain, watched } from "./measure.ts";
import { type Provider, startProvider } from "./provider.ts";

const ROUNDS = { full: 30, tiny: 1 };
/** Measured and thrown away: the process is still cold, ours and the floor alike. */
const WARM_ROUNDS = { full: 3, tiny: 0 };
const BARE_SENDS = 2;
const REST_MS = 50;
const DELAYS_MS = [0, 50];
const SIGNERS = ["U0ANA", "U0CHIDI", "U0EMIL"];
const cause = { by: "slack:U0NOOR" } as const;

/**
 * From the moment at which the last signature is in our hands until the raw transaction is read by the RPC provider, in
 * the whole bot as `main.ts` wires it: whose signature it is, is recovered, two commits are on disk, and the chat has to
 * be told, too. The floor is a transaction for which everything is known beforehand: a local account of viem's signs it,
 * and viem sends the raw bytes. As part of that is viem's way of sending, which the bot does not use, the same is measured
 * once more over the bot's own kind of warm connection, to be watched. All are measured in turn in each round.
 */
export const submission: Bench = {
  name: "submission",
  figures: DELAYS_MS.flatMap((delayMs) => [
    `${nameOf(delayMs)}-rpcs`,
    nameOf(delayMs),
    `${nameOf(delayMs)}-against-warm-socket`,
  ]),
  async run(size) {
    const chain = await startTestChain();
    const provider = await startProvider(chain.rpcUrl);
    const slack = await startSlackServer({ rateLimits: false, people: [{ id: "U0NOOR", name: "Noor", title: "" }] });
    const figures: Figure[] = [];
    try {
      for (const delayMs of DELAYS_MS) figures.push(...(await measure({ chain, provider, slack, delayMs }, size)));
    } finally {
      await slack.close();
      await provider.close();
      await chain.close();
    }
    return figures;
  },
};

function nameOf(delayMs: number): string {
  return `last-signature-to-send-${delayMs}ms`;
}

export interface World {
  chain: SandboxChain;
  provider: Provider;
  slack: SlackServer;
  delayMs: number;
  /** Whose Safe it is, and how its owners sign. The sandbox's own, 3 of 5, where left out. */
  signing?: { safe: Address; sign(typed: ReturnType<typeof safeTypedData>): Promise<Hex[]> };
}

async function measure(world: World, size: keyof typeof ROUNDS): Promise<Figure[]> {
  const ours: number[] = [];
  const byViem: number[] = [];
  const bySocket: number[] = [];
  let calls = 0;
  const bare = openBareSenders(world);
  for (let round = 0; round < ROUNDS[size] + WARM_ROUNDS[size]; round += 1) {
    const snapshot = await world.chain.snapshot();
    const sent = await ourSend(world);
    const floors = { byViem: [] as number[], bySocket: [] as number[] };
    for (let n = 0; n < BARE_SENDS; n += 1) {
      floors.byViem.push(await bare.byViem());
      floors.bySocket.push(await bare.bySocket());
    }
    await world.chain.revert(snapshot);
    if (round < WARM_ROUNDS[size]) continue;
    ours.push(sent.ms);
    byViem.push(...floors.byViem);
    bySocket.push(...floors.bySocket);
    calls = Math.max(calls, sent.calls);
  }
  await bare.close();
  const name = nameOf(world.delayMs);
  const value = median(ours);
  return [
    plain(`${name}-rpcs`, calls, "calls", 1),
    atMost(name, { value, floor: median(byViem), unit: "ms" }, 1.5),
    watched(`${name}-against-warm-socket`, value, "ms", median(bySocket)),
  ];
}

/** One incident, from declaring to the raw bytes at the provider; then the bot is closed. */
export async function ourSend({
  chain,
  provider,
  slack,
  delayMs,
  signing,
}: World): Promise<{ ms: number; calls: number; cardMs: number }> {
  const folder = benchFolder();
  const plan = chainPlan(signing === undefined ? chain : { ...chain, safe: signing.safe }, { execute: "when-ready" });
  const bot = await startAllstop({
    databaseUrl: `file:${join(folder, "bench.db")}`,
    plan: () => plan,
    playbooks: () => [],
    rpcUrls: { [chain.chainId]: [provider.url] },
    executorPrivateKey: chain.executor.privateKey,
    publicUrl: "http://127.0.0.1",
    port: 0,
    slack: { mode: "socket", botToken: slack.botToken, appToken: slack.appToken, apiUrl: slack.apiUrl },
    log: pino({ level: "silent" }),
    onFatal: (error) => {
      throw error;
    },
  });
  try {
    const { app } = bot;
    const incident = await declareIncident(app, cause, { title: "Draining", severity: "critical", drill: false });
    const { id: proposal, facts } = await proposePause(app, cause, {
      incident: incident.id,
      intervention: "pause-vault",
    });
    const typed = safeTypedData(facts.chain.id, facts.safe.address, facts.safeTx);
    const signatures = await (signing?.sign(typed) ?? sandboxSignatures(chain, typed));
    const hand = (signature: Hex) => confirmPause(app, { by: "allstop" }, { proposal, signature, via: "page" });
    // The card is out, and what it shows at first has been shown.
    while ((await getPause(app, proposal)).cards.slack === undefined) await sleep(5);
    await sleep(REST_MS);
    const cardMs = await untilCardChanges(slack, () => hand(signatures[0] ?? "0x"));
    for (const signature of signatures.slice(1, -1)) await hand(signature);
    await app.chain.arm(await getPause(app, proposal));
    // People take their time: the proposal is armed, and the cards are out, long before the last of them signs.
    await sleep(REST_MS);
    await provider.order({ reset: true, delayMs });
    const began = monotonicMs();
    await hand(signatures.at(-1) ?? "0x");
    const { at, before } = await arrival(provider);
    await provider.order({ delayMs: 0 });
    while (statusOf(await getPause(app, proposal)) !== "verified") await sleep(5);
    return { ms: at - began, calls: before + 1, cardMs };
  } finally {
    await bot.close();
    rmSync(folder, { recursive: true });
  }
}

async function sandboxSignatures(chain: SandboxChain, typed: ReturnType<typeof safeTypedData>): Promise<Hex[]> {
  const signatures: Hex[] = [];
  for (const signer of SIGNERS) signatures.push(await chain.wallet.signTypedData(signer, typed as never));
  return signatures;
}

/** From the moment at which a signature is in our hands until the chat is asked to show it. */
async function untilCardChanges(slack: SlackServer, hand: () => Promise<unknown>): Promise<number> {
  const newest = () => slack.journal.findLast(({ method }) => method === "chat.update");
  const before = newest();
  const began = monotonicMs();
  await hand();
  while (newest() === before) await new Promise((resolve) => setImmediate(resolve));
  return monotonicMs() - began;
}

/** Everything is known beforehand: sign, send. */
function openBareSenders({ chain, provider, delayMs }: World) {
  const account = privateKeyToAccount(chain.executor.privateKey);
  const client = createWalletClient({ account, transport: http(provider.url, { retryCount: 0 }) });
  const pool = new Pool(provider.url, { connections: 1 });
  const post = async (body: object) => {
    const headers = { "content-type": "application/json" };
    const response = await pool.request({ path: "/", method: "POST", headers, body: JSON.stringify(body) });
    return response.body.text();
  };

  /** Refused by the chain, for its nonce: it is the way there that counts. */
  async function send(warm: () => Promise<unknown>, sendRaw: (raw: Hex) => Promise<unknown>): Promise<number> {
    // As warm as the bot's own connection, and after the same rest.
    await warm();
    await sleep(REST_MS);
    await provider.order({ reset: true, delayMs });
    const began = monotonicMs();
    const raw = await account.signTransaction({
      type: "eip1559",
      chainId: chain.chainId,
      to: chain.vault,
      nonce: 0,
      gas: 300_000n,
      maxFeePerGas: 10n ** 10n,
      maxPriorityFeePerGas: 10n ** 9n,
    });
    const answered = sendRaw(raw).catch((error: unknown) => error);
    const { at } = await arrival(provider);
    await answered;
    await provider.order({ delayMs: 0 });
    return at - began;
  }

  return {
    byViem: () =>
      send(
        () => client.request({ method: "eth_chainId" }),
        (serializedTransaction) => client.sendRawTransaction({ serializedTransaction }),
      ),
    bySocket: () =>
      send(
        () => post({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] }),
        (raw) => post({ jsonrpc: "2.0", id: 1, method: "eth_sendRawTransaction", params: [raw] }),
      ),
    close: () => pool.close(),
  };
}

/** When the raw transaction reached the provider, and how many requests had come before it. */
export async function arrival(provider: Provider): Promise<{ at: number; before: number }> {
  for (;;) {
    await sleep(3);
    const requests = await provider.order();
    const before = requests.findIndex(({ method }) => method === "eth_sendRawTransaction");
    const sent = requests[before];
    if (sent !== undefined) return { at: sent.at, before };
  }
}
