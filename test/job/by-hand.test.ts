import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type SandboxChain, startTestChain } from "../../src/sandbox/chain/index.ts";
import { textOf } from "./people.ts";
import { openWorld, type World } from "./world.ts";

let chain: SandboxChain;
let world: World;
beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.close());
afterEach(() => world.close());

it("rings the commander when the executor can't pay, hands the bytes over, and sees it when somebody sent them", async () => {
  world = await openWorld(chain, { linked: ["ana", "bao", "chidi"], change: { acknowledgements: 0 } });
  const { people, slack } = world;
  const room = await world.declare();
  await world.propose(room);
  for (const who of ["ana", "bao", "chidi"]) await people.sign(who, room);
  await people.sees("sofia", room, "READY TO EXECUTE");
  await chain.client.setBalance({ address: chain.executor.address, value: 0n });
  await people.press("sofia", room, "Execute");

  // In the room, with a mention that rings; directly; and as a file.
  await people.sees("noor", room, "P-0001: waiting for a person");
  const [line] = people.messages("noor", room).filter(({ text }) => text.includes("waiting for a person"));
  expect(JSON.stringify(line)).toContain("U0SOFIA");
  const rung = () => people.direct("sofia").some((message) => textOf(message).includes("waiting for a person"));
  await people.until("the direct message", rung);
  const file = () => people.files(room).find(({ name }) => name === "P-0001-send-it-yourself.md");
  await people.until("the file", () => file() !== undefined);

  // Somebody takes the data from the file and sends it from an account of their own.
  const data = /^cast send .* (0x[0-9a-f]+)$/m.exec(file()?.content ?? "")?.[1];
  await chain.send({ from: "whale", to: chain.safe, data: data as `0x${string}` });
  await people.sees("noor", room, "PAUSED, and verified");
  const pause = (await world.incident()).pauses[0];
  expect(pause?.included?.sentBy).toBe(chain.depositor.toLowerCase());
  const about = people.messages("noor", room).map(textOf);
  expect(about.filter((text) => text.includes("waiting for a person"))).toHaveLength(1);
  expect(about.some((text) => text.includes("FAILED"))).toBe(false);
  expect(slack.problems).toEqual([]);
}, 60_000);
