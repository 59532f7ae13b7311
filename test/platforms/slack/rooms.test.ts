import { describe, expect, it } from "vitest";
import { roomName } from "../../../src/platforms/slack/slug.ts";
import { ANA, BEN, CY, type Rig, startRig } from "./rig.ts";

const request = (more: object = {}) => ({
  incident: "INC-0042",
  title: "Vault is draining",
  topic: "INC-0042: state on the pinned card.",
  declaredAt: "2026-11-21T03:00:00.123Z",
  owedSince: new Date(Date.now() - 60_000),
  ...more,
});
const unset = { value: "", creator: "", last_set: 0 };
const bare = { topic: unset, purpose: unset };
const roomOf = ({ server }: Rig, place: string) => {
  const room = server.workspace.rooms.get(place.split("/")[1] ?? "");
  if (room === undefined) throw new Error(`There is no room ${place}.`);
  return room;
};

describe("a room's name", () => {
  it.each([
    ["Vault is draining!", "inc-0042-vault-is-draining"],
    ["Größe & Łódź — übel", "inc-0042-grosse-lodz-ubel"],
    ["金庫が空に 💥", "inc-0042"],
    ["", "inc-0042"],
    ["../../<!channel> *x*", "inc-0042-channel-x"],
    ["INC INC", "inc-0042-inc-inc"],
  ])("%j becomes %s", (title, name) => {
    expect(roomName("INC-0042", title)).toBe(name);
  });

  it("leaves room for a suffix, and ends in no dash", () => {
    const name = roomName("INC-0042", "long word ".repeat(40));
    expect(name.length).toBeLessThanOrEqual(73);
    expect(name).not.toMatch(/-$/);
  });
});

describe("opening a room", () => {
  it("takes one call, and topic and purpose follow by themselves", async () => {
    const rig = await startRig();
    const before = rig.server.journal.length;
    const opened = await rig.slack.openRoom(request());
    expect(rig.server.journal.slice(before).filter(({ method }) => method === "conversations.create")).toHaveLength(1);
    expect(opened).toMatchObject({ name: "inc-0042-vault-is-draining", adopted: false });
    await rig.slack.settled();
    expect(roomOf(rig, opened.room)).toMatchObject({
      kind: "private",
      topic: { value: "INC-0042: state on the pinned card." },
      purpose: { value: expect.stringContaining("INC-0042") },
    });
    expect(rig.server.problems).toEqual([]);
  });

  it("stands without topic and purpose when Slack refuses them", async () => {
    const rig = await startRig();
    for (const method of ["conversations.setTopic", "conversations.setPurpose"]) {
      rig.server.faults.add({ method, kind: "error", error: "restricted_action" });
    }
    await rig.slack.openRoom(request());
    await rig.slack.settled();
    expect(rig.logged.filter(({ level }) => level === "warn")).toHaveLength(2);
  });

  it("finds the room again that was made before a crash, with its marker and without", async () => {
    const rig = await startRig();
    const first = await rig.slack.openRoom(request());
    await rig.slack.settled();
    expect(await rig.slack.openRoom(request())).toEqual({ ...first, adopted: true });

    // The reply to the creation was lost, and the marker never set.
    rig.server.faults.add({ method: "conversations.create", kind: "reply_lost" });
    const other = request({ incident: "INC-0043", title: "Oracle is wrong" });
    await expect(rig.slack.openRoom(other)).rejects.toMatchObject({ name: "RetryableError" });
    expect(await rig.slack.openRoom(other)).toMatchObject({ name: "inc-0043-oracle-is-wrong", adopted: true });
  });

  it.each([
    ["with its mark", {}],
    ["before it was marked, with nobody in it", bare],
  ])("finds the room again that was made %s, though a clock was wrong by hours", async (_, change) => {
    const rig = await startRig();
    const first = await rig.slack.openRoom(request());
    await rig.slack.settled();
    Object.assign(roomOf(rig, first.room), change);
    const later = request({ owedSince: new Date(Date.now() + 7 * 3_600_000) });
    expect(await rig.slack.openRoom(later)).toEqual({ ...first, adopted: true });
  });

  it.each([
    ["somebody else's", { creator: ANA }],
    ["public", { kind: "public" as const }],
    ["another incident's", { purpose: { value: "Allstop incident INC-0099.", creator: "", last_set: 0 } }],
    [
      "an earlier incident's of that number",
      { purpose: { value: "Allstop incident INC-0042, declared 2025-11-21T03:00:00.123Z.", creator: "", last_set: 0 } },
    ],
    [
      "old, without a mark, and with people in it",
      { ...bare, createdMs: Date.now() - 3_600_000, members: new Set(["U0ALLSTOP", ANA]) },
    ],
    ["archived", { archived: true }],
  ])("never takes over a room that is %s", async (_, change) => {
    const rig = await startRig();
    const squatted = await rig.slack.openRoom(request());
    await rig.slack.settled();
    Object.assign(roomOf(rig, squatted.room), change);
    const opened = await rig.slack.openRoom(request());
    expect(opened).toMatchObject({ name: "inc-0042-vault-is-draining-2", adopted: false });
    expect(opened.room).not.toBe(squatted.room);
  });

  it("falls back to the bare id when all names are squatted", async () => {
    const names = ["", "-2", "-3", "-4", "-5", "-6", "-7", "-8", "-9"];
    const channels = names.map((suffix) => ({ name: `inc-0042-vault-is-draining${suffix}`, members: [ANA] }));
    const rig = await startRig({ server: { channels, rateLimits: false } });
    expect((await rig.slack.openRoom(request())).name).toMatch(/^inc-0042-[0-9a-f]{6}$/);
  });

  it("says what the app lacks", async () => {
    const rig = await startRig();
    rig.server.revokeScopes("groups:write");
    await expect(rig.slack.openRoom(request())).rejects.toMatchObject({
      code: "missing_scope",
      remedy: "Reinstall the app from the manifest: it needs groups:write.",
    });
  });
});

