import { UserError } from "../core/errors.ts";
import type { Address } from "../core/ids.ts";
import type { BlockRef } from "./calls.ts";
import type { Dialect } from "./dialects/index.ts";
import type { Network } from "./network.ts";
import { type Answers, agreeOnCall } from "./quorum.ts";

/** What the target itself says about being paused at one block, as a quorum of providers reads it. Never one of many. */
export async function readPauseFlag(
  network: Network,
  dialect: Dialect,
  target: Address,
  block: BlockRef,
): Promise<Answers<boolean>> {
  const { label, data, read } = dialect.state;
  const answers = await agreeOnCall(network, `${label} of ${target}`, { to: target, data }, block);
  const outcome = answers.value;
  if (!outcome.ok || outcome.data === "0x") {
    throw new UserError(
      "not_pausable",
      `The contract at ${target} on ${network.name} does not answer ${label}.`,
      "Correct the intervention's target or dialect in the response plan.",
      { target, chainId: network.chainId },
    );
  }
  return { ...answers, value: read(outcome.data) };
}
