import { createNonces } from "../../src/chain/nonces.ts";
import type { ChainPort, Inclusion, PreparedPause, SafeState } from "../../src/core/chain-port.ts";
import { RetryableError, UserError } from "../../src/core/errors.ts";
import type { Address, Hex } from "../../src/core/ids.ts";
import type { Pause } from "../../src/core/pause-state.ts";
import { buildSafeTx, hashSafeTx } from "../../src/core/safe-tx.ts";
import { type Life, never } from "./life.ts";
import { FINAL_DEPTH, type ModelAccount, type ModelChain, type ModelTx, SAFE_DEPTH, sha } from "./model-chain.ts";
import type { Random } from "./random.ts";
import { proveInModel } from "./readiness.ts";
import { CHAIN, type Intervention, interventions, ownerAddresses, THRESHOLD } from "./world-plan.ts";

const FEE_CAP = 4_000;

/** The chain as one life of the program sees it: the real rules of nonces, and a network that fails. */
export function chainPort(options: {
  world: ModelChain;
  life: Life;
  random: Random;
  /** Virtual time, and whether the storm is over. */
  now: () => number;
  calm: () => boolean;
  onSafeChanged: (proposal: string, safe: SafeState) => Promise<void>;
}): ChainPort & { close(): void } {
  const { world, life, random, onSafeChanged } = options;
  const accounts = {
    executor: { address: EXECUTOR, nonces: createNonces() },
    second: { address: SECOND, nonces: createNonces() },
  };
  const accountOf = (by: Address | undefined): ModelAccount => (by === SECOND ? "second" : "executor");
  const armed = new Map<string, { pause: Pause; told: string }>();

  function safeNow(address: Address): SafeState {
    const { number, hash, time, after } = world.head();
    const block = { number: BigInt(number), hash, time: new Date(time) };
    const nonce = BigInt(after.nonces[address] ?? 0);
    return { chainId: CHAIN, address, version: "1.4.1", owners: ownerAddresses, threshold: THRESHOLD, nonce, block };
  }

  const stopListening = world.onBlock(() => {
    if (life.dead) return;
    for (const entry of armed.values()) {
      const safe = safeNow(entry.pause.facts.safe.address);
      if (safe.nonce.toString() === entry.told) continue;
      const before = entry.told;
      entry.told = safe.nonce.toString();
      onSafeChanged(entry.pause.id, safe).catch((error: unknown) => {
        // What could not be recorded is told again at the next block.
        if (!(error instanceof RetryableError)) throw error;
        entry.told = before;
      });
    }
  });

  async function arm(pause: Pause): Promise<void> {
    for (const { address, nonces } of Object.values(accounts)) {
      const last = pause.attempts.findLast(({ executor }) => executor === address);
      if (last !== undefined) nonces.keep(pause.id, last.nonce);
    }
    armed.set(pause.id, { pause, told: armed.get(pause.id)?.told ?? pause.safe.nonce });
    await life.call("chain.arm", () => undefined);
  }

  return {
    readSafe: (key) => life.call("chain.readSafe", () => safeNow(safeOf(key))),
    lastSafe: (_chain, address) => safeNow(address),
    prepare: (key) => life.call("chain.prepare", () => prepare(world, planned(key), safeNow(planned(key).safe))),
    planned: (key) => {
      const { safe, target } = planned(key);
      return { kind: "pause", chainId: CHAIN, safe, to: target, data: "0x8456cb59" };
    },
    agreeOnHashes: async () => undefined,
    isPaused: (key) =>
      life.call("chain.isPaused", () => {
        const paused = world.head().after.paused[planned(key).target] === true;
        return { paused, detail: `paused() is ${paused}` };
      }),
    lookUpCheck: (check) =>
      life.call("chain.lookUpCheck", () => {
        const paused = "paused" in check && world.head().after.paused[planned(check.paused).target] === true;
        return { holds: paused, means: `paused() is ${paused}`, detail: `paused() is ${paused}` };
      }),
    contractOwners: () => life.call("chain.contractOwners", () => []),
    checkContractSignature: () => life.call("chain.checkContractSignature", () => ({ ok: false, why: "It is none." })),
    arm,
    disarm(proposal) {
      if (!armed.delete(proposal)) return;
      for (const { nonces } of Object.values(accounts)) nonces.release(proposal);
    },
    routes: () => ({ executors: [EXECUTOR, SECOND], privateRelay: undefined }),
    async sign(pause, attempt, by) {
      if (!armed.has(pause.id)) await arm(pause);
      if (attempt > 1) await life.call("chain.refresh", () => undefined);
      if (life.dead) return never();
      const { safeTx, safe } = pause.facts;
      if (safeNow(safe.address).nonce > BigInt(safeTx.nonce)) {
        throw new UserError("nonce_used", "The Safe moved on.", "Propose again.");
      }
      const from = accountOf(by);
      const { address: executor, nonces } = accounts[from];
      const own = pause.attempts.filter((one) => one.executor === executor);
      const fee = feeOf(pause, own, world.baseFee());
      const nonce = nonces.take(pause.id, world.account(from), own.length > 0);
      const tx = txOf(pause, { from, nonce, fee });
      const raw: Hex = `0x${Buffer.from(JSON.stringify(tx)).toString("hex")}`;
      const price = { gas: 300_000n, maxFeePerGas: BigInt(fee), maxPriorityFeePerGas: 1n };
      return { transactionHash: tx.hash, raw, executor, nonce, ...price };
    },
    check: (pause) =>
      life.call("chain.check", () => {
        const ok = safeNow(pause.facts.safe.address).nonce <= BigInt(pause.facts.safeTx.nonce);
        const detail = ok ? "The whole execution succeeds." : "The Safe's nonce is used.";
        return { ok, detail, blockNumber: BigInt(world.head().number), providers: 2, of: 2 };
      }),
    broadcast: (_chain, raw) => Promise.all(["rpc-a", "rpc-b"].map((provider) => send(life, world, provider, raw))),
    lookUp: (pause) => life.call("chain.lookUp", () => lookUp(world, pause)),
    verify: (pause, at) => life.call("chain.verify", () => verify(world, pause, at)),
    finality: (_chain, { number, hash }) =>
      life.call("chain.finality", () => {
        const held = world.blockAt(Number(number));
        if (held !== undefined && held.hash !== hash) return "orphaned" as const;
        if (held === undefined) return "included" as const;
        const depth = world.head().number - held.number;
        return depth >= FINAL_DEPTH ? "final" : depth >= SAFE_DEPTH ? "safe" : "included";
      }),
    proveReadiness: () => proveInModel(life, options.now, options.calm),
    readinessMark: async () => `${options.now()}`,
    nextHead: () =>
      new Promise((resolve) => {
        const stop = world.onBlock(() => {
          stop();
          if (!life.dead && !life.strikes("new head")) setTimeout(() => resolve("new"), random.between(1, 300));
        });
      }),
    close: () => void stopListening(),
  };
}

