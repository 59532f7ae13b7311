import { z } from "zod";
import { Hex } from "../core/ids.ts";
import type { BlockRef, Call, CallOutcome, StateOverrides } from "./calls.ts";
import type { Network } from "./network.ts";
import { type Answers, agree } from "./quorum.ts";

/**
 * Several calls one after the other on the state of one block, each seeing what the ones before it did
 * (`eth_simulateV1`), as a quorum of providers agrees on it. Nothing is sent. Throws as `agree` does; a provider that
 * does not know the method counts as one that did not answer.
 */
export function simulateCalls(
  network: Network,
  what: string,
  calls: Call[],
  block: BlockRef,
  overrides: StateOverrides = {},
): Promise<Answers<CallOutcome[]>> {
  const request = { blockStateCalls: [{ stateOverrides: overrides, calls }], validation: false };
  return agree(
    network,
    what,
    async (provider) => {
      const answer = await provider.request("eth_simulateV1", [request, { blockHash: block.hash }]);
      const [simulated] = Simulated.parse(answer);
      if (simulated.calls.length !== calls.length) throw new Error(`${provider.name} left calls out.`);
      return simulated.calls.map(outcomeOf);
    },
    (outcomes) => outcomes.map(({ ok, data }) => [ok, data]),
  );
}

const SimulatedCall = z.object({
  status: z.enum(["0x0", "0x1"]),
  returnData: Hex,
  error: z.object({ message: z.string().default(""), data: z.string().optional() }).nullish(),
});
const Simulated = z.tuple([z.object({ calls: z.array(SimulatedCall) })]);

function outcomeOf({ status, returnData, error }: z.output<typeof SimulatedCall>): CallOutcome {
  if (status === "0x1") return { ok: true, data: returnData };
  // Some nodes give what a revert carries as the error's data, and some as the data that came back.
  const carried = Hex.safeParse(error?.data);
  const data = returnData === "0x" && carried.success ? carried.data : returnData;
  return { ok: false, data, message: error?.message ?? "" };
}
