import { afterEach, expect, it } from "vitest";
import { type ChildWorld, openChildWorld } from "./child.ts";

let world: ChildWorld;
afterEach(() => world.close());

/** Kills the bot within a millisecond or two of something that holds: looking without a pause would take its core from it. */
async function killWhen(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`This never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await world.bot.kill();
}

const asked = (method: string) => world.slack.journal.filter((entry) => entry.method === method).length;
const sentRaw = () => world.rpc.requests.filter(({ method }) => method === "eth_sendRawTransaction").length;

/** Killed while the chat is asked to do something: before it did, and after it did but before its answer was on disk. */
it("goes on after SIGKILL in the middle of what the chat is asked to do", async () => {
  world = await openChildWorld();
  const { bot, slack, people } = world;
  await bot.start();

  slack.faults.add({ method: "conversations.create", kind: "hang" });
  await people.say("noor", "general", "/incident declare critical Vault-USDC is being drained");
  await killWhen("the request for a room", () => asked("conversations.create") === 1);
  slack.faults.release();

  slack.faults.add({ method: "conversations.create", kind: "reply_lost" });
  await bot.start();
  await killWhen(
    "the room",
    () => slack.client.state("U0NOOR").channels.length > 2 || asked("conversations.create") > 1,
  );
  slack.faults.clear();

  slack.faults.add({ method: "chat.postMessage", kind: "reply_lost", times: 2 });
  const before = asked("chat.postMessage");
  await bot.start();
  await killWhen("the card", () => asked("chat.postMessage") > before);
  slack.faults.clear();

  await bot.start();
  const room = await people.channelOf("inc-");
  await pause(room);
  await people.press("sofia", room, "Execute");
  await people.sees("noor", room, "PAUSED (final)");

  slack.faults.add({ method: "files.completeUploadExternal", kind: "hang" });
  await people.say("sofia", room, "/incident resolve Paused in time.");
  await killWhen("the upload", () => asked("files.completeUploadExternal") > 0);
  slack.faults.release();
  await bot.start();
  await world.expectOneOfEach(room);
}, 90_000);

it.each([
  ["its bytes are on disk", () => world.kinds().includes("pause.signed")],
  ["the raw transaction was asked to be sent", () => sentRaw() > 0],
  ["it is in a block", () => world.kinds().includes("pause.included")],
  ["it is verified", () => world.kinds().includes("pause.verified")],
])(
  "executes once when SIGKILL comes as soon as %s",
  async (what, holds) => {
    world = await openChildWorld();
    const { bot, people, rpc } = world;
    await bot.start();
    await people.say("noor", "general", "/incident declare critical Vault-USDC is being drained");
    const room = await people.channelOf("inc-");
    await pause(room);
    // The chain takes it, and the answer never arrives: whether it was sent can only be found out.
    rpc.faults.add({ method: "eth_sendRawTransaction", kind: "502_after_send", times: 1 });
    await people.press("sofia", room, "Execute");
    await killWhen(what, holds);
    await bot.start();
    await people.sees("noor", room, "PAUSED (final)");
    await people.say("sofia", room, "/incident resolve Paused in time.");
    await world.expectOneOfEach(room);
    expect(world.kinds().filter((kind) => kind === "pause.execution_requested")).toHaveLength(1);
  },
  60_000,
);

async function pause(room: string): Promise<void> {
  const { people } = world;
  await people.say("sofia", room, "/pause propose pause-vault Money is leaving");
  for (const who of ["ana", "emil", "chidi"]) await people.sign(who, room);
  await people.sees("sofia", room, "READY TO EXECUTE");
}