const EXECUTOR: Address = "0x9999999999999999999999999999999999999999";
const SECOND: Address = "0x9898989898989898989898989898989898989898";

function planned(key: string): Intervention {
  const found = interventions.find((one) => one.key === key);
  if (found === undefined) throw new Error(`There is no ${key}.`);
  return found;
}

function safeOf(key: string): Address {
  const found = interventions.find((one) => one.safeKey === key);
  if (found === undefined) throw new Error(`There is no Safe ${key}.`);
  return found.safe;
}

function prepare(world: ModelChain, { key, safe, safeKey, target }: Intervention, now: SafeState): PreparedPause {
  if (world.head().after.paused[target] === true) throw new UserError("already_paused", "It is paused.", "Rest.");
  const safeTx = buildSafeTx({ to: target, data: "0x8456cb59", nonce: now.nonce });
  return {
    intervention: key,
    title: `Pause ${key}`,
    chain: { id: CHAIN, name: "Model" },
    safe: { address: safe, label: safeKey, version: "1.4.1", owners: ownerAddresses, threshold: THRESHOLD },
    target: { address: target, label: key },
    call: { signature: "pause()", selector: "0x8456cb59" },
    safeTx,
    ...hashSafeTx(CHAIN, safe, safeTx),
    simulation: { ok: true, detail: "", providers: 2, of: 2 },
    observed: {
      blockNumber: now.block.number.toString(),
      blockHash: now.block.hash,
      nonce: now.nonce.toString(),
    },
  };
}

/** Twice the base fee at first; a quarter more, or what a first attempt would pay now, for a replacement. */
function feeOf(pause: Pause, own: Pause["attempts"], baseFee: number): number {
  const last = own.at(-1);
  const first = Math.min(baseFee * 2, FEE_CAP);
  if (last === undefined) return first;
  const before = Number(last.maxFeePerGas);
  const fee = Math.min(Math.max(Math.ceil(before * 1.25), first), FEE_CAP);
  if (fee * 10 >= before * 11) return fee;
  throw new UserError("fee_cap", `${pause.id} may not pay more than ${FEE_CAP}.`, "Raise the cap.");
}

