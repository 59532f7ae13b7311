import type { Workspace } from "./workspace.ts";

const POLL_MS = 20;

/** Waits for the workspace to satisfy a predicate; see `Controls.until`. The time limit is real time. */
export function until<T>(
  workspace: Pick<Workspace, "watch">,
  predicate: () => T | undefined | false,
  { timeoutMs = 5000, what = "the workspace to change" }: { timeoutMs?: number; what?: string } = {},
): Promise<Exclude<T, undefined | false>> {
  const late = new Error(`Waited ${timeoutMs} ms for ${what}, in vain.`);
  return new Promise((resolve, reject) => {
    const look = () => {
      try {
        const found = predicate();
        if (!isFound(found)) return;
        end();
        resolve(found);
      } catch (error) {
        end();
        reject(error);
      }
    };
    const timer = setTimeout(() => {
      end();
      reject(late);
    }, timeoutMs);
    const unwatch = workspace.watch(look);
    // What a test keeps for itself changes unseen, a moment after the request that caused it.
    const poll = setInterval(look, POLL_MS);
    const end = () => {
      clearTimeout(timer);
      clearInterval(poll);
      unwatch();
    };
    look();
  });
}

function isFound<T>(value: T | undefined | false): value is Exclude<T, undefined | false> {
  return value !== undefined && value !== false;
}
