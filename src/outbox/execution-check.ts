import { setImmediate as nextTurn } from "node:timers/promises";
import type { FinalCheck, SignedExecution } from "../core/chain-port.ts";
import { messageOf, RetryableError } from "../core/errors.ts";
import type { Pause } from "../core/pause-state.ts";
import { isOpen } from "../core/pause-state.ts";
import { note, noteFound } from "./execution-facts.ts";
import type { Attempt, Drive } from "./execution-send.ts";

const TURNS_TO_WIRE = 3;

/**
 * The final check, where nothing may leave without it. False when it failed: that is told, and it is tried again at the
 * next head, as what is wrong may be mended. Throws `RetryableError` when it can't be made: then nothing leaves.
 */
export async function checkBefore(drive: Drive, pause: Pause, signed: SignedExecution): Promise<boolean> {
  if (pause.facts.finalCheck !== "before") return true;
  const { app, target } = drive;
  const head = app.chain.nextHead(pause.facts.chain.id);
  const found = await app.chain.check(pause, signed);
  const isNews = (now: Pause) => isOpen(now) && (now.checked?.ok !== found.ok || now.checked.code !== found.code);
  await note(app, target, `checked/${found.code ?? "ok"}`, factOf(pause, found, "before"), {
    still: isNews,
    quiet: found.ok,
  });
  if (found.ok) return true;
  if (!(await noteFound(app, target, pause))) await head;
  return false;
}

/**
 * The final check of what is on its way: speed comes first, so it runs while the bytes travel, on the block on which
 * they were made. What it finds is a fact, and is told where it is bad. `drive` waits for it at its end.
 */
export function checkBeside(drive: Drive, pause: Pause, sent: Attempt): void {
  if (pause.facts.finalCheck === "before" || pause.checked !== undefined || drive.beside.size > 0) return;
  drive.beside.add(recordBeside(drive, pause, sent).catch((error: unknown) => error));
}

async function recordBeside({ app, target }: Drive, pause: Pause, sent: Attempt): Promise<undefined> {
  // The HTTP client writes a turn of the event loop after it was asked to: the bytes go first.
  for (let turn = 0; turn < TURNS_TO_WIRE; turn += 1) await nextTurn();
  const found = await checkOrWhyNot(app, pause, sent);
  // Whoever was first to send it, it has run: nothing is left to be checked.
  if (found.code === "already_executed") return;
  // It may be over before the answer is there: what was found says why.
  const still = (now: Pause) => now.checked === undefined;
  await note(app, target, "checked", factOf(pause, found, "beside"), { still, quiet: found.ok });
}

async function checkOrWhyNot(app: Drive["app"], pause: Pause, sent: Attempt): Promise<FinalCheck> {
  try {
    return await app.chain.check(pause, sent);
  } catch (error) {
    if (!(error instanceof RetryableError)) throw error;
    const detail = `It could not be made. ${messageOf(error)}`;
    const { blockNumber } = pause.facts.observed;
    return { ok: false, code: "no_answer", detail, blockNumber: BigInt(blockNumber), providers: 0, of: 0 };
  }
}

function factOf({ id: proposal }: Pause, found: FinalCheck, when: "before" | "beside") {
  const { ok, code, detail, blockNumber, providers, of } = found;
  return {
    kind: "pause.checked" as const,
    proposal,
    ok,
    when,
    ...(code !== undefined && { code }),
    detail,
    blockNumber: blockNumber.toString(),
    providers,
    of,
  };
}

/** To be awaited before the drive ends: a bug of the check is not lost, and nothing writes after the end. */
export async function settleChecks({ beside }: Drive): Promise<void> {
  for (const error of await Promise.all(beside)) if (error !== undefined) throw error;
}
