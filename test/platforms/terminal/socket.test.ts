import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Door, Opened } from "../../../src/chat/platform.ts";
import type { View } from "../../../src/chat/view.ts";
import { createTerminalPlatform, socketPathFor } from "../../../src/platforms/terminal/index.ts";
import { LINE_BYTES_MAX, type ToConsole } from "../../../src/platforms/terminal/protocol.ts";
import { dial } from "./peer.ts";
import { afterTest, memoryLog, tempFolder, until } from "./rig.ts";

const view = (title: string): View => ({ tone: "info", title, body: [], buttons: [] });
const ROOM = "terminal:local/INC-0001";

async function start(folder = tempFolder(), more: { kept?: Map<string, unknown>; opens?: () => Opened } = {}) {
  const socketPath = join(folder, "allstop.sock");
  const { log, logged } = memoryLog();
  const came: Parameters<Door["open"]>[0][] = [];
  const kept = more.kept ?? new Map<string, unknown>();
  const done = new Set<string>();
  const trouble = { full: false };
  const terminal = createTerminalPlatform({
    socketPath,
    filesFolder: join(folder, "files"),
    people: () => [
      { key: "noor", name: "Noor" },
      { key: "sofia", name: "Sofia" },
    ],
    inbox: {
      async seen(id, body) {
        if (trouble.full) throw new Error("The disk is full.");
        if (kept.has(id)) return "repeated";
        kept.set(id, JSON.parse(JSON.stringify(body)));
        return "new";
      },
      done: async (id) => void done.add(id),
    },
    log,
  });
  const door: Door = {
    async open(inbound) {
      came.push(inbound);
      return more.opens?.() ?? { kind: "run", run: async () => ({ view: view("Done") }) };
    },
    pinned: async () => undefined,
    suggest: async () => [],
    home: async () => view("Home"),
  };
  await terminal.connect(door);
  afterTest(() => terminal.close());
  return { socketPath, terminal, logged, came, kept, done, trouble, folder };
}

const line = (id: string, words = "incident list") => ({ t: "line", id, line: words });