describe("inviting", () => {
  it("names who could not be invited, and brings in all others", async () => {
    const rig = await startRig();
    rig.server.makeGuest(BEN);
    const { room } = await rig.slack.openRoom(request());
    const users = ["slack:U0ANA", "slack:U0BEN", "slack:U0CY", "slack:U0GHOST", "slack:U0ALLSTOP", "discord:123"];
    const outcomes = await rig.slack.invite(room, users);
    const failed = outcomes.filter(({ ok }) => !ok);
    expect(failed.map(({ user, code }) => [user, code]).sort()).toEqual([
      ["discord:123", "not_on_slack"],
      ["slack:U0BEN", "user_is_restricted"],
      ["slack:U0GHOST", "user_not_found"],
    ]);
    expect(outcomes).toHaveLength(users.length);
    expect([...roomOf(rig, room).members].sort()).toEqual(["U0ALLSTOP", ANA, CY].sort());
    expect((await rig.slack.invite(room, ["slack:U0ANA"]))[0]).toEqual({ user: "slack:U0ANA", ok: true });
    expect(rig.server.problems).toEqual([]);
  });

  it("goes one by one where a batch fails as a whole", async () => {
    const rig = await startRig();
    const { room } = await rig.slack.openRoom(request());
    rig.server.faults.add({ method: "conversations.invite", kind: "error", error: "cant_invite" });
    const outcomes = await rig.slack.invite(room, ["slack:U0ANA", "slack:U0CY"]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true]);
  });

  it("fails as a whole when it is about the room", async () => {
    const rig = await startRig();
    const { room } = await rig.slack.openRoom(request());
    rig.server.archiveChannel(room.split("/")[1] ?? "");
    await expect(rig.slack.invite(room, ["slack:U0ANA"])).rejects.toMatchObject({ code: "is_archived" });
  });
});
