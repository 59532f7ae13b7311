import { toFunctionSelector } from "viem";
import type { Hex } from "../../core/ids.ts";
import { reasonOf } from "../reverts.ts";
import type { ExpectedRevert } from "./dialect.ts";

/** A custom error such as `EnforcedPause()`, by its signature. */
export function customError(signature: string): ExpectedRevert {
  return { label: signature, selector: toFunctionSelector(`function ${signature}`) };
}

/** The text of a `require`, as the contract says it. */
export function reasonText(reason: string): ExpectedRevert {
  return { label: JSON.stringify(reason), reason };
}

/** As the plan writes them: what looks like a function is a custom error, and anything else is a reason. */
export function plannedReverts(texts: readonly string[]): ExpectedRevert[] {
  return texts.map((text) => (isErrorSignature(text) ? customError(text) : reasonText(text)));
}

export function isErrorSignature(text: string): boolean {
  return /^[A-Za-z_]\w*\([\w,[\]]*\)$/.test(text);
}

export function isOneOf(revert: { data: Hex; message: string }, expected: readonly ExpectedRevert[]): boolean {
  const reason = reasonOf(revert);
  return expected.some(
    (one) =>
      (one.selector !== undefined && revert.data.startsWith(one.selector)) ||
      (one.reason !== undefined && reason === one.reason) ||
      (one.reasonStart !== undefined && reason?.startsWith(one.reasonStart) === true),
  );
}
