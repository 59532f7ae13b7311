import type { Intervention, Probe } from "../core/plan.ts";
import { encodeProbe } from "../core/probe-call.ts";
import type { Call, CallOutcome } from "./calls.ts";
import type { ExpectedRevert } from "./dialects/index.ts";
import { isOneOf } from "./dialects/reverts.ts";
import { describeRevert } from "./reverts.ts";

/** The plan's probe as a call. */
export function probeCall(intervention: Intervention, probe: Probe): Call {
  return { from: probe.from, to: probe.target ?? intervention.target, data: encodeProbe(probe) };
}

/** Whether a guarded call reverts as it should, and how that reads: errors that the plan names have a name here. */
export function judgeRevert(
  revert: Extract<CallOutcome, { ok: false }>,
  expected: readonly ExpectedRevert[],
): { expected: boolean; says: string } {
  const match = expected.find((one) => isOneOf(revert, [one]));
  const says = describeRevert(revert);
  return {
    expected: match !== undefined,
    says: match !== undefined && says.startsWith("error 0x") ? match.label : says,
  };
}
