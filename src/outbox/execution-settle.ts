import { actWords } from "../core/act-words.ts";
import type { Pause } from "../core/pause-state.ts";
import { note, noteLost } from "./execution-facts.ts";
import type { Drive } from "./execution-send.ts";

/** Whether it did what it should, at the block that holds it. Only then it is called paused. */
export async function prove(drive: Drive, pause: Pause): Promise<void> {
  const { app, target } = drive;
  const { included } = pause;
  if (included === undefined) throw new Error(`${pause.id} is in no block.`);
  const at = { number: BigInt(included.blockNumber), hash: included.blockHash };
  if ((await app.chain.finality(pause.facts.chain.id, at)) === "orphaned") return orphaned(drive, pause);
  const { ok, checks, blockNumber, blockHash } = await app.chain.verify(pause, included);
  const { transactionHash } = included;
  const sameBlock = (now: Pause) => now.included?.blockHash === included.blockHash && now.verified === undefined;
  const options = { still: sameBlock, more: [{ kind: "announce" as const, incident: target.incident }] };
  if (ok) {
    const { act } = pause.facts;
    const event = { kind: "pause.verified" as const, proposal: pause.id, transactionHash, blockHash, act, checks };
    await note(app, target, "verified", { ...event, blockNumber: blockNumber.toString() }, options);
    return;
  }
  const failed = checks.filter((check) => !check.ok).map(({ detail }) => detail.replace(/\.$/, ""));
  await note(
    app,
    target,
    "failed",
    {
      kind: "pause.failed",
      proposal: pause.id,
      code: "not_verified",
      why: `It is in block ${blockNumber}, but it is not proven: ${failed.join("; ")}.`,
      remedy: `Look at the contract yourself now. Allstop does not call this ${actWords(pause.facts.act).done.toLowerCase()}.`,
      transactionHash,
      checks,
    },
    options,
  );
}

/**
 * Waits until the chain will not take the block back. What was proven at a block hash stays proven while that hash is
 * canonical, so it is the hash that is looked at again, not the state of a block that providers soon forget.
 */
export async function settle(drive: Drive, pause: Pause): Promise<void> {
  const { app, target } = drive;
  const { included } = pause;
  if (included === undefined) throw new Error(`${pause.id} is in no block.`);
  const { blockNumber, blockHash } = included;
  const head = app.chain.nextHead(pause.facts.chain.id);
  const reached = await app.chain.finality(pause.facts.chain.id, { number: BigInt(blockNumber), hash: blockHash });
  if (reached === "orphaned") return orphaned(drive, pause);
  // Looked for after its finality was, so that none is missed which was mined before the end.
  await noteLost(app, target, pause);
  if (reached === "included" || (reached === "safe" && pause.safeAt !== undefined)) {
    await head;
    return;
  }
  const kind = reached === "final" ? ("pause.final" as const) : ("pause.safe" as const);
  const sameBlock = (now: Pause) => now.included?.blockHash === blockHash && now.finalAt === undefined;
  const { act } = pause.facts;
  await note(app, target, reached, { kind, proposal: pause.id, blockNumber, act }, { still: sameBlock });
}

/** The chain took the block back. Said, and the same bytes are sent again. */
async function orphaned(drive: Drive, pause: Pause): Promise<void> {
  const { included } = pause;
  if (included === undefined) return;
  const { transactionHash, blockHash } = included;
  await note(
    drive.app,
    drive.target,
    "reorged",
    { kind: "pause.reorged", proposal: pause.id, transactionHash, blockHash },
    { still: (now) => now.included?.blockHash === blockHash },
  );
  // Every one of them may run again, and is sent again.
  drive.sent.clear();
  drive.hidden.clear();
}
