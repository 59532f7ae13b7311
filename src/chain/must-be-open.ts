import { UserError } from "../core/errors.ts";
import type { BlockRef } from "./calls.ts";
import type { Network } from "./network.ts";
import { readDialect } from "./pause-flag.ts";
import type { PlannedIntervention } from "./plan-lookup.ts";
import { alreadyDone } from "./simulate.ts";

/**
 * Throws `UserError` `already_paused` (or `already_done`), `pause_spent` where the family has no pause left, and
 * `pause_unwise` where the call would fail for a reason that can be read, or would do harm as things stand.
 */
export async function mustBeOpen(
  network: Network,
  planned: PlannedIntervention,
  { block }: { block: BlockRef },
): Promise<void> {
  const { dialect, target, key } = planned;
  const [state, left] = await readDialect(network, planned, block, (reader) =>
    Promise.all([dialect.state(reader), dialect.rePauseAvailable(reader)]),
  );
  if (state.obstacle !== undefined) {
    throw new UserError("pause_unwise", `${key} can't be proposed now. ${state.obstacle.why}`, state.obstacle.remedy, {
      intervention: key,
    });
  }
  if (state.done) throw alreadyDone(dialect, target);
  if (left.yes === false) {
    const why = `${key} can't be used now: ${state.says}, and no pause is left. ${left.why}`;
    throw new UserError("pause_spent", why, "Use another intervention that covers it.", { intervention: key });
  }
}
