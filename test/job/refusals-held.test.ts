import { describe, expect, it } from "vitest";
import type { Fault } from "../../src/sandbox/slack/server.ts";
import { textOf } from "./people.ts";
import { useStage } from "./stage.ts";

const stage = useStage();
const { open } = stage;
const fault = (more: Fault) => stage.world.slack.faults.add(more);
const refuse = (method: string, error: string, match?: Fault["match"]) =>
  fault({ method, kind: "error", error, times: 99, ...(match && { match }) });
const rooms = () => [...stage.world.slack.workspace.rooms.values()].filter(({ kind }) => kind === "private");
const calls = (method: string) => stage.world.slack.journal.filter((entry) => entry.method === method);
const wordsIn = (room: string) => stage.world.people.messages("noor", room).map(textOf);
const timesSaid = (room: string, words: string) => wordsIn(room).filter((text) => text.includes(words)).length;
const cardOf = (room: string) => {
  const pinned = stage.world.people.messages("noor", room).filter((message) => message.pinned);
  return pinned.map(textOf).join("\n");
};
const until = (holds: () => boolean, what: string) => stage.world.slack.until(holds, { what, timeoutMs: 15_000 });
const onCard = (room: string, words: string) => until(() => cardOf(room).includes(words), `“${words}” on the card`);
const offCard = (room: string, words: string) =>
  until(() => cardOf(room) !== "" && !cardOf(room).includes(words), `the card without “${words}”`);

describe("No room, and no place for the card", () => {
  it("where it was declared refuses the card: whoever declared has it directly, and it leads to the room later", async () => {
    const people = await open();
    const takeBack = refuse("conversations.create", "restricted_action");
    const takeBackToo = refuse("chat.postMessage", "not_in_channel", ({ channel }) =>
      String(channel).startsWith("C0GEN"),
    );
    await people.say("noor", "general", "/incident declare critical Vault is draining");
    const direct = () => people.direct("noor").map(textOf).join("\n");
    await until(() => direct().includes("INC-0001 Vault is draining"), "the card, directly");
    await until(() => direct().includes("restricted_action"), "why there is no room");

    takeBack();
    takeBackToo();
    await stage.world.restart();
    const room = await people.channelOf("inc-0001");
    await onCard(room, "INC-0001");
    await until(() => direct().includes("has a room now"), "where the card went");
    expect(direct()).not.toContain("restricted_action");
    expect(people.direct("noor").filter((message) => textOf(message).includes("INC-0001"))).toHaveLength(1);
  });

  it("the direct message is refused too: the room is still owed, and opened when it can be", async () => {
    const people = await open();
    const takeBack = [
      refuse("conversations.create", "missing_scope"),
      refuse("conversations.open", "missing_scope"),
      refuse("chat.postMessage", "not_in_channel", ({ channel }) => String(channel).startsWith("C0GEN")),
    ];
    await people.say("noor", "general", "/incident declare critical Vault is draining");
    await until(() => calls("conversations.open").length > 0, "the attempt to write directly");
    await until(() => calls("conversations.create").length > 0, "the attempt to open a room");
    await people.sees("emil", "security-alerts", "INC-0001");
    // It waits for its next attempt, a minute later: it was not dropped.
    const owed = () =>
      stage.world.logged.some(({ msg, delayMs }) => msg.includes("could not be opened") && Number(delayMs) > 0);
    await until(owed, "the next attempt to be planned");
    for (const back of takeBack) back();
    await stage.world.restart();
    await onCard(await people.channelOf("inc-0001"), "INC-0001");
    expect(rooms()).toHaveLength(1);
  });
});