describe("the console's socket", () => {
  it("lies beside the database, is its owner's alone, and goes with the bot", async () => {
    expect(socketPathFor("file:/var/lib/allstop/allstop.db")).toBe("/var/lib/allstop/allstop.sock");
    const { socketPath, terminal, folder } = await start();
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
    expect(lstatSync(socketPath).isSocket()).toBe(true);
    expect(readdirSync(folder)).toEqual(["allstop.sock"]);
    await terminal.close();
    expect(existsSync(socketPath)).toBe(false);
  });

  it("that a dead bot left is replaced; one that answers, and what is no socket, are left alone", async () => {
    const folder = tempFolder();
    const path = join(folder, "allstop.sock");
    const dead = createServer();
    await new Promise<void>((resolve) => dead.listen(join(folder, "dead"), resolve));
    // Closing would tidy up; a killed process does not.
    const { renameSync } = await import("node:fs");
    renameSync(join(folder, "dead"), path);
    await new Promise((resolve) => dead.close(resolve));
    expect(existsSync(path)).toBe(true);
    const first = await start(folder);
    await (await dial(first.socketPath)).hears("welcome");

    await expect(start(folder)).rejects.toMatchObject({ code: "in_use", message: expect.stringContaining("listens") });
    await (await dial(first.socketPath)).hears("welcome");

    const other = tempFolder();
    writeFileSync(join(other, "allstop.sock"), "somebody's notes");
    await expect(start(other)).rejects.toMatchObject({ code: "in_use" });
    expect(readFileSync(join(other, "allstop.sock"), "utf8")).toBe("somebody's notes");
  });

  it("says so when its path is longer than a system takes", async () => {
    const deep = join(tempFolder(), "d".repeat(120));
    mkdirSync(deep);
    await expect(start(deep)).rejects.toMatchObject({ code: "path_too_long" });
    expect(readdirSync(deep)).toEqual([]);
  });

  it("lets in only who is in the plan, in this version, with a hello", async () => {
    const { socketPath, terminal } = await start();
    expect(terminal.home).toBeUndefined();
    for (const [hello, code] of [
      [{ as: "mallory" }, "unknown_person"],
      [{}, "who"],
      [{ as: "noor", version: 99 }, "version"],
    ] as const) {
      const refused = await dial(socketPath, hello);
      expect(await refused.hears("refused")).toMatchObject({ code });
      await refused.hangsUp();
      expect(refused.heard[0]).toHaveProperty("people", [
        { key: "noor", name: "Noor" },
        { key: "sofia", name: "Sofia" },
      ]);
    }
    const silent = await dial(socketPath, null);
    silent.send(line("aaaaaaaa"));
    expect(await silent.hears("refused")).toMatchObject({ code: "no_hello" });
    expect(terminal.home).toBeUndefined();
    expect(await (await dial(socketPath)).hears("welcome")).toMatchObject({ you: { key: "noor", name: "Noor" } });
    expect(terminal.home).toBe("terminal:local");
  });

  it.each([
    ["no JSON", "{"],
    ["not of the protocol", JSON.stringify({ t: "line", id: "aaaaaaaa", line: 7 })],
    ["of another kind", JSON.stringify({ t: "sudo", id: "aaaaaaaa" })],
    ["too long", `"${"x".repeat(LINE_BYTES_MAX + 1)}`],
    ["about a place elsewhere", JSON.stringify({ t: "line", id: "aaaaaaaa", line: "x", where: "slack:T1/C1" })],
  ])("ends a console whose line is %s, and only that one", async (_, bad) => {
    const { socketPath, came, logged } = await start();
    const good = await dial(socketPath, { as: "sofia" });
    const other = await dial(socketPath);
    await other.hears("welcome");
    other.socket.write(`${bad}\n`);
    expect(await other.hears("refused")).toMatchObject({ code: "unreadable" });
    await other.hangsUp();
    good.send(line("bbbbbbbb"));
    await good.hears("answer");
    expect(came).toHaveLength(1);
    expect(logged.some(({ level, message }) => level === "warn" && message.includes("can't be read"))).toBe(true);
  });
});

describe("an act at a console", () => {
  it("is done once, however often it comes, and answered each time", async () => {
    const { socketPath, came, done } = await start();
    const first = await dial(socketPath);
    first.send(line("11111111"));
    first.send(line("11111111"));
    await first.hears("answer");
    first.send(line("11111111"));
    await until("both answers", () => first.heard.filter(({ t }) => t === "answer").length === 2 || undefined);
    // The connection was lost before the answer was read; the console comes back and asks again.
    first.socket.destroy();
    const second = await dial(socketPath);
    second.send(line("11111111"));
    expect(await second.hears("answer")).toMatchObject({ id: "11111111", failed: false, view: { title: "Done" } });
    expect(came.map(({ id }) => id)).toEqual(["terminal:noor:11111111"]);
    expect([...done]).toEqual(["terminal:noor:11111111"]);
  });

  it("gets the answer of what was still running when the connection was lost", async () => {
    let finish = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const opens = (): Opened => ({ kind: "run", run: () => gate.then(() => ({ view: view("Late") })) });
    const { socketPath, came } = await start(tempFolder(), { opens });
    const first = await dial(socketPath);
    first.send(line("22222222"));
    await first.hears("running");
    first.socket.destroy();
    const second = await dial(socketPath);
    second.send(line("22222222"));
    await second.hears("running");
    finish();
    expect(await second.hears("answer")).toMatchObject({ view: { title: "Late" } });
    expect(came).toHaveLength(1);
  });

  it("is not done again by the bot's next life, which finishes what a crash cut off", async () => {
    const kept = new Map<string, unknown>();
    const before = await start(tempFolder(), { kept });
    const first = await dial(before.socketPath);
    first.send(line("33333333"));
    await first.hears("answer");
    await before.terminal.close();
    const [[id, body] = ["", undefined]] = [...kept];

    const after = await start(before.folder, { kept });
    const again = await dial(after.socketPath);
    again.send(line("33333333"));
    expect(await again.hears("answer")).toMatchObject({
      failed: false,
      view: { title: /before the connection was lost/ },
    });
    expect(after.came).toEqual([]);

    await after.terminal.replay(id, body);
    expect(after.came).toEqual(before.came);
    expect(await again.hears("whisper")).toMatchObject({ view: { title: "Done" } });
    await after.terminal.replay("terminal:noor:x", { nonsense: true });
    expect([...after.done]).toEqual([id, "terminal:noor:x"]);
  });

  it("that can't be written down is not done, and may come again", async () => {
    const { socketPath, came, trouble } = await start();
    trouble.full = true;
    const console = await dial(socketPath);
    console.send(line("44444444"));
    expect(await console.hears("answer")).toMatchObject({ failed: true });
    expect(came).toEqual([]);
    trouble.full = false;
    console.send(line("44444444"));
    await until("the second answer", () => came.length === 1 || undefined);
  });
});

