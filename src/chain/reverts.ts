import { decodeErrorResult, parseAbi } from "viem";
import type { Hex } from "../core/ids.ts";

const knownErrors = parseAbi([
  "error EnforcedPause()",
  "error ExpectedPause()",
  "error AccessControlUnauthorizedAccount(address account, bytes32 neededRole)",
  "error AccessManagedUnauthorized(address caller)",
  "error OwnableUnauthorizedAccount(address account)",
  "error AccessManagerUnauthorizedAccount(address msgsender, uint64 roleId)",
  "error AccessManagerNotScheduled(bytes32 operationId)",
  "error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)",
  "error SuperchainConfig_AlreadyPaused(address identifier)",
  "error SuperchainConfig_OnlyGuardian()",
  "error SuperchainConfig_OnlyGuardianOrIncidentResponder()",
  "error OptimismPortal_CallPaused()",
  "error CallPaused()",
  "error ResumedExpected()",
  "error PausedExpected()",
  "error ZeroPauseDuration()",
  "error ReservePaused()",
  "error CallerNotPoolOrEmergencyAdmin()",
  "error Paused()",
  "error Unauthorized()",
  "error Error(string)",
  "error Panic(uint256)",
]);

/** What the Safe's own codes mean to us. */
const safeCodes: Record<string, string> = {
  GS000: "the Safe could not be set up",
  GS010: "there was not enough gas",
  GS011: "the gas refund could not be paid in ether",
  GS012: "the gas refund could not be paid in the token",
  GS013: "the inner call reverted",
  GS020: "there were too few signatures",
  GS021: "a contract signature is encoded wrongly",
  GS022: "a contract signature is encoded wrongly",
  GS023: "a contract signature is encoded wrongly",
  GS024: "an owner contract refused its signature",
  GS025: "an owner has not approved the hash on-chain",
  GS026: "a signature is not of a current owner over this nonce",
  GS027: "the signed data does not match its hash",
  GS030: "only owners may approve a hash",
  GS031: "the caller is not the Safe itself",
};

/** A revert in words: `EnforcedPause()`, `GS026 (a signature is not of a current owner over this nonce)`. */
export function describeRevert({ data, message }: { data: Hex; message: string }): string {
  if (data === "0x") {
    // Without data there is only the node's own wording; old nodes put the reason there.
    const code = /GS\d{3}/.exec(message)?.[0];
    return code === undefined ? message.replace(/\.$/, "") || "it reverts without a reason" : withMeaning(code);
  }
  try {
    const { errorName, args } = decodeErrorResult({ abi: knownErrors, data });
    if (errorName === "Error") return withMeaning(args[0]);
    if (errorName === "Panic") return `panic 0x${args[0].toString(16)}`;
    return `${errorName}(${(args ?? []).join(", ")})`;
  } catch {
    // An error that we have no name for: its selector lets the reader look it up in the target's ABI.
    return `error ${data.slice(0, 10)}`;
  }
}

/** The reason string of `Error(string)`, such as `GS013` or `Pausable: paused`. */
export function reasonOf({ data, message }: { data: Hex; message: string }): string | undefined {
  try {
    const decoded = decodeErrorResult({ abi: knownErrors, data });
    return decoded.errorName === "Error" ? decoded.args[0] : undefined;
  } catch {
    return /GS\d{3}/.exec(message)?.[0];
  }
}

function withMeaning(reason: string): string {
  const meaning = safeCodes[reason];
  return meaning === undefined ? `"${reason}"` : `${reason} (${meaning})`;
}
