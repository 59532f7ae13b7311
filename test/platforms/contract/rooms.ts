import { expect, it } from "vitest";
import { RetryableError } from "../../../src/chat/platform.ts";
import { type Get, HOSTILE, roomRequest } from "./world.ts";

export function rooms(get: Get): void {
  it("are private, bear the incident's id, and are opened once", async () => {
    const { platform, rooms } = get();
    const opened = await platform.openRoom(roomRequest());
    expect(opened.adopted).toBe(false);
    expect(opened.name.toLowerCase()).toContain("inc-0042");
    expect(opened.room.startsWith(`${platform.home}/`)).toBe(true);
    expect(rooms("INC-0042")).toEqual([{ place: opened.room, name: opened.name, isPrivate: true }]);
    // A crash came before it was recorded: the next life finds it again.
    expect(await platform.openRoom(roomRequest())).toEqual({ ...opened, adopted: true });
    expect(rooms("INC-0042")).toHaveLength(1);
    expect((await platform.openRoom(roomRequest({ incident: "INC-0043" }))).room).not.toBe(opened.room);
    expect(get().problems()).toEqual([]);
  });

  it("whose reply was lost are found again, and never made twice", async ({ skip }) => {
    const { platform, rooms, faults } = get();
    if (faults.loseRoomReply === undefined) return skip("A room has no reply that could be lost here.");
    faults.loseRoomReply();
    await expect(platform.openRoom(roomRequest())).rejects.toBeInstanceOf(RetryableError);
    expect(await platform.openRoom(roomRequest())).toMatchObject({ adopted: true });
    expect(rooms("INC-0042")).toHaveLength(1);
  });

  it.each([
    ["long, and in many scripts", "💥 Größe 金庫が空に Łódź ".repeat(12).slice(0, 200)],
    ["nothing that a name takes", "💥💥💥"],
    ["empty", ""],
    ["hostile", HOSTILE.slice(0, 200)],
  ])("can be opened for a title that is %s", async (_, title) => {
    const { platform, rooms, problems } = get();
    const opened = await platform.openRoom(roomRequest({ title }));
    expect(opened.name.toLowerCase()).toContain("inc-0042");
    expect(rooms("INC-0042")).toHaveLength(1);
    expect(problems()).toEqual([]);
  });

  it("take files, which come back byte by byte, and links", async () => {
    const { platform, files, problems } = get();
    const { room } = await platform.openRoom(roomRequest());
    const content = "# Größe 💥\n\ta,b\n";
    await platform.upload(room, { name: "postmortem.md", title: "INC-0042 postmortem", content });
    expect(files(room)).toEqual([{ name: "postmortem.md", content }]);
    const link = { title: "Safe", url: "https://app.safe.global/home" };
    await platform.bookmark(room, link);
    await platform.bookmark(room, link);
    expect(problems()).toEqual([]);
  });
}
