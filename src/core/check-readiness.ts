import type { App, Cause } from "./ports.ts";
import { agrees, type Board, isNews, lookAtReadiness, recordBoard } from "./readiness.ts";
import type { EventOf } from "./timeline.ts";

/**
 * Looks, and records what is different from before, once a second look says the same: a provider that stumbles for a
 * moment, or a block that is reorganised away, must not send people running. Resolves with the newest look; `settled` is
 * false when the two differed, and nothing was recorded.
 */
export async function checkReadiness(
  app: Pick<App, "chain" | "journal" | "clock" | "plan" | "queue">,
  cause: Cause,
  why: EventOf<"readiness.checked">["cause"],
  { confirm, stop }: { confirm: () => Promise<void>; stop?: AbortSignal },
): Promise<{ board: Board; settled: boolean }> {
  let board = await lookAtReadiness(app);
  const before = await app.journal.state("readiness");
  if (before !== undefined && isNews(before, board)) {
    await confirm();
    if (stop?.aborted === true) return { board, settled: false };
    const again = await lookAtReadiness(app);
    const same = agrees(board, again);
    board = again;
    if (!same) return { board, settled: false };
  }
  // What is read while everything is being closed is no news about the world.
  if (stop?.aborted === true) return { board, settled: false };
  await recordBoard(app, cause, why, board);
  return { board, settled: true };
}
