import type { Address, Hex } from "../../core/ids.ts";
import type { Verdict } from "../../core/readiness.ts";
import { ZERO_ADDRESS } from "../../core/safe-tx.ts";
import type { Answer } from "../dialects/index.ts";
import { describeRevert } from "../reverts.ts";
import { withNames } from "./names.ts";
import { succeeded, type Trial } from "./trial.ts";
import type { Asked } from "./who-grants.ts";

export interface TrialSubject {
  safe: { label: string; address: Address; guard: Address };
  target: { label: string; address: Address };
  block: bigint;
  providers: number;
  /** What the target's family says about the right, where it can be read. */
  canPause: Answer | undefined;
  /** Whom to ask for the right. */
  ask: Asked;
}

/**
 * Whether the whole transaction would run, for one executor; and where it would not, which part of it fails: the target's
 * right, the guard, or the Safe itself. The inner call alone tells them apart.
 */
export function judgeTrial(subject: TrialSubject, trial: Trial, executor: Address | undefined): Verdict[] {
  const { safe, target, block } = subject;
  const sent = trial.byExecutor.find((one) => one.executor === executor)?.outcome;
  const failing = succeeded(trial.byOwner) ? (sent === undefined || succeeded(sent) ? undefined : sent) : trial.byOwner;
  if (failing === undefined) {
    const from = sent === undefined ? "an owner" : "an owner and from the executor";
    const on = `on ${trial.agreed.length} of ${subject.providers} RPC providers`;
    const says = `${safe.label} can: tried whole from ${from} at block ${block}, ${on}.`;
    return [{ rung: "role", colour: "green", code: "role", says }];
  }
  const names = [
    { label: safe.label, value: safe.address },
    { label: target.label, value: target.address },
  ];
  if (!trial.inner.ok) {
    const read = subject.canPause?.yes === false ? ` ${withNames(subject.canPause.why, names)}` : "";
    const says = `${target.label} refuses ${safe.label} with ${errorName(trial.inner)}.${read}`;
    if (subject.canPause?.yes === true) {
      const why = `${target.label} refuses the call with ${errorName(trial.inner)}, although ${safe.label} may make it.`;
      const remedy = `Ask whoever maintains ${target.label} what keeps it from being paused now.`;
      return [{ rung: "role", colour: "red", code: "call_reverts", says: why, remedy, facts: names }];
    }
    const facts = [...names, ...subject.ask.facts];
    return [{ rung: "role", colour: "red", code: "role_missing", says, remedy: subject.ask.says, facts }];
  }
  const why = failing.ok ? "returns false" : `reverts with ${describeRevert(failing)}`;
  const who = failing === sent && trial.byOwner.ok ? "sent by the executor" : "sent by an owner";
  if (safe.guard !== ZERO_ADDRESS) {
    return [
      {
        rung: "guard",
        colour: "red",
        code: "guard_blocks",
        says: `The guard of ${safe.label} blocks the pause: ${who}, it ${why}.`,
        remedy: `Ask whoever runs the guard to let this call pass, or have the owners take it off ${safe.label}.`,
        facts: [{ label: "guard", value: safe.guard }, ...names],
      },
    ];
  }
  return [
    {
      rung: "role",
      colour: "red",
      code: "safe_refuses",
      says: `${safe.label} would not run it, although ${target.label} allows it: ${who}, it ${why}.`,
      remedy: "Look at it in Safe's own interface: something about it is not as in other Safes.",
      facts: names,
    },
  ];
}

/** Without its arguments, which are addresses and hashes that stand below by name. */
function errorName(revert: { data: Hex; message: string }): string {
  return describeRevert(revert).replace(/\(.*0x.*\)$/, "");
}