export function txOf({ facts }: Pause, by: { from: ModelAccount; nonce: number; fee: number } | "stranger"): ModelTx {
  const outer = by === "stranger" ? { from: by, nonce: 0, fee: 10_000 } : by;
  const rest = {
    ...outer,
    safe: facts.safe.address,
    safeNonce: Number(facts.safeTx.nonce),
    safeTxHash: facts.safeTxHash,
    target: facts.target.address,
  };
  return { hash: sha(JSON.stringify(rest)), ...rest };
}

async function send(life: Life, world: ModelChain, provider: string, raw: Hex) {
  const tx = JSON.parse(Buffer.from(raw.slice(2), "hex").toString()) as ModelTx;
  try {
    // Bytes may lie in a gateway's queue long after whoever sent them is dead.
    const refusal = await life.call(`chain.send ${provider}`, () => world.take(tx), { lateMs: 4_000 });
    if (refusal === undefined) return { provider, outcome: "accepted" as const };
    const outcome = refusal === "already known" ? ("known" as const) : ("refused" as const);
    return { provider, outcome, detail: refusal };
  } catch (error) {
    if (error instanceof RetryableError) return { provider, outcome: "unknown" as const, detail: error.message };
    throw error;
  }
}

/** As the real one: our receipts, then the Safe's nonce, then its logs. */
function lookUp(world: ModelChain, pause: Pause): Inclusion {
  const mined = pause.attempts.flatMap(({ transactionHash: hash }) => {
    const found = world.find(hash);
    return found === undefined ? [] : [{ hash, ...found }];
  });
  const good = mined.find(({ executed }) => executed);
  if (good !== undefined) return { ...included(good, true), ...lostTo(good.hash, mined) };
  const { safe, safeTx, safeTxHash } = pause.facts;
  const nonce = world.head().after.nonces[safe.address] ?? 0;
  if (nonce > Number(safeTx.nonce)) {
    const all = world.canonical().flatMap((block) => block.txs.map((one) => ({ block, ...one })));
    const executions = all.filter(
      ({ tx, executed, block }) =>
        executed && tx.safe === safe.address && block.number > Number(pause.facts.observed.blockNumber),
    );
    const ours = executions.find(({ tx }) => tx.safeTxHash === safeTxHash);
    if (ours !== undefined) {
      return { ...included({ hash: ours.tx.hash, block: ours.block }, true), ...lostTo(ours.tx.hash, mined) };
    }
    // Each execution uses one nonce; the Safe stood at `observed.nonce` before the first of them.
    const taker = executions[Number(safeTx.nonce) - Number(pause.facts.observed.nonce)]?.tx;
    return { state: "superseded", by: taker?.hash, safeTxHash: taker?.safeTxHash, nonce: BigInt(nonce) };
  }
  const [failed] = mined;
  return failed === undefined ? { state: "pending" } : included(failed, false);
}

function lostTo(winner: Hex, mined: { hash: Hex; block: { number: number } }[]) {
  const why = `${winner} had used the Safe's nonce.`;
  const lost = mined.flatMap(({ hash, block }) =>
    hash === winner ? [] : [{ transactionHash: hash, blockNumber: BigInt(block.number), why }],
  );
  return lost.length === 0 ? {} : { lost };
}

function included(
  { hash, block }: { hash: Hex; block: { number: number; hash: Hex; time: number } },
  executed: boolean,
) {
  return {
    state: "included" as const,
    transactionHash: hash,
    blockNumber: BigInt(block.number),
    blockHash: block.hash,
    blockTime: new Date(block.time),
    gasUsed: 90_000n,
    executed,
    why: executed ? undefined : "It reverted.",
  };
}

function verify(world: ModelChain, pause: Pause, at: { transactionHash: Hex; blockHash: Hex }) {
  const found = world.find(at.transactionHash);
  if (found === undefined || found.block.hash !== at.blockHash) {
    throw new RetryableError(`${at.transactionHash} is not in block ${at.blockHash} now.`);
  }
  const { number, hash, after } = found.block;
  const paused = after.paused[pause.facts.target.address] === true;
  const checks = [
    { name: "executed" as const, ok: found.executed, detail: "The Safe logged it." },
    { name: "state" as const, ok: paused, detail: `paused() is ${paused}.` },
  ];
  return { blockNumber: BigInt(number), blockHash: hash, checks, ok: checks.every(({ ok }) => ok) };
}
