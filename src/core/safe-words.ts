import { getAddress } from "viem";
import type { Address } from "./ids.ts";
import type { Fittings } from "./pause-shapes.ts";
import { includesAddress, type Pause, sameAddress } from "./pause-state.ts";
import { ZERO_ADDRESS } from "./safe-tx.ts";
import type { EventOf } from "./timeline.ts";

/** A sentence in which owners may be shown by name, where a reader knows who they are. */
export type Said = (string | { owner: Address })[];

/** As much of a Safe as can change under a proposal. */
export interface Standing extends Fittings {
  owners: readonly Address[];
  threshold: number;
  nonce: string;
}

/** The Safe as it is known to stand now, flat. */
export function standingOf({ safe }: Pick<Pause, "safe">): Standing {
  const { owners, threshold, nonce, fittings } = safe;
  return { owners, threshold, nonce, ...fittings };
}

/** What a fact of a change says, each as a sentence. Facts from before `before` was kept say how it stands. */
export function sayChange(event: EventOf<"pause.safe_changed">): Said[] {
  const { before, takenBy, ours } = event;
  const { kind: _, proposal: __, before: ___, takenBy: ____, ours: _____, blockNumber, ...now } = event;
  const seen: Said = [`Seen in block ${blockNumber}.`];
  if (before === undefined) {
    return [[`Now ${now.threshold} of ${now.owners.length}, nonce ${now.nonce}.`], seen];
  }
  const taken = takenBy === undefined ? [] : [[sayTaken(takenBy, ours)]];
  return [...differences(before, now), ...taken, seen];
}

function sayTaken(takenBy: string, ours: boolean | undefined): string {
  return ours === true
    ? `The transaction that used it is ${takenBy}, and it is this proposal itself: somebody else has sent it.`
    : `The transaction that used it is ${takenBy}, and it is not this proposal.`;
}

/** What differs between two looks at a Safe, each as a sentence. What either of them does not know is no difference. */
export function differences(before: Standing, now: Standing): Said[] {
  return [
    ...ownerChanges(before, now),
    ...(before.threshold === now.threshold
      ? []
      : [[`It takes ${now.threshold} signatures now, and took ${before.threshold}.`]]),
    ...swapped("guard", before.guard, now.guard, "A guard can refuse any transaction of the Safe."),
    ...swapped("module guard", before.moduleGuard, now.moduleGuard, "It can refuse what modules do."),
    ...moduleChanges(before.modules, now.modules),
    ...swapped("fallback handler", before.fallbackHandler, now.fallbackHandler),
    ...swapped(
      "code (singleton)",
      before.singleton,
      now.singleton,
      "Other code may follow other rules: check it first.",
    ),
    ...(before.nonce === now.nonce ? [] : [[`Its nonce is ${now.nonce} now, and was ${before.nonce}.`]]),
  ];
}

function ownerChanges(before: Standing, now: Standing): Said[] {
  const gone = before.owners.filter((owner) => !includesAddress(now.owners, owner));
  const come = now.owners.filter((owner) => !includesAddress(before.owners, owner));
  return [
    ...gone.map((owner): Said => [{ owner }, " is no longer an owner: their signature does not count any more."]),
    ...come.map((owner): Said => [{ owner }, " is an owner now."]),
  ];
}

function moduleChanges(before: readonly Address[] | undefined, now: readonly Address[] | undefined): Said[] {
  if (before === undefined || now === undefined) return [];
  return [
    ...now
      .filter((module) => !includesAddress(before, module))
      .map((module) => [
        `The module ${getAddress(module)} is enabled now: it can act for the Safe without signatures.`,
      ]),
    ...before
      .filter((module) => !includesAddress(now, module))
      .map((module) => [`The module ${getAddress(module)} is not enabled any more.`]),
  ];
}

function swapped(name: string, before: Address | undefined, now: Address | undefined, meaning?: string): Said[] {
  if (before === undefined || now === undefined || sameAddress(before, now)) return [];
  const said = `Its ${name} is ${addressOrNone(now)} now, and was ${addressOrNone(before)}.`;
  return [[meaning === undefined || isNone(now) ? said : `${said} ${meaning}`]];
}

/** What a Safe has, and what it lacks, against the plan. A plan that says nothing of guards or modules expects none. */
export function unplanned(now: Fittings, planned: Pick<Fittings, "guard" | "moduleGuard" | "modules"> = {}): string[] {
  const modules = now.modules ?? [];
  const expected = planned.modules ?? [];
  return [
    ...guardAgainst("guard", now.guard, planned.guard, "It can refuse the transaction."),
    ...guardAgainst("module guard", now.moduleGuard, planned.moduleGuard, "It can refuse what modules do."),
    ...modules
      .filter((module) => !includesAddress(expected, module))
      .map(
        (module) => `The module ${getAddress(module)} is not in the plan. It can act for the Safe without signatures.`,
      ),
    ...(now.modules === undefined ? [] : expected.filter((module) => !includesAddress(modules, module))).map(
      (module) => `The plan names the module ${getAddress(module)}, and the Safe does not have it.`,
    ),
  ];
}

function guardAgainst(name: string, now: Address | undefined, planned: Address | undefined, meaning: string): string[] {
  if (now === undefined || sameAddress(now, planned ?? ZERO_ADDRESS)) return [];
  if (isNone(now)) return [`The plan names the ${name} ${addressOrNone(planned)}, and the Safe has none.`];
  return [`The ${name} ${addressOrNone(now)} is not in the plan. ${meaning}`];
}

export function isNone(address: Address | undefined): boolean {
  return address === undefined || sameAddress(address, ZERO_ADDRESS);
}

export function addressOrNone(address: Address | undefined): string {
  return address === undefined || isNone(address) ? "none" : getAddress(address);
}

/** For those who know nobody by name. */
export function plainText(said: Said): string {
  return said.map((part) => (typeof part === "string" ? part : getAddress(part.owner))).join("");
}
