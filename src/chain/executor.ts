import { keccak256, stringToHex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { UserError } from "../core/errors.ts";
import type { Hex } from "../core/ids.ts";

export type Executor = PrivateKeyAccount;

/** The account that pays for gas. It is no owner and holds no role: stealing its key steals its gas money. */
export function openExecutor(privateKey: Hex | undefined): Executor | undefined {
  return privateKey === undefined ? undefined : privateKeyToAccount(privateKey);
}

export function mustExecute(executor: Executor | undefined): Executor {
  if (executor !== undefined) return executor;
  throw new UserError(
    "no_executor",
    "No executor is configured, so nothing can be sent to a chain.",
    "Set EXECUTOR_PRIVATE_KEY to a key that holds gas money and nothing else, and restart.",
  );
}

/** The first signature of a process is slow: the curve's tables are computed for it. Paid here, not in the hot path. */
export async function warmSigning(executor: Executor): Promise<void> {
  await executor.sign({ hash: keccak256(stringToHex("Allstop: signed only to warm up.")) });
}
