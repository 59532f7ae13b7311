import { UserError } from "../core/errors.ts";
import type { BlockRef } from "./calls.ts";
import type { DialectState } from "./dialects/index.ts";
import { createReader, NotAnswered, type Reader } from "./dialects/reader.ts";
import type { Network } from "./network.ts";
import type { PlannedIntervention } from "./plan-lookup.ts";

export interface PauseReading extends DialectState {
  /** Providers that agreed on every value that was read. */
  agreed: string[];
}

/**
 * What the contracts themselves say of an intervention at one block, as a quorum of providers reads it. Never one of
 * many. Throws `UserError` `not_pausable` when they are not of the family that the plan says.
 */
export async function readPauseState(
  network: Network,
  planned: PlannedIntervention,
  block: BlockRef,
): Promise<PauseReading> {
  return readDialect(network, planned, block, async (reader) => {
    const state = await planned.dialect.state(reader);
    return { ...state, agreed: reader.agreed() };
  });
}

/** Any question to an intervention's dialect at one block. Throws as `readPauseState` does. */
export async function readDialect<T>(
  network: Network,
  planned: PlannedIntervention,
  block: BlockRef,
  ask: (reader: Reader) => Promise<T>,
): Promise<T> {
  try {
    return await ask(createReader(network, block));
  } catch (error) {
    if (!(error instanceof NotAnswered)) throw error;
    throw new UserError(
      "not_pausable",
      `The contract at ${error.address} on ${network.name} does not answer ${error.label}.`,
      `Correct the addresses or the dialect of ${planned.key} in the response plan.`,
      { target: error.address, chainId: network.chainId },
    );
  }
}
