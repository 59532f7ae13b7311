import type { Looked, StepCheck } from "../core/chain-port.ts";
import { RetryableError, UserError } from "../core/errors.ts";
import type { Address } from "../core/ids.ts";
import { includesAddress } from "../core/pause-state.ts";
import type { LoadedPlan } from "../core/plan.ts";
import type { PlanCheck } from "../core/plan-response.ts";
import { lookAtBalance } from "./check-balance.ts";
import { lookAtEvent } from "./check-event.ts";
import type { Network } from "./network.ts";
import { readPauseState } from "./pause-flag.ts";
import { findIntervention, findSafe } from "./plan-lookup.ts";
import { pinHead } from "./quorum.ts";
import { readSafe } from "./read-safe.ts";

export interface CheckContext {
  plan: LoadedPlan;
  networkOf: (chainId: number) => Network;
}

/**
 * Looks up what a playbook's step wants, at the newest head that a quorum of providers knows. It fails closed: what
 * can't be read, or what they disagree about, does not hold.
 */
export async function lookUpCheck(context: CheckContext, check: StepCheck): Promise<Looked> {
  try {
    return await look(context, check);
  } catch (error) {
    if (error instanceof UserError) return unread(sayFault(error), `${error.message} ${error.remedy}`);
    // Which provider failed, and how, changes from look to look.
    if (error instanceof RetryableError) return unread("Too few RPC providers answered.", error.message);
    throw error;
  }
}

function look(context: CheckContext, check: StepCheck): Promise<Looked> {
  if ("paused" in check) return lookAtPause(context, check.paused, true);
  if ("notPaused" in check) return lookAtPause(context, check.notPaused, false);
  if ("owners" in check) return lookAtOwners(context, check.owners);
  return lookAtNamed(context, findCheck(context.plan, check.named));
}

async function lookAtNamed(context: CheckContext, check: PlanCheck): Promise<Looked> {
  switch (check.kind) {
    case "paused":
      return lookAtPause(context, check.intervention, check.is);
    case "owners":
      return lookAtExactOwners(context, check);
    case "balance":
      return lookAtBalance(context.networkOf(check.chain), check);
    case "event":
      return lookAtEvent(context.networkOf(check.chain), check);
    default:
      return check satisfies never;
  }
}

function findCheck(plan: LoadedPlan, key: string): PlanCheck {
  const check = Object.hasOwn(plan.checks, key) ? plan.checks[key] : undefined;
  if (check !== undefined) return check;
  throw new UserError(
    "unknown_check",
    `There is no check "${key}" in the response plan.`,
    `Checks: ${Object.keys(plan.checks).join(", ") || "none"}.`,
    { check: key },
  );
}

/** By the intervention's own dialect: it alone knows what its contracts call paused. */
async function lookAtPause({ plan, networkOf }: CheckContext, key: string, wanted: boolean): Promise<Looked> {
  const planned = findIntervention(plan, key);
  const network = networkOf(planned.chainId);
  const head = await pinHead(network);
  const { done, says } = await readPauseState(network, planned, head);
  const means = `${planned.intervention.title}: ${says}.`;
  return { holds: done === wanted, means, detail: `${means} ${at(network, head)}` };
}

/** Every owner of the Safe, or of every Safe, is an address of somebody in the plan. */
async function lookAtOwners(context: CheckContext, key: string): Promise<Looked> {
  const keys = key === "any" ? Object.keys(context.plan.safes) : [key];
  if (keys.length === 0) return unread("The response plan names no Safe.");
  const seen = await Promise.all(keys.map((one) => lookAtSafe(context, one, new Set())));
  const failing = seen.filter(({ holds }) => !holds);
  const said = (failing.length > 0 ? failing : seen).slice(0, SAID_MAX);
  return {
    holds: failing.length === 0,
    means: said.map(({ means }) => means).join(" "),
    detail: said.map(({ detail }) => detail).join(" "),
  };
}

/** A Safe of the plan may own another one: then its own owners count. Two that own each other are somebody's trick. */
async function lookAtSafe(context: CheckContext, key: string, above: ReadonlySet<string>): Promise<Looked> {
  const { plan, networkOf } = context;
  const { chainId, address, label } = findSafe(plan, key);
  if (above.has(key)) return no(`${label} is, by its owners, an owner of itself.`);
  const network = networkOf(chainId);
  const safe = await readSafe(network, address);
  const people = Object.values(plan.people).flatMap(({ owner }) => owner ?? []);
  const known = safe.owners.filter((owner) => includesAddress(people, owner));
  const nested = safe.owners.map((owner) => safeAt(plan, chainId, owner));
  const strangers = safe.owners.filter((owner, index) => !known.includes(owner) && nested[index] === undefined);
  const where = at(network, safe.block);
  if (strangers.length > 0) {
    const verb = strangers.length === 1 ? "is an owner" : "are owners";
    const means = `${label}: ${some(strangers)} ${verb}, and nobody's in the response plan.`;
    return { holds: false, means, detail: `${means} ${where}` };
  }
  const below = await Promise.all(
    nested.flatMap((one) => (one === undefined ? [] : [lookAtSafe(context, one, new Set([...above, key]))])),
  );
  const failing = below.find(({ holds }) => !holds);
  if (failing !== undefined) return failing;
  const means = `${label}: all ${safe.owners.length} owners are people of the response plan, ${safe.threshold} must sign.`;
  return { holds: true, means, detail: `${means} ${where}` };
}

function safeAt(plan: LoadedPlan, chainId: number, address: Address): string | undefined {
  return Object.entries(plan.safes).find(
    ([, safe]) => safe.chain === chainId && safe.address.toLowerCase() === address.toLowerCase(),
  )?.[0];
}

async function lookAtExactOwners(
  { plan, networkOf }: CheckContext,
  { safe: key, are, threshold }: Extract<PlanCheck, { kind: "owners" }>,
): Promise<Looked> {
  const { chainId, address, label } = findSafe(plan, key);
  const network = networkOf(chainId);
  const safe = await readSafe(network, address);
  const more = safe.owners.filter((owner) => !includesAddress(are, owner));
  const missing = are.filter((owner) => !includesAddress(safe.owners, owner));
  const wrong = [
    ...(more.length > 0 ? [`owners that it should not have: ${some(more)}`] : []),
    ...(missing.length > 0 ? [`owners that it lacks: ${some(missing)}`] : []),
    ...(threshold !== undefined && safe.threshold !== threshold
      ? [`${safe.threshold} must sign, and not ${threshold}`]
      : []),
  ];
  const means =
    wrong.length > 0
      ? `${label}: ${wrong.join("; ")}.`
      : `${label} has the ${are.length} owners that it should have, ${safe.threshold} must sign.`;
  return { holds: wrong.length === 0, means, detail: `${means} ${at(network, safe.block)}` };
}

/** A card has little room; addresses are never shortened. */
const SAID_MAX = 5;

function some(addresses: readonly Address[]): string {
  const rest = addresses.length - SAID_MAX;
  return `${addresses.slice(0, SAID_MAX).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function sayFault({ code, message }: UserError): string {
  return code === "providers_disagree" ? "The RPC providers disagree." : message;
}

function no(means: string): Looked {
  return { holds: false, means, detail: means };
}

function unread(why: string, detail = why): Looked {
  return { holds: false, means: `It can't be read: ${why}`, detail: `It can't be read: ${detail}` };
}

export function at(network: Network, block: { number: bigint }): string {
  return `Block ${block.number} of ${network.name}.`;
}
