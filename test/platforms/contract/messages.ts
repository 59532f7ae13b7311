import { expect, it } from "vitest";
import { RefusedError, RetryableError } from "../../../src/chat/platform.ts";
import { type Get, titled, view } from "./world.ts";

export function messages(get: Get): void {
  it("are posted once per key, however often it is tried", async () => {
    const { platform, channel, seen } = get();
    const first = await platform.post(channel, view("Card"), { key: "card/INC-0042" });
    expect(first.startsWith(`${channel}/`)).toBe(true);
    for (const options of [{ again: true }, { again: true, urgent: true }]) {
      expect(await platform.post(channel, view("Card"), { key: "card/INC-0042", ...options })).toBe(first);
    }
    const other = await platform.post(channel, view("Another"), { key: "card/INC-0043", again: true });
    expect(other).not.toBe(first);
    expect(titled(seen("ana", channel), ["Card", "Another"])).toHaveLength(2);
  });

  it("whose reply was lost are not posted twice", async ({ skip }) => {
    const { platform, channel, seen, faults } = get();
    if (faults.losePostReply === undefined) return skip("A post has no reply that could be lost here.");
    faults.losePostReply();
    await expect(platform.post(channel, view("Once"), { key: "once" })).rejects.toBeInstanceOf(RetryableError);
    const place = await platform.post(channel, view("Once"), { key: "once", again: true });
    expect(titled(seen("ana", channel), ["Once"]).map((one) => one.place)).toEqual([place]);
  });

  it("are found by their key, in a channel, in a thread and where one person reads them, and nothing is posted for it", async () => {
    const { platform, channel, seen, user, direct } = get();
    const card = await platform.post(channel, view("Card"), { key: "card" });
    const reply = await platform.post(card, view("Reply"), { key: "reply" });
    const told = await platform.directMessage(user("ana"), view("To you"), { key: "told" });
    expect(await platform.findPost(channel, "card")).toBe(card);
    expect(await platform.findPost(card, "reply")).toBe(reply);
    expect(await platform.findPost(user("ana"), "told")).toBe(told);
    for (const to of [channel, card, user("ana")]) expect(await platform.findPost(to, "another")).toBeUndefined();
    expect(titled(seen("ana", channel), ["Card", "another"])).toHaveLength(1);
    expect(direct("ana")).toHaveLength(1);
  });

  it("change in place, and one that is gone says so", async () => {
    const { platform, channel, seen, remove } = get();
    const card = await platform.post(channel, view("Draining", { tone: "danger" }), { key: "card" });
    await platform.edit(card, view("Paused", { tone: "good" }), { urgent: true });
    expect(titled(seen("ana", channel), ["Draining"])).toEqual([]);
    expect(titled(seen("ana", channel), ["Paused"]).map(({ place }) => place)).toEqual([card]);
    await remove(card);
    await expect(get().platform.edit(card, view("Paused"))).rejects.toMatchObject({
      name: "RefusedError",
      code: "gone",
    });
  });

  it("are pinned, and pinned again without harm", async () => {
    const { platform, channel, seen } = get();
    const card = await platform.post(channel, view("Card"), { key: "card" });
    await platform.pin(card);
    await platform.pin(card);
    expect(
      seen("ben", channel)
        .filter(({ pinned }) => pinned)
        .map(({ place }) => place),
    ).toEqual([card]);
  });

  it("are answered in their thread, once per key", async () => {
    const { platform, channel, seen } = get();
    const root = await platform.post(channel, view("Root"), { key: "root" });
    const reply = await platform.post(root, view("Reply"), { key: "reply" });
    expect(await platform.post(root, view("Reply"), { key: "reply", again: true })).toBe(reply);
    expect(titled(seen("ana", root), ["Reply"])).toHaveLength(1);
    await platform.edit(reply, view("Reply, changed"));
    expect(titled(seen("ana", root), ["Reply, changed"])).toHaveLength(1);
  });

  it("of people are read word for word, each with its own time and author, replies too", async () => {
    const { platform, channel, say, user, readsWords } = get();
    const root = await say("ana", channel, "Something is off");
    const first = await say("ben", root.place, "first reply");
    const second = await say("ana", root.place, "second reply");
    for (const [said, who, text] of [
      [root, "ana", "Something is off"],
      [first, "ben", "first reply"],
      [second, "ana", "second reply"],
    ] as const) {
      const { message, at, author, text: read } = await platform.read(said.place);
      const words = readsWords ? text : undefined;
      expect({ message, at, author, read }).toEqual({
        message: said.place,
        at: said.at,
        author: user(who),
        read: words,
      });
    }
  });

  it("that nobody can see any more can't be read", async () => {
    const { channel, say, remove } = get();
    const said = await say("ana", channel, "gone in a moment");
    await remove(said.place);
    await expect(get().platform.read(said.place)).rejects.toBeInstanceOf(RefusedError);
  });
}
