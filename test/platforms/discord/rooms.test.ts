import { describe, expect, it } from "vitest";
import { RetryableError } from "../../../src/core/errors.ts";
import { allPermissions } from "../../../src/platforms/discord/permissions.ts";
import { channelTypes } from "../../../src/sandbox/discord/index.ts";
import { newChannel } from "../../../src/sandbox/discord/world.ts";
import { ANA, BEN, startRig, view } from "./rig.ts";

const CREATE = "POST /guilds/:guild/channels";
const request = (incident = "INC-0001") => ({
  incident,
  title: "Vault is draining",
  topic: "state",
  declaredAt: "2026-11-21T03:00:00.123Z",
  owedSince: new Date(Date.now() - 1000),
});

describe("Rooms", () => {
  it("a category holds fifty: the next room goes into a further one, and at last into none", async () => {
    const { server, discord } = await startRig();
    await discord.openRoom(request("INC-0001"));
    const [category] = [...server.world.channels.values()].filter(({ type }) => type === channelTypes.category);
    for (let at = 0; at < 49; at += 1)
      newChannel(server.world, { type: 0, name: `old-${at}`, parentId: category?.id ?? "" });
    await discord.openRoom(request("INC-0002"));
    const categories = [...server.world.channels.values()].filter(({ type }) => type === channelTypes.category);
    expect(categories.map(({ name }) => name)).toEqual(["Incidents", "Incidents 2"]);
    const room = [...server.world.channels.values()].find(({ name }) => name.startsWith("inc-0002"));
    expect(room?.parentId).toBe(categories[1]?.id);
    expect(server.problems.filter(({ errors }) => !JSON.stringify(errors).includes("CHANNEL_PARENT_"))).toEqual([]);
  });

  it("a lost reply: the room that was made is found by its marker, and no second one is", async () => {
    const { server, discord } = await startRig();
    await discord.openRoom(request("INC-0007"));
    server.faults.add({ route: CREATE, kind: "reply_lost", times: 4 });
    await expect(discord.openRoom(request("INC-0008"))).rejects.toThrow(RetryableError);
    server.faults.clear();
    expect(await discord.openRoom(request("INC-0008"))).toMatchObject({ adopted: true });
    const rooms = [...server.world.channels.values()].filter(({ name }) => name.startsWith("inc-0008"));
    expect(rooms).toHaveLength(1);
  });

  it("a 5xx may come after the room was made: nothing is asked again before it was looked for", async () => {
    const { server, discord, calls } = await startRig();
    await discord.openRoom(request("INC-0007"));
    const before = calls(CREATE).length;
    server.faults.add({ route: CREATE, kind: "500" });
    await expect(discord.openRoom(request("INC-0008"))).rejects.toThrow(RetryableError);
    expect(calls(CREATE).length - before).toBe(1);
    await discord.openRoom(request("INC-0008"));
    expect(calls("GET /guilds/:guild/channels")).toHaveLength(1);
    expect([...server.world.channels.values()].filter(({ name }) => name.startsWith("inc-0008"))).toHaveLength(1);
  });

  it("permissions are missing: the refusal names Discord's code and what mends it", async () => {
    const { server, discord, general } = await startRig();
    const place = await discord.post(general, view("Card"), { key: "card" });
    server.setPermissions(allPermissions & ~(1n << 51n));
    await expect(discord.pin(place)).rejects.toMatchObject({
      code: "50013",
      remedy: expect.stringContaining("allstop doctor"),
    });
    server.setPermissions(allPermissions & ~(1n << 4n));
    await expect(discord.openRoom(request())).rejects.toMatchObject({ code: "50013" });
    server.faults.add({ route: "POST /channels/:channel/messages", kind: "error", status: 403, code: 50001 });
    await expect(discord.post(general, view("x"), { key: "x" })).rejects.toMatchObject({
      code: "50001",
      remedy: expect.stringContaining("View Channel"),
    });
  });

  it("somebody who is not in the server keeps nobody out", async () => {
    const { server, discord } = await startRig();
    const { room } = await discord.openRoom(request());
    const outcomes = await discord.invite(room, [`discord:${ANA}`, "discord:999", `discord:${BEN}`]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
    for (const who of [ANA, BEN])
      expect(server.client.channels(who).some(({ name }) => name.startsWith("inc-0001"))).toBe(true);
  });

  it("neither name nor topic is ever changed after it was opened", async () => {
    const { discord, calls } = await startRig();
    const { room } = await discord.openRoom(request());
    const card = await discord.post(room, view("Card"), { key: "card" });
    for (let edit = 0; edit < 5; edit += 1) await discord.edit(card, view(`Card ${edit}`));
    expect(calls("PATCH /channels/:channel")).toEqual([]);
  });
});
