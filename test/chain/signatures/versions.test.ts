import { encodeFunctionData, parseAbi } from "viem";
import { describe, expect, it } from "vitest";
import { statusOf } from "../../../src/core/pause-state.ts";
import type { SandboxChain } from "../../../src/sandbox/chain/index.ts";
import { wordsOf } from "../../story.ts";
import { asSafe } from "../fixtures.ts";
import { useChain } from "../use-chain.ts";
import { openChainStory } from "../world.ts";
import { claimVersion, mining, newSafe, pausingSafe, startMatrixChain, versions } from "./matrix.ts";

let chain: SandboxChain;
const closers = useChain((started) => {
  chain = started;
}, startMatrixChain);

function openFor(safe: `0x${string}`, options: Parameters<typeof openChainStory>[1] = {}) {
  const story = openChainStory({ ...chain, safe }, options);
  closers.push(story.close);
  return story;
}

const matrix = versions.flatMap((version) =>
  (["Safe", "SafeL2"] as const).map((singleton) => ({ version, singleton })),
);

describe.each(matrix)("a $singleton of version $version", ({ version, singleton }) => {
  it("pauses: proposed, signed, executed, proven, final", async () => {
    const story = openFor(await pausingSafe(chain, { version, singleton }));
    await story.propose();
    const { facts } = await story.pause();
    expect(facts.safe.version).toBe(version);
    await story.sign("chidi", "ana", "emil");
    await story.type("U0NOOR", "pause execute");
    await mining(chain, story.follow());
    const pause = await story.pause();
    expect(statusOf(pause)).toBe("final");
    // The log's layout differs: 1.3.0 does not index the hash.
    expect(pause.verified?.checks.map(({ name, ok }) => [name, ok])).toEqual([
      ["receipt", true],
      ["executed", true],
      ["state", true],
      ["effect", true],
      ["exit", true],
    ]);
  });
});

describe.each(versions)("a Safe of version %s", (version) => {
  it("without the right to pause is refused with the target's own reason", async () => {
    // 1.3.0 and 1.4.1 say GS013 and hide it; 1.5.0 passes the inner error on.
    const story = openFor(await newSafe(chain, { version }));
    const answer = wordsOf(await story.propose());
    expect(answer).toContain("AccessControlUnauthorizedAccount");
    expect(answer.includes("GS013")).toBe(version !== "1.5.0");
  });

  it("whose target somebody paused meanwhile fails with the true reason, and says so", async () => {
    const safe = await pausingSafe(chain, { version });
    const story = openFor(safe);
    await story.propose();
    await story.sign("chidi", "ana", "emil");
    const pause = await story.pause();
    await story.port.arm(pause);
    const data = encodeFunctionData({ abi: parseAbi(["function pause()"]), functionName: "pause" });
    await asSafe({ ...chain, safe }, chain.vault, data);
    await story.type("U0NOOR", "pause execute");
    await mining(chain, story.follow());
    expect((await story.pause()).failed?.why).toContain("EnforcedPause");
  });

  it("is followed when another transaction takes its nonce, and that one is found in its log", async () => {
    const safe = await pausingSafe(chain, { version });
    const first = openFor(safe);
    await first.propose();
    await first.sign("chidi", "ana", "emil");
    const pause = await first.pause();
    const signed = await first.port.sign(pause, 1);
    await first.port.broadcast(31337, signed.raw);
    await chain.mine();
    const foreign = { ...pause, facts: { ...pause.facts, safeTxHash: `0x${"ab".repeat(32)}` as const } };
    expect(await first.port.lookUp(foreign)).toMatchObject({ state: "superseded", by: signed.transactionHash });
    expect(await first.port.lookUp(pause)).toMatchObject({ state: "included", executed: true });
  });
});

describe("a Safe that says what it is not", () => {
  it.each(["1.4.0", "1.6.0", "2.0.0"])("is refused when it says %s, which nobody has tested", async (version) => {
    const safe = await pausingSafe(chain);
    await claimVersion(chain, safe, version);
    expect(wordsOf(await openFor(safe).propose())).toContain("has not been tested with");
  });

  it.each(["1.3.0", "1.5.0+L2"])(
    "is refused when it says %s, because the code behind it is 1.4.1's",
    async (version) => {
      const safe = await pausingSafe(chain);
      await claimVersion(chain, safe, version);
      expect(wordsOf(await openFor(safe).propose())).toContain("is not Safe's own");
    },
  );
});

describe("a Safe up to version 1.2.0", () => {
  it.each(["1.2.0", "1.1.1", "1.0.0", "0.1.0"])(
    "that says %s is refused by name, with both reasons",
    async (version) => {
      const safe = await pausingSafe(chain);
      await claimVersion(chain, safe, version);
      const story = openFor(safe);
      const answer = wordsOf(await story.propose());
      expect(answer).toContain(`is version ${version}`);
      expect(answer).toContain("one signature is valid for the same address on every chain");
      expect(answer).toContain("a failed pause is mined as a success and burns the nonce");
      expect((await story.incident()).pauses).toEqual([]);
    },
  );
});
