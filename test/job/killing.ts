import Database from "better-sqlite3";
import { expect } from "vitest";
import { z } from "zod";
import type { Hex } from "../../src/core/ids.ts";
import { TimelineEvent } from "../../src/core/timeline.ts";
import { verifyTimeline } from "../../src/core/verify.ts";
import type { RpcFault } from "../../src/sandbox/chain/index.ts";
import { reorg as reorganise } from "../chain/fixtures.ts";
import { seeded } from "../sim/random.ts";
import { openChildWorld } from "./child.ts";

/** Facts of an execution, in order: each is a moment after which the process may be gone. */
export const edges = [
  "pause.execution_requested",
  "pause.signed",
  "pause.broadcast",
  "pause.included",
  "pause.reorged",
  "pause.verified",
  "pause.safe",
  "pause.final",
] as const;
export type Edge = (typeof edges)[number];

/** Where one execution is killed, and what the provider does to its bytes. */
export interface Round {
  kills: ({ at: Edge } | { afterMs: number })[];
  fault?: RpcFault;
  /** The first block that holds it is taken back. */
  reorg?: boolean;
  /** Printed when it fails: with it the round is the same again. */
  seed?: number;
}

const SEND = "eth_sendRawTransaction";
const PATIENCE_MS = 40_000;
/** Blocks below this are final, and no chain takes them back. */
const REORG_DEPTH_MAX = 3n;

/** A round that follows from its seed alone. */
export function roundOf(seed: number): Round {
  const random = seeded(seed);
  const nonceTooLow = { code: -32000, message: "nonce too low" };
  const fault = random.pick<RpcFault>([
    { method: SEND, kind: "502_after_send", times: 1 },
    { method: SEND, kind: "drop", times: 2 },
    { method: SEND, kind: "429", times: 2 },
    { method: SEND, kind: "delay", delayMs: 500, times: 1 },
    { method: SEND, kind: "twice", times: 1 },
    { method: SEND, kind: "error_after_send", error: nonceTooLow, times: 1 },
    { method: SEND, kind: "lie", result: `0x${"ab".repeat(32)}`, times: 1 },
  ]);
  const kills = Array.from({ length: random.between(1, 3) }, () =>
    random.chance(0.5) ? { at: random.pick([...edges]) } : { afterMs: random.between(0, 2_500) },
  );
  return { kills, seed, ...(random.chance(0.8) && { fault }), ...(random.chance(0.25) && { reorg: true }) };
}

export type Killing = Awaited<ReturnType<typeof openKilling>>;

/**
 * One incident, in which the vault is paused again and again, by a bot in a process of its own that is killed by SIGKILL.
 * Each `round` proposes, signs, executes, kills, starts anew, and holds what became of it against the chain.
 */
