import { getAddress, parseAbi } from "viem";
import type { Address } from "../../core/ids.ts";
import type { Planned } from "../../core/intervention.ts";
import { isAnyOf } from "./authority.ts";
import { plannedCall } from "./call.ts";
import type { Answer, Dialect } from "./dialect.ts";
import type { Reader } from "./reader.ts";
import { plannedReverts, reasonText } from "./reverts.ts";

const pauseMint = parseAbi(["function _setMintPaused(address cToken, bool state) returns (bool)"]);
const pauseBorrow = parseAbi(["function _setBorrowPaused(address cToken, bool state) returns (bool)"]);
const pauseTransfer = parseAbi(["function _setTransferPaused(bool state) returns (bool)"]);
const pauseSeize = parseAbi(["function _setSeizePaused(bool state) returns (bool)"]);
const abi = parseAbi([
  "function mintGuardianPaused(address cToken) view returns (bool)",
  "function borrowGuardianPaused(address cToken) view returns (bool)",
  "function transferGuardianPaused() view returns (bool)",
  "function seizeGuardianPaused() view returns (bool)",
  "function pauseGuardian() view returns (address)",
  "function admin() view returns (address)",
]);

const shared = {
  kind: "pause",
  saysAlreadyDone: () => false,
  pauseExpiry: async () => undefined,
  rePauseAvailable: async (): Promise<Answer> => ({ yes: true, why: "Once the admin lifts it, it can be set again." }),
  idempotent: true,
  undo: "the same function with false, by the Comptroller's admin alone: the guardian can only pause.",
} as const;

/** Mint or borrow of one market of a Compound v2 Comptroller. */
export function compoundV2Market({ target, action, cToken, revertsWith }: Planned<"compound-v2-market">): Dialect {
  const getter = `${action}GuardianPaused` as const;
  return {
    ...shared,
    call: plannedCall(target, action === "mint" ? pauseMint : pauseBorrow, [cToken, true]),
    async state(reader) {
      const paused = await reader.read(target, abi, getter, [cToken]);
      return { done: paused, says: `${getter}(${getAddress(cToken)}) is ${paused}` };
    },
    effectReverts: [reasonText(`${action} is paused`), ...plannedReverts(revertsWith)],
    canPause: (reader, authority) => isGuardian(reader, target, authority),
    whatStillWorks: "Redeem, repay and liquidation, always; every other market; the market's other actions.",
  };
}

/** Transfer or seize of every market of a Compound v2 Comptroller. */
export function compoundV2Comptroller(planned: Planned<"compound-v2-comptroller">): Dialect {
  const { target, action, revertsWith } = planned;
  const getter = `${action}GuardianPaused` as const;
  return {
    ...shared,
    call: plannedCall(target, action === "transfer" ? pauseTransfer : pauseSeize, [true]),
    async state(reader) {
      const paused = await reader.read(target, abi, getter, []);
      return { done: paused, says: `${getter}() is ${paused}` };
    },
    effectReverts: [reasonText(`${action} is paused`), ...plannedReverts(revertsWith)],
    canPause: (reader, authority) => isGuardian(reader, target, authority),
    whatStillWorks:
      action === "transfer"
        ? "Mint, borrow, redeem, repay and liquidation; only cTokens can't be sent on."
        : "Mint, borrow, redeem and repay; liquidations stop, because their collateral can't be seized.",
  };
}

async function isGuardian(reader: Reader, comptroller: Address, authority: Address): Promise<Answer> {
  const [guardian, admin] = await Promise.all([
    reader.tryRead(comptroller, abi, "pauseGuardian", []),
    reader.tryRead(comptroller, abi, "admin", []),
  ]);
  return isAnyOf(authority, { "pause guardian": guardian, admin });
}
