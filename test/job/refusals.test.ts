import { describe, expect, it } from "vitest";
import type { Fault } from "../../src/sandbox/slack/server.ts";
import { textOf } from "./people.ts";
import { useStage } from "./stage.ts";

const stage = useStage();
const { open } = stage;
const fault = (more: Fault) => stage.world.slack.faults.add(more);
const rooms = () => [...stage.world.slack.workspace.rooms.values()].filter(({ kind }) => kind === "private");
const calls = (method: string) => stage.world.slack.journal.filter((entry) => entry.method === method);
const cardOf = (room: string) => {
  const pinned = stage.world.people.messages("noor", room).filter((message) => message.pinned);
  return pinned.map(textOf).join("\n");
};
const onCard = (room: string, words: string) =>
  stage.world.slack.until(() => cardOf(room).includes(words), { what: `“${words}” on the card` });

describe("Slack refuses to open the room", () => {
  it.each(["missing_scope", "restricted_action"])(
    "%s: the card stands where it was declared, until it can be",
    async (error) => {
      const people = await open();
      const takeBack = fault({ method: "conversations.create", kind: "error", error, times: 99 });
      await people.say("noor", "general", "/incident declare critical Vault is draining");
      await people.sees("noor", "general", "INC-0001 Vault is draining");
      await people.sees("noor", "general", error);
      await people.sees("emil", "security-alerts", "INC-0001");
      expect(rooms()).toHaveLength(0);
      // The incident can be worked on meanwhile, from where it stands.
      expect(await people.ask("sofia", "general", "/incident status INC-0001 mitigated it stopped")).toContain(
        "MITIGATED",
      );

      takeBack();
      await stage.world.restart(); // A restart tries again at once; so does a minute.
      const room = await people.channelOf("inc-0001");
      await onCard(room, "MITIGATED");
      expect(cardOf(room)).not.toContain(error);
      expect(await stage.world.kinds()).toContain("chat.recovered");
    },
  );

  it("500s, broken connections and rate limits: it is opened all the same, once", async () => {
    const people = await open();
    fault({ method: "conversations.create", kind: "500", times: 2 });
    fault({ method: "conversations.create", kind: "reset" });
    fault({ method: "conversations.create", kind: "429", retryAfter: 1 });
    await people.say("noor", "general", "/incident declare critical Vault is draining");
    const room = await people.channelOf("inc-0001");
    await onCard(room, "INC-0001");
    expect(rooms()).toHaveLength(1);
    expect(people.messages("noor", room).filter(({ pinned }) => pinned)).toHaveLength(1);
  });

  it("the answer is lost: the room that was made is found again, and no second one is", async () => {
    await open();
    fault({ method: "conversations.create", kind: "reply_lost" });
    await stage.world.declare();
    expect(rooms()).toHaveLength(1);
    const opened = (await stage.world.bot.app.journal.events("incident/INC-0001")).find(
      ({ event }) => event.kind === "room.opened",
    );
    expect(opened?.event).toMatchObject({ adopted: true });
  });

  it("the name is taken by somebody else's channel, archived or not: ours is a fresh one", async () => {
    const people = await open();
    const { workspace } = stage.world.slack;
    const general = [...workspace.rooms.values()].find(({ name }) => name === "general");
    if (general === undefined) throw new Error("There is no #general.");
    for (const [index, suffix] of ["", "-2"].entries()) {
      const id = `C0SQUAT${index}`;
      const name = `inc-0001-vault-usdc-is-being-drained${suffix}`;
      workspace.rooms.set(id, {
        ...general,
        id,
        name,
        members: new Set(["U0DARA"]),
        messages: new Map(),
        pins: [],
        archived: index === 1,
      });
    }
    const room = await stage.world.declare();
    expect(room).toBe("inc-0001-vault-usdc-is-being-drained-3");
    await people.sees("noor", room, "INC-0001");
    expect(workspace.rooms.get("C0SQUAT0")?.messages.size).toBe(0);
    expect(workspace.rooms.get("C0SQUAT1")?.messages.size).toBe(0);
  });
});