describe("a room at the terminal", () => {
  it("is seen by all, direct messages by one, and whoever comes later is told all of it", async () => {
    const { socketPath, terminal } = await start();
    const noor = await dial(socketPath);
    const sofia = await dial(socketPath, { as: "sofia" });
    await sofia.hears("caught_up");
    const card = await terminal.post(ROOM, view("Card"), { key: "card" });
    await terminal.edit(card, view("Card, changed"));
    await terminal.pin(card);
    await terminal.directMessage("terminal:noor", view("For Noor"), { key: "ask" });
    await terminal.whisper("terminal:sofia", ROOM, view("For Sofia"));
    expect(await sofia.hears("whisper")).toMatchObject({ view: { title: "For Sofia" } });
    const titles = (heard: ToConsole[]) =>
      heard.flatMap((frame) => (frame.t === "message" ? [frame.message.view?.title] : []));
    expect(titles(sofia.heard)).toEqual(["Card", "Card, changed", "Card, changed"]);
    await until("Noor's message", () => titles(noor.heard).includes("For Noor") || undefined);
    const late = await dial(socketPath);
    await late.hears("caught_up");
    expect(titles(late.heard)).toEqual(["Card, changed", "For Noor"]);
  });

  it("keeps files for their owner alone, in its own folder, and none is written over", async () => {
    const { terminal, folder } = await start();
    const upload = (name: string, content: string) => terminal.upload(ROOM, { name, title: "INC-0001", content });
    await upload("../../etc/passwd", "one");
    await upload("postmortem.md", "# one");
    await upload("postmortem.md", "# one");
    await upload("postmortem.md", "# two");
    const room = join(folder, "files", "INC-0001");
    expect(readdirSync(room).sort()).toEqual(["etc-passwd", "postmortem-2.md", "postmortem.md"]);
    expect(readFileSync(join(room, "postmortem-2.md"), "utf8")).toBe("# two");
    expect(statSync(join(room, "postmortem.md")).mode & 0o777).toBe(0o600);
    expect(statSync(room).mode & 0o777).toBe(0o700);
  });

  it("forgets its oldest lines when it is full, and never what is pinned", async () => {
    const { terminal } = await start();
    const card = await terminal.post(ROOM, view("Card"), { key: "card" });
    await terminal.pin(card);
    const first = await terminal.post(ROOM, view("First"), { key: "first" });
    for (let number = 0; number < 2_000; number += 1) await terminal.post(ROOM, view("x"), { key: `k${number}` });
    await terminal.edit(card, view("Card"));
    await expect(terminal.edit(first, view("First"))).rejects.toMatchObject({ name: "RefusedError", code: "gone" });
  });
});
