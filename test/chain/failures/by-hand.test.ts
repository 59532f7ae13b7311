import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { handOff, safeAppLink } from "../../../src/core/handoff.ts";
import { wordsOf } from "../../story.ts";
import { HEDGE_KEY, SEND, weather } from "./weather.ts";

const world = weather();

/** The commands of the file, each as it would be copied. */
const fencesOf = (content: string) => [...content.matchAll(/```\n([\s\S]*?)\n```/g)].map(([, text = ""]) => text);

/** Foundry's own tool. It is no dependency of ours; where it is installed, its commands are tried as people would. */
const hasCast = spawnSync("cast", ["--version"]).status === 0;
const shell = (command: string, rpcUrl: string) =>
  execFileSync("bash", ["-c", command], { env: { ...process.env, RPC_URL: rpcUrl } }).toString();

describe("What people get when Allstop can't get it mined", () => {
  it("is a transaction that anybody can send with a command from the file, and Allstop sees that it ran", async () => {
    const [rpc] = await world.providers(1);
    const story = await world.requested({ rpcUrls: [rpc?.url ?? ""], submission: { hedgePrivateKey: HEDGE_KEY } });
    // Nothing gets out of here.
    rpc?.faults.add({ method: SEND, kind: "500" });
    const driven = story.drive();
    await expect.poll(async () => (await story.pause()).attempts.length).toBe(1);
    const { content, name } = handOff(await story.pause());
    expect(name).toBe("P-0001-send-it-yourself.md");
    const curl = fencesOf(content).find((text) => text.startsWith("curl")) ?? "";
    const answer = execFileSync("bash", ["-c", curl], { env: { ...process.env, RPC_URL: world.chain.rpcUrl } });
    const [attempt] = (await story.pause()).attempts;
    expect(JSON.parse(answer.toString())).toMatchObject({ result: attempt?.transactionHash });
    await world.mining(driven);
    expect((await world.expectOneExecution(story)).included?.transactionHash).toBe(attempt?.transactionHash);
  });

  it("is data that any account with gas money can send, though nothing of ours was ever signed", async () => {
    const story = await world.requested();
    const { content } = handOff(await story.pause());
    const [, safe = "", data = ""] = /^cast send .* (0x[0-9a-fA-F]{40}) (0x[0-9a-f]+)$/m.exec(content) ?? [];
    expect(content).not.toContain("cast publish");
    expect(safe).toBe(world.chain.safe);
    await world.chain.send({ from: "whale", to: world.chain.safe, data: data as `0x${string}` });
    expect(await world.isPaused()).toBe(true);
    await world.mining(story.drive());
    const pause = await world.expectOneExecution(story);
    expect(pause.attempts).toEqual([]);
    expect(pause.included?.sentBy).toBe(world.chain.depositor.toLowerCase());
  });

  it.skipIf(!hasCast)("is a command for cast that publishes what we signed", async () => {
    const [rpc] = await world.providers(1);
    const story = await world.requested({ rpcUrls: [rpc?.url ?? ""] });
    rpc?.faults.add({ method: SEND, kind: "500" });
    const driven = story.drive();
    await expect.poll(async () => (await story.pause()).attempts.length).toBe(1);
    const { content } = handOff(await story.pause());
    const command = fencesOf(content).find((text) => text.startsWith("cast publish")) ?? "";
    expect(shell(command, world.chain.rpcUrl)).toContain((await story.pause()).attempts[0]?.transactionHash);
    await world.mining(driven);
    await world.expectOneExecution(story);
  });

  it.skipIf(!hasCast)("is a command for cast that sends what the owners signed, from anybody's account", async () => {
    const story = await world.requested();
    const { content } = handOff(await story.pause());
    const command = fencesOf(content).find((text) => text.startsWith("cast send")) ?? "";
    // A test has no terminal to type a key into.
    shell(command.replace("--interactive", `--private-key ${world.chain.executor.privateKey}`), world.chain.rpcUrl);
    expect(await world.isPaused()).toBe(true);
    await world.mining(story.drive());
    await world.expectOneExecution(story);
  });

  it("says what is missing while it can't be sent, and holds what is there", async () => {
    const story = await world.requested({}, ["chidi", "ana"]);
    const { content } = handOff(await story.pause());
    expect(content).toContain("2 of 3 signatures of current owners are here");
    expect(content).not.toMatch(/cast (send|publish)/);
    const bundle = JSON.parse(fencesOf(content).at(-1) ?? "") as {
      signatures: { owner: string }[];
      safeTxHash: string;
    };
    expect(bundle.signatures).toHaveLength(2);
    expect(bundle.safeTxHash).toBe((await story.pause()).facts.safeTxHash);
  });

  it("holds no key", async () => {
    const story = await world.requested();
    const { content } = handOff(await story.pause());
    for (const key of [world.chain.executor.privateKey, HEDGE_KEY]) expect(content).not.toContain(key.slice(2));
  });
});

describe("/pause handoff", () => {
  it("owes the file to the room, and says so on the timeline", async () => {
    const story = await world.requested();
    const { answer } = await story.type("U0NOOR", "pause handoff P-0001");
    expect(wordsOf(answer)).toContain("P-0001: how to send it without Allstop");
    expect(await story.kinds()).toContain("pause.handed_off");
    const owed = story.owed.due("chat/slack", Date.now() + 60_000).map(({ effect }) => effect.kind);
    expect(owed).toContain("hand_off");
  });

  it("is refused once it has run: there is nothing left to send", async () => {
    const story = await world.requested();
    await world.untilVerified(story);
    const { answer } = await story.type("U0NOOR", "pause handoff P-0001");
    expect(wordsOf(answer)).toContain("P-0001 is over, so there is nothing left to send.");
    expect(await story.kinds()).not.toContain("pause.handed_off");
  });
});

it("the Safe's own app is linked where it knows the chain, with the whole address", () => {
  const safe = world.chain.safe;
  expect(safeAppLink(1, safe)).toBe(`https://app.safe.global/transactions/queue?safe=eth:${safe}`);
  expect(safeAppLink(31337, safe)).toBeUndefined();
});
