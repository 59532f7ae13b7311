import { getAddress, parseAbi, zeroAddress } from "viem";
import type { Address } from "../../core/ids.ts";
import type { Planned } from "../../core/intervention.ts";
import { plannedCall } from "./call.ts";
import type { Answer, Dialect } from "./dialect.ts";
import type { Reader } from "./reader.ts";
import { customError, plannedReverts, reasonText } from "./reverts.ts";

const poolPauseAbi = parseAbi(["function setPoolPause(bool paused)"]);
const reservePauseAbi = parseAbi(["function setReservePause(address asset, bool paused)"]);
const poolAbi = parseAbi([
  "function getReservesList() view returns (address[])",
  "function getConfiguration(address asset) view returns ((uint256 data))",
  "function ADDRESSES_PROVIDER() view returns (address)",
]);
const providerAbi = parseAbi(["function getACLManager() view returns (address)"]);
const aclAbi = parseAbi([
  "function isEmergencyAdmin(address admin) view returns (bool)",
  "function isPoolAdmin(address admin) view returns (bool)",
]);

/** Bit of a reserve's configuration that says it is paused. Bit 57, frozen, is something else. */
const PAUSED_BIT = 60n;

/** `ReservePaused()` since 3.4; before that the number of the error, as a text. */
const reservePaused = [customError("ReservePaused()"), reasonText("29")];

const shared = {
  kind: "pause",
  // Setting the bit again is no error: only the state says that it was set.
  saysAlreadyDone: () => false,
  pauseExpiry: async () => undefined,
  idempotent: true,
} as const;

/** Every reserve of an Aave v3 pool. The pool has no flag of its own: each reserve is set, and each one is read. */
export function aaveV3Pool({ target, configurator, revertsWith }: Planned<"aave-v3-pool">): Dialect {
  return {
    ...shared,
    call: plannedCall(configurator, poolPauseAbi, [true]),
    async state(reader) {
      const list = await reader.read(target, poolAbi, "getReservesList", []);
      // A dropped reserve leaves a hole in the list.
      const reserves = list.filter((reserve) => reserve !== zeroAddress);
      const flags = await Promise.all(reserves.map((reserve) => isReservePaused(reader, target, reserve)));
      const running = reserves.filter((_, index) => flags[index] === false);
      const done = reserves.length > 0 && running.length === 0;
      const but = done || running.length === reserves.length ? "" : `, and these are not: ${running.join(", ")}`;
      return { done, says: `${reserves.length - running.length} of ${reserves.length} reserves are paused${but}` };
    },
    effectReverts: [...reservePaused, ...plannedReverts(revertsWith)],
    canPause: (reader, authority) => isAdmin(reader, target, authority),
    rePauseAvailable: async () => ({ yes: true, why: "Once reserves are unpaused they can be paused again." }),
    whatStillWorks:
      "Nothing that moves a reserve: supply, borrow, repay, withdraw, liquidation and transfers all stop.",
    gasGrowsWith: "the number of reserves of the pool",
    undo: "setPoolPause(false, gracePeriod) or setReservePause per reserve, by an emergency or pool admin, who chooses how long liquidations wait.",
  };
}

/** One reserve of an Aave v3 pool. */
export function aaveV3Reserve(planned: Planned<"aave-v3-reserve">): Dialect {
  const { target, configurator, reserve, revertsWith } = planned;
  return {
    ...shared,
    call: plannedCall(configurator, reservePauseAbi, [reserve, true]),
    async state(reader) {
      const paused = await isReservePaused(reader, target, reserve);
      return { done: paused, says: `the paused bit of reserve ${getAddress(reserve)} is ${paused ? 1 : 0}` };
    },
    effectReverts: [...reservePaused, ...plannedReverts(revertsWith)],
    canPause: (reader, authority) => isAdmin(reader, target, authority),
    rePauseAvailable: async () => ({ yes: true, why: "Once the reserve is unpaused it can be paused again." }),
    whatStillWorks: "Every other reserve of the pool. Of this one nothing moves, repayments and liquidations included.",
    undo: "setReservePause(asset, false, gracePeriod), by an emergency or pool admin, who chooses how long liquidations wait.",
  };
}

async function isReservePaused(reader: Reader, pool: Address, reserve: Address): Promise<boolean> {
  const { data } = await reader.read(pool, poolAbi, "getConfiguration", [reserve]);
  return ((data >> PAUSED_BIT) & 1n) === 1n;
}

async function isAdmin(reader: Reader, pool: Address, authority: Address): Promise<Answer> {
  const provider = await reader.tryRead(pool, poolAbi, "ADDRESSES_PROVIDER", []);
  const acl = provider && (await reader.tryRead(provider, providerAbi, "getACLManager", []));
  if (acl === undefined) return { yes: undefined, why: `${pool} does not say who may pause it.` };
  const [emergency, admin] = await Promise.all([
    reader.read(acl, aclAbi, "isEmergencyAdmin", [authority]),
    reader.read(acl, aclAbi, "isPoolAdmin", [authority]),
  ]);
  if (emergency || admin) return { yes: true, why: `${authority} is ${emergency ? "an emergency" : "a pool"} admin.` };
  return { yes: false, why: `${authority} is neither an emergency admin nor a pool admin (ACLManager ${acl}).` };
}