describe("Slack refuses what is optional", () => {
  it.each([
    ["pins.add", "Pinning the card"],
    ["conversations.invite", "Inviting people"],
  ])("%s without its scope: the card says what is missing and what mends it", async (method, step) => {
    const people = await open();
    fault({ method, kind: "error", error: "missing_scope", times: 99 });
    await people.say("noor", "general", "/incident declare critical Vault is draining");
    await people.sees("emil", "security-alerts", "INC-0001");
    const shown = () =>
      rooms().flatMap(({ messages }) => [...messages.values()].map(({ blocks }) => JSON.stringify(blocks ?? [])));
    await stage.world.slack.until(
      () => shown().some((words) => [step, "missing_scope", "Reinstall the app"].every((word) => words.includes(word))),
      { what: "the refusal on the card" },
    );
    expect((await stage.world.incident()).degraded).toMatchObject([{ chat: "slack", step, code: "missing_scope" }]);
  });

  it("guests and deactivated people: all others are in, and who is not is named with the reason", async () => {
    const people = await open();
    stage.world.slack.makeGuest("U0DARA");
    stage.world.slack.deactivate("U0BAO");
    await people.say("noor", "general", "/incident declare critical Vault is draining");
    const room = await people.channelOf("inc-0001");
    for (const words of ["Not invited", "@U0DARA", "@U0BAO", "user_is_restricted", "Add them by hand"]) {
      await onCard(room, words);
    }
    const members = rooms()[0]?.members ?? new Set();
    for (const key of ["ana", "chidi", "emil", "noor", "sofia", "tomas"])
      expect(members).toContain(`U0${key.toUpperCase()}`);
  });

  it("#security-alerts is not there for us: the room says so, and the incident goes on", async () => {
    const people = await open();
    fault({
      method: "chat.postMessage",
      kind: "error",
      error: "not_in_channel",
      times: 99,
      match: ({ channel }) => channel === "C0ALERTS",
    });
    const room = await stage.world.declare();
    await onCard(room, "Telling #security-alerts");
    expect(cardOf(room)).toContain("not_in_channel");
    expect(await people.ask("sofia", room, "/incident status mitigated")).toContain("MITIGATED");
  });

  it("files: resolving works, and the room is told where the export is", async () => {
    const people = await open();
    const room = await stage.world.declare();
    fault({ method: "files.getUploadURLExternal", kind: "error", error: "file_uploads_disabled", times: 99 });
    await people.say("sofia", room, "/incident resolve It was a drill of the alarm.");
    await onCard(room, "RESOLVED");
    await onCard(room, "Uploading the timeline");
    expect(cardOf(room)).toContain("allstop export");
  });
});

describe("Slack breaks what is owed", () => {
  it("a lost answer posts no card, alert or line twice", async () => {
    const people = await open();
    fault({ method: "chat.postMessage", kind: "reply_lost", times: 3 });
    const room = await stage.world.declare();
    await people.sees("emil", "security-alerts", "INC-0001");
    fault({ method: "chat.postMessage", kind: "reply_lost" });
    await people.say("noor", room, "/incident note The oracle is fine.");
    await people.sees("noor", room, "The oracle is fine.");
    const words = people.messages("noor", room).map(textOf);
    expect(words.filter((text) => text.includes("INC-0001 Vault-USDC"))).toHaveLength(1);
    expect(words.filter((text) => text.includes("The oracle is fine."))).toHaveLength(1);
    expect(people.messages("emil", "security-alerts").filter((m) => textOf(m).includes("INC-0001"))).toHaveLength(1);
  });

  it("429s and 500s on posts and edits delay the card, and it ends up right", async () => {
    const people = await open();
    const room = await stage.world.declare();
    fault({ method: "chat.update", kind: "429", retryAfter: 1, times: 2 });
    fault({ method: "chat.update", kind: "500", times: 2 });
    fault({ method: "chat.postMessage", kind: "429", retryAfter: 1 });
    fault({ method: "chat.postMessage", kind: "error", error: "ratelimited" });
    await people.say("sofia", room, "/incident severity high fewer funds than we thought");
    await onCard(room, "HIGH");
    await people.sees("noor", room, "Severity: CRITICAL → HIGH");
  });

  it("a card that somebody deleted is posted anew and pinned again", async () => {
    const people = await open();
    const room = await stage.world.declare();
    const card = people.messages("noor", room).find(({ pinned }) => pinned);
    if (card === undefined) throw new Error("No card is pinned.");
    rooms()[0]?.messages.delete(card.ts);
    await people.say("sofia", room, "/incident severity high");
    await stage.world.slack.until(
      () =>
        people
          .messages("noor", room)
          .some((message) => message.pinned && message.ts !== card.ts && textOf(message).includes("HIGH")),
      { what: "a new pinned card" },
    );
  });

  it("the room is archived in the middle: commands go on elsewhere, and it is said", async () => {
    const people = await open();
    const room = await stage.world.declare();
    const channel = rooms().find(({ name }) => name === room);
    if (channel === undefined) throw new Error("No room.");
    channel.archived = true;
    expect(await people.ask("sofia", "general", "/incident status INC-0001 mitigated")).toContain("MITIGATED");
    channel.archived = false;
    await people.say("sofia", room, "/incident severity high");
    await onCard(room, "HIGH");
    expect(calls("chat.update").length).toBeGreaterThan(0);
  });
});