describe("The room refuses in the middle of the incident", () => {
  it.each(["is_archived", "not_in_channel"])(
    "%s: it is said in #security-alerts, and every line comes later, once",
    async (error) => {
      const people = await open();
      const room = await stage.world.declare();
      const id = rooms()[0]?.id;
      const takeBack = ["chat.postMessage", "chat.update"].map((method) =>
        refuse(method, error, ({ channel }) => channel === id),
      );
      await people.say("sofia", "general", "/incident note INC-0001 The oracle is fine.");
      await people.say("sofia", "general", "/incident severity INC-0001 high fewer funds");
      await people.sees("emil", "security-alerts", error);
      expect(timesSaid(room, "The oracle is fine.")).toBe(0);

      for (const back of takeBack) back();
      await until(() => timesSaid(room, "The oracle is fine.") === 1, "the note");
      await until(() => timesSaid(room, "CRITICAL → HIGH") === 1, "the line about the severity");
      await onCard(room, "HIGH");
      await offCard(room, error);
      await until(() => !people.words("emil", "security-alerts").includes(error), "the alert without the refusal");
      expect(timesSaid(room, "The oracle is fine.")).toBe(1);
    },
  );

  it("once it is resolved, an archived room is left in peace", async () => {
    const people = await open();
    const room = await stage.world.declare();
    await people.say("sofia", room, "/incident resolve False alarm.");
    await until(() => people.files(room).length === 2, "the export");
    await until(() => cardOf(room).includes("RESOLVED"), "the resolved card");
    const id = rooms()[0]?.id;
    refuse("chat.postMessage", "is_archived", ({ channel }) => channel === id);
    const before = calls("chat.postMessage").length;
    await people.say("sofia", "general", "/incident note INC-0001 Seen too late.");
    await until(() => calls("chat.postMessage").length > before, "the attempt");
    await people.ask("sofia", "general", "/incident list all");
    expect((await stage.world.incident()).degraded).toEqual([]);
  });

  it.each(["cant_update_message", "edit_window_closed"])("%s: a new card is posted and pinned", async (error) => {
    const people = await open();
    const room = await stage.world.declare();
    const first = people.messages("noor", room).find(({ pinned }) => pinned)?.ts;
    refuse("chat.update", error, ({ ts }) => ts === first);
    await people.say("sofia", room, "/incident severity high");
    await until(
      () => people.messages("noor", room).some((one) => one.pinned && one.ts !== first && textOf(one).includes("HIGH")),
      "a new pinned card",
    );
  });
});

describe("What is optional comes back", () => {
  it("a scope that was missing for pins and invitations is granted: the next change of the card mends both", async () => {
    const people = await open();
    const takeBack = [refuse("pins.add", "missing_scope"), refuse("conversations.invite", "missing_scope")];
    await people.say("noor", "general", "/incident declare critical Vault is draining");
    await until(() => rooms().length === 1, "the room");
    const degraded = async () => (await stage.world.incident()).degraded.map(({ step }) => step).sort();
    await expect.poll(degraded).toEqual(["Inviting people", "Pinning the card"]);
    for (const back of takeBack) back();
    await people.say("sofia", "general", "/incident severity INC-0001 high");
    const room = await people.channelOf("inc-0001");
    await onCard(room, "HIGH");
    await expect.poll(degraded).toEqual([]);
    await offCard(room, "missing_scope");
    await until(() => (rooms()[0]?.members.size ?? 0) >= 9, "everybody in the room");
  });

  it("a topic that is refused is named on the card, with what to do", async () => {
    const people = await open();
    refuse("conversations.setTopic", "restricted_action");
    const room = await stage.world.declare();
    await onCard(room, "Setting the topic");
    expect(cardOf(room)).toContain("restricted_action");
    expect(await people.ask("sofia", room, "/incident status mitigated")).toContain("MITIGATED");
  });

  it("#security-alerts does not exist: the card says which step failed and what to mend", async () => {
    await open();
    refuse("chat.postMessage", "channel_not_found", ({ channel }) => channel === "C0ALERTS");
    const room = await stage.world.declare();
    await onCard(room, "Telling #security-alerts");
    expect(cardOf(room)).toContain("channel_not_found");
    expect(cardOf(room)).toContain("response plan");
  });

  it("Slack asks to wait with invitations, pins and files: all are done, each once", async () => {
    const people = await open();
    for (const method of ["conversations.invite", "pins.add", "files.getUploadURLExternal"]) {
      fault({ method, kind: "429", retryAfter: 1 });
      fault({ method, kind: "error", error: "ratelimited" });
    }
    const room = await stage.world.declare();
    expect(people.messages("noor", room).filter(({ pinned }) => pinned)).toHaveLength(1);
    await people.say("sofia", room, "/incident resolve False alarm.");
    await until(() => people.files(room).length >= 2, "the export");
    await until(() => cardOf(room).includes("RESOLVED"), "the resolved card");
    expect((await stage.world.incident()).degraded).toEqual([]);
  });

  it.each([
    ["the answer to a file is lost", { kind: "reply_lost" }],
    [
      "the second file fails at first",
      { kind: "500", match: ({ files }) => JSON.stringify(files).includes("timeline") },
    ],
  ] satisfies [string, Partial<Fault>][])("%s: each file is in the room once", async (_, how) => {
    const people = await open();
    const room = await stage.world.declare();
    fault({ method: "files.completeUploadExternal", times: 1, ...how } as Fault);
    await people.say("sofia", room, "/incident resolve False alarm.");
    await expect.poll(() => stage.world.kinds(), { timeout: 10_000 }).toContain("timeline.exported");
    expect(people.files(room).map(({ name }) => name)).toEqual([
      expect.stringMatching(/^INC-0001.*\.md$/),
      expect.stringMatching(/^INC-0001.*\.json$/),
    ]);
  });
});