export async function openKilling() {
  const world = await openChildWorld();
  const { bot, people, chain, rpc } = world;
  await bot.start();
  await people.say("noor", "general", "/incident declare critical Vault-USDC is being drained");
  const room = await people.channelOf("inc-");
  /** Every event that was ever seen on disk, by its hash. */
  const ledger = new Map<string, string>();
  let rounds = 0;

  function eventsOnDisk(): { hash: string; event: TimelineEvent }[] {
    const db = new Database(world.databasePath, { readonly: true, fileMustExist: true });
    try {
      const rows = Row.parse(db.prepare("SELECT hash, event FROM events ORDER BY stream, seq").all());
      return rows.map(({ hash, event }) => ({ hash, event: TimelineEvent.parse(JSON.parse(event)) }));
    } finally {
      db.close();
    }
  }
  const has = (kind: string, proposal: string) =>
    eventsOnDisk().some(({ event }) => event.kind === kind && "proposal" in event && event.proposal === proposal);

  async function reach(what: string, holds: () => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!holds()) {
      if (Date.now() > deadline) throw new Error(`This never came: ${what}. The bot's log: ${bot.log().slice(-2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Takes the block that holds it back as soon as it is known, unless it is as good as final by then. */
  async function takeBack(proposal: string): Promise<void> {
    await reach("its block", () => has("pause.included", proposal));
    const found = eventsOnDisk().find(({ event }) => event.kind === "pause.included" && event.proposal === proposal);
    const height = found?.event.kind === "pause.included" ? BigInt(found.event.blockNumber) : 0n;
    const depth = (await chain.client.getBlockNumber()) - height + 1n;
    if (depth <= REORG_DEPTH_MAX) await reorganise(chain, Number(depth));
  }

  async function killAndStart(): Promise<void> {
    await bot.kill();
    for (const { hash, event } of eventsOnDisk()) ledger.set(hash, event.kind);
    await bot.start();
  }

  /** What people read in the room about one proposal: the titles of lines, by how often each was posted. */
  function linesAbout(proposal: string): string[] {
    const id = world.slack.client.state("U0NOOR").channels.find(({ name }) => name === room)?.id ?? "";
    const texts = world.slack.client.messages("U0NOOR", { channel: id }).map(({ text }) => text);
    return texts.filter((text) => text.includes(`${proposal}:`));
  }

  const linesOwed = (proposal: string) =>
    eventsOnDisk().filter(({ event }) => "proposal" in event && event.proposal === proposal && TOLD.has(event.kind))
      .length;

  return {
    /** Resolves once the pause is final and everything holds that must. */
    async round({ kills, fault, reorg = false }: Round): Promise<void> {
      rounds += 1;
      const proposal = `P-${String(rounds).padStart(4, "0")}`;
      await people.say("sofia", room, "/pause propose pause-vault Money is leaving");
      await reach(`the card of ${proposal}`, () => has("pause.card_posted", proposal));
      for (const who of ["ana", "emil", "chidi"]) await people.sign(who, room);
      await people.sees("sofia", room, `${proposal} READY TO EXECUTE`);
      if (fault !== undefined) rpc.faults.add(fault);
      await people.press("sofia", room, "Execute");
      await reach("the request", () => has("pause.execution_requested", proposal));
      const takenBack = reorg ? takeBack(proposal) : undefined;
      for (const kill of kills) {
        // A block may be final before it was seen to be safe.
        const orLater = "at" in kill ? edges.slice(edges.indexOf(kill.at)) : [];
        if ("at" in kill) await reach(kill.at, () => orLater.some((kind) => has(kind, proposal)));
        else await new Promise((resolve) => setTimeout(resolve, kill.afterMs));
        await killAndStart();
      }
      await takenBack;
      await reach("the end", () => has("pause.final", proposal));
      // What is owed to the room when it is killed is said by its next life, in no order.
      for (const words of ["PAUSED, and verified", "PAUSED (final)"]) {
        await reach(`“${words}”`, () => linesAbout(proposal).some((text) => text.includes(words)));
      }
      await reach("every line", () => linesAbout(proposal).length >= linesOwed(proposal));
      rpc.reset();
      await holds(proposal);
      // Somebody unpauses, in another world: so that it can be paused again.
      const data = "0x3f4ba83a" as const;
      await chain.send({ from: "deployer", to: chain.vault, data });
    },
    close: () => world.close(),
    /** At the end of the story: the whole timeline, as a stranger would check it. */
    async expectWholeTimeline(): Promise<void> {
      await people.say("sofia", room, "/incident resolve Paused in time.");
      await world.slack.until(() => people.files(room).some(({ name }) => name.endsWith(".json")), {
        timeoutMs: 30_000,
        what: "the timeline's file",
      });
      const json = people.files(room).find(({ name }) => name.endsWith(".json"))?.content ?? "";
      expect(await verifyTimeline(json)).toMatchObject({ ok: true, signatures: 3 * rounds });
      expect(world.slack.problems).toEqual([]);
    },
  };

  async function holds(proposal: string): Promise<void> {
    const events = eventsOnDisk();
    const hashes = new Set(events.map(({ hash }) => hash));
    // No event lost: what was on disk once is there for ever.
    expect([...ledger].filter(([hash]) => !hashes.has(hash))).toEqual([]);
    const facts = events.flatMap(({ event }) => (event.kind === "pause.proposed" ? [event] : []));
    const safeTxHash = facts.find((one) => one.proposal === proposal)?.safeTxHash;
    expect(await executionsOf(safeTxHash ?? "0x")).toBe(1);
    const about = events.flatMap(({ event }) =>
      "proposal" in event && event.proposal === proposal ? [event.kind] : [],
    );
    const times = (kind: string) => about.filter((one) => one === kind).length;
    const reorgs = times("pause.reorged");
    expect(times("pause.execution_requested"), `requests of ${proposal}`).toBe(1);
    expect(times("pause.final"), `ends of ${proposal}`).toBe(1);
    // What was proven and is taken back has to be proven again.
    expect(times("pause.verified"), `proofs of ${proposal}`).toBeGreaterThanOrEqual(1);
    expect(times("pause.verified"), `proofs of ${proposal}`).toBeLessThanOrEqual(1 + reorgs);
    expect(about).not.toContain("pause.failed");
    // The room was told the truth, and once.
    const lines = linesAbout(proposal);
    const proofs = lines.filter((text) => text.includes("PAUSED, and verified")).length;
    expect(proofs).toBe(times("pause.verified"));
    expect(lines.filter((text) => text.includes("reorganised away"))).toHaveLength(reorgs);
    expect(lines.filter((text) => text.includes("PAUSED (final)"))).toHaveLength(1);
    expect(lines.filter((text) => text.includes("FAILED"))).toEqual([]);
    const paused = { address: chain.vault, abi: chain.abi.vault, functionName: "paused" } as const;
    expect(await chain.client.readContract(paused)).toBe(true);
  }

  async function executionsOf(safeTxHash: Hex): Promise<number> {
    const logs = await chain.client.getLogs({ address: chain.safe, event: executionSuccess, fromBlock: 0n });
    return logs.filter(({ args }) => args.txHash === safeTxHash).length;
  }
}

/** Facts that the room hears of in a line. */
const TOLD = new Set(["pause.verified", "pause.final", "pause.reorged", "pause.blocked", "pause.attempt_lost"]);

const Row = z.array(z.object({ hash: z.string(), event: z.string() }));

const executionSuccess = {
  type: "event",
  name: "ExecutionSuccess",
  inputs: [
    { name: "txHash", type: "bytes32", indexed: true },
    { name: "payment", type: "uint256", indexed: false },
  ],
} as const;
