import { encodeFunctionData, parseAbi } from "viem";
import { describe, expect, it } from "vitest";
import { asSafe, pauseDirectly, removeOwner } from "../fixtures.ts";
import { weather } from "./weather.ts";

const world = weather();
const thresholdAbi = parseAbi(["function changeThreshold(uint256 threshold)"]);

/**
 * An execution that is signed and on its way, and something happens before it is mined: then its block comes. Resolves
 * with what people are told.
 */
async function overtaken(happens: (owners: readonly `0x${string}`[]) => Promise<void>) {
  const { chain } = world;
  // Nothing is mined but what the test mines; what happens is mined first, on its own.
  const story = await world.requested({ pollIntervalMs: 60_000 });
  const pause = await story.pause();
  await story.port.arm(pause);
  const signed = await story.port.sign(pause, 1);
  const { gas, maxFeePerGas, maxPriorityFeePerGas, ...rest } = signed;
  await story.journal.record("incident/INC-0001", { by: "allstop" }, () => ({
    events: [
      {
        kind: "pause.signed",
        proposal: "P-0001",
        attempt: 1,
        ...rest,
        gas: gas.toString(),
        maxFeePerGas: maxFeePerGas.toString(),
        maxPriorityFeePerGas: maxPriorityFeePerGas.toString(),
      },
    ],
    effects: [],
  }));
  await happens(pause.confirmations.map(({ owner }) => owner));
  await story.port.broadcast(31337, signed.raw);
  await chain.mine(1);
  await story.drive();
  return (await story.pause()).failed;
}

describe("An execution that is mined and reverts says what it was", () => {
  it("GS013: the inner call reverted, with its own reason", async () => {
    const failed = await overtaken(() => pauseDirectly(world.chain));
    expect(failed).toMatchObject({ code: "inner_failed", why: expect.stringContaining("EnforcedPause()") });
    expect(failed?.why).toContain("the pause did NOT happen");
  });

  it("GS020: the threshold was raised, and there are too few signatures", async () => {
    const data = encodeFunctionData({ abi: thresholdAbi, functionName: "changeThreshold", args: [4n] });
    const failed = await overtaken(() => asSafe(world.chain, world.chain.safe, data));
    expect(failed?.why).toMatch(/asks for 4 signatures now, and these are 3 \(GS020\)/);
  });

  it("GS026, because an owner left: that owner is named", async () => {
    let gone = "";
    const failed = await overtaken(async ([owner]) => {
      gone = owner ?? "";
      await removeOwner(world.chain, owner ?? "0x");
    });
    expect(failed?.why.toLowerCase()).toContain(`${gone.toLowerCase()} signed, and is no longer an owner`);
  });
});
