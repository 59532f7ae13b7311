import type { Intervention, Probe } from "../core/plan.ts";
import { encodeProbe } from "../core/probe-call.ts";
import type { Call } from "./calls.ts";

/** The plan's probe as a call. */
export function probeCall(intervention: Intervention, probe: Probe): Call {
  return { from: probe.from, to: probe.target ?? intervention.target, data: encodeProbe(probe) };
}
