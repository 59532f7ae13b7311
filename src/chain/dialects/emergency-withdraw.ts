import { getAddress, parseAbi } from "viem";
import type { Planned } from "../../core/intervention.ts";
import { isAnyOf } from "./authority.ts";
import { plannedCall } from "./call.ts";
import type { Dialect } from "./dialect.ts";

const withdrawAbi = parseAbi(["function emergencyWithdraw(address token, address recipient, uint256 amount)"]);
const abi = parseAbi(["function owner() view returns (address)"]);

/**
 * Moves a fixed amount of one token to a recipient that stands in the plan. Not a pause: nothing is stopped, and it does
 * not fail safe. The amount is the amount: the largest number is refused by the plan, for not every contract reads it as
 * "all". What proves it are the balances on both sides.
 */
export function emergencyWithdraw(planned: Planned<"emergency-withdraw">): Dialect {
  const { target, token, tokenLabel, recipient, recipientLabel, minimumReceived } = planned;
  const amount = BigInt(planned.amount);
  return {
    kind: "withdraw",
    call: plannedCall(target, withdrawAbi, [token, recipient, amount], {
      token: tokenLabel,
      recipient: recipientLabel,
      amount: "in the token's smallest units",
    }),
    state: async () => ({ done: false, says: "it moves money, and pauses nothing" }),
    effectReverts: [],
    saysAlreadyDone: () => false,
    async canPause(reader, authority) {
      const owner = await reader.tryRead(target, abi, "owner", []);
      return isAnyOf(authority, { owner });
    },
    pauseExpiry: async () => undefined,
    rePauseAvailable: async () => ({ yes: true, why: "It can be called as long as the balance lasts." }),
    whatStillWorks: "Everything that does not need the money that has moved.",
    idempotent: false,
    undo: "The recipient sends the tokens back. No contract call undoes it.",
    moves: {
      token: getAddress(token),
      tokenLabel: tokenLabel ?? getAddress(token),
      from: getAddress(target),
      recipient: getAddress(recipient),
      recipientLabel: recipientLabel ?? getAddress(recipient),
      amount,
      minimumReceived: minimumReceived === undefined ? amount : BigInt(minimumReceived),
    },
  };
}
