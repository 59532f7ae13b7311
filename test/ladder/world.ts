import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChainPort, SafeState } from "../../src/core/chain-port.ts";
import type { Address, Hex } from "../../src/core/ids.ts";
import { signRung } from "../../src/core/ladder.ts";
import { reviewLadder } from "../../src/core/ladder-review.ts";
import { buildSafeTx, hashSafeTx } from "../../src/core/safe-tx.ts";
import { openLadderStore } from "../../src/storage/ladder.ts";
import { openStory, owners, safe, storyPlan, vault } from "../story.ts";

export const KEY = Buffer.from("4c61646465722d6b65792d666f722d7468652d73746f7269657321212121abcd", "hex");
export const OTHER_KEY = Buffer.from("ff61646465722d6b65792d666f722d7468652d73746f7269657321212121abcd", "hex");
export const addresses: Address[] = owners.map(({ address }) => address);

export type LadderWorld = ReturnType<typeof openLadderWorld>;

/** The worlds of one test: each is removed after it, its database too. */
export function openLadderWorlds() {
  const worlds: LadderWorld[] = [];
  const open = (options: Parameters<typeof openLadderWorld>[0] = {}): LadderWorld => {
    const world = openLadderWorld(options);
    worlds.push(world);
    return world;
  };
  return {
    open,
    /** The same database in a new life of the bot. */
    reopen(world: LadderWorld, options: Parameters<typeof openLadderWorld>[0] = {}): LadderWorld {
      world.close();
      return open({ folder: world.folder, nonce: world.now.nonce, ...options });
    },
    removeAll(): void {
      for (const world of worlds.splice(0)) world.remove();
    },
  };
}

/**
 * A story with a ladder on a database file, and a Safe that the test moves: what one life of the bot sees. Another life
 * on the same file is another world with the same folder.
 */
export function openLadderWorld(
  options: {
    folder?: string;
    key?: Buffer;
    previous?: Buffer;
    nonce?: bigint;
    plan?: Parameters<typeof storyPlan>[0];
  } = {},
) {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "allstop-ladder-"));
  const plan = storyPlan(options.plan ?? { execute: "when-ready", acknowledgements: 0 });
  const story = openStory({ databaseUrl: `file:${join(folder, "allstop.db")}`, plan });
  const now: { nonce: bigint; owners: Address[]; threshold: number; planned: ReturnType<ChainPort["planned"]> } = {
    nonce: options.nonce ?? 7n,
    owners: addresses,
    threshold: 3,
    planned: { kind: "pause", chainId: 31337, safe, to: vault, data: "0x8456cb59" },
  };
  const { chain } = story.app;
  const prepare = chain.prepare;
  /** What preparing ends with, where the test says so. */
  let refusal: Error | undefined;
  Object.assign(story.app, {
    ladder: openLadderStore(
      story.store,
      { ...("key" in options ? { key: options.key } : { key: KEY }), previous: options.previous },
      () => story.app.clock.now().getTime(),
    ),
    chain: {
      ...chain,
      planned: () => now.planned,
      readSafe: async (key: string): Promise<SafeState> => {
        const { nonce, owners, threshold } = now;
        return { ...(await chain.readSafe(key)), nonce, owners, threshold };
      },
      prepare: async (key: string) => {
        if (refusal !== undefined) throw refusal;
        const prepared = await prepare(key);
        const safeTx = buildSafeTx({ to: now.planned.to, data: now.planned.data, nonce: now.nonce });
        return {
          ...prepared,
          safe: { ...prepared.safe, owners: now.owners, threshold: now.threshold },
          safeTx,
          ...hashSafeTx(31337, safe, safeTx),
          observed: { ...prepared.observed, nonce: now.nonce.toString() },
        };
      },
    } satisfies ChainPort,
  });

  return {
    ...story,
    folder,
    now,
    refuse(error: Error | undefined) {
      refusal = error;
    },
    ladder: () => story.journal.state("ladder"),
    /** The kinds of the ladder's own facts. */
    facts: async () => (await story.journal.events("ladder")).map(({ event }) => event.kind),
    review: (rehearse = true) => reviewLadder(story.app, { rehearse }),
    /** One owner's signature over the pause at one nonce, as a wallet makes it. */
    signatureOf: (index: number, nonce: bigint): Promise<Hex> => signAt(index, nonce),
    async sign(index: number, nonce: bigint) {
      const signature = await signAt(index, nonce);
      return signRung(story.app, { by: "allstop" }, { intervention: "pause-vault", signature, via: "page" });
    },
    /** Collects as many rungs, and signs each by the first so many owners. */
    async collect(count: number, signers: number) {
      await story.type("U0NOOR", `ladder collect pause-vault ${count}`);
      const from = now.nonce;
      for (let index = 0; index < signers; index += 1) {
        for (let step = 0; step < count; step += 1) await this.sign(index, from + BigInt(step));
      }
    },
    /** Declares an incident, and proposes the plan's one pause. */
    async declare() {
      await story.type("U0NOOR", "incident declare critical Vault is draining");
      return (await story.type("U0NOOR", "pause propose pause-vault")).answer;
    },
    /** Every byte that the database has on disk. */
    bytes: (): Buffer =>
      Buffer.concat(
        readdirSync(folder)
          .filter((name) => name.startsWith("allstop.db"))
          .map((name) => readFileSync(join(folder, name))),
      ),
    close(): void {
      story.store.close();
    },
    remove(): void {
      story.store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function signAt(index: number, nonce: bigint): Promise<Hex> {
  const owner = owners[index];
  if (owner === undefined) throw new Error(`There is no owner ${index}.`);
  const { safeTxHash } = hashSafeTx(31337, safe, buildSafeTx({ to: vault, data: "0x8456cb59", nonce }));
  return owner.sign({ hash: safeTxHash });
}
