import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach } from "vitest";
import type { Platform } from "../../../src/chat/platform.ts";
import { keepConsole } from "../../../src/console-chat.ts";
import { createChatDelivery } from "../../../src/outbox/chat-effects.ts";
import { createPump } from "../../../src/outbox/pump.ts";
import { createTimerDelivery } from "../../../src/outbox/timers.ts";
import { runConsole } from "../../../src/platforms/terminal/console/console.ts";
import { type Keyboard, pipedKeyboard, typedKeyboard } from "../../../src/platforms/terminal/console/keyboard.ts";
import { socketPathFor } from "../../../src/platforms/terminal/index.ts";
import { openInbox } from "../../../src/storage/inbox.ts";
import { openStory, storyPlan } from "../../story.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

export function afterTest(close: () => Promise<void> | void): void {
  closers.push(close);
}

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "allstop-t-"));
  afterTest(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type Logged = { level: "info" | "warn" | "error"; message: string; facts: object };

export function memoryLog() {
  const logged: Logged[] = [];
  const note = (level: Logged["level"]) => (facts: object, message: string) =>
    void logged.push({ level, facts, message });
  return { logged, log: { info: note("info"), warn: note("warn"), error: note("error") } };
}

/** The real journal, door, commands and outbox, with the console as their only chat. */
export async function startBot(folder: string) {
  const databaseUrl = `file:${join(folder, "allstop.db")}`;
  const platforms = new Map<string, Platform>();
  const consoles: { chats?: () => string[] } = {};
  const story = openStory({
    plan: storyPlan(),
    databaseUrl,
    platforms,
    realTime: true,
    chats: () => consoles.chats?.() ?? [],
  });
  const { log, logged } = memoryLog();
  const inbox = openInbox(story.store, () => Date.now());
  const pump = createPump({
    owed: story.owed,
    clock: story.app.clock,
    deliver: {
      chat: createChatDelivery(story.app, platforms),
      chain: async () => undefined,
      timers: createTimerDelivery(story.app),
      checks: createTimerDelivery(story.app),
      webhooks: async () => undefined,
    },
    log,
  });
  story.journal.onRecorded(() => pump.wakeAll());
  const terminal = keepConsole({
    app: story.app,
    door: story.door,
    platforms,
    inbox,
    pump,
    databaseUrl,
    log: log as never,
  });
  consoles.chats = terminal.chats;
  await terminal.open();
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await terminal.close();
    await pump.stop();
    inbox.close();
    story.store.close();
  };
  afterTest(close);
  const terminalPlatform = () => {
    const platform = platforms.get("terminal");
    if (platform === undefined) throw new Error("The terminal is not connected.");
    return platform;
  };
  return { ...story, terminal, terminalPlatform, logged, socketPath: socketPathFor(databaseUrl), databaseUrl, close };
}

/** A console at a scripted terminal, or at the end of a pipe. */
export function sitDown(options: {
  socketPath: string;
  as?: string;
  incident?: string;
  columns?: number;
  colour?: boolean;
  piped?: boolean;
  giveUpMs?: number;
}) {
  const { columns = 80, colour = false, piped = false, giveUpMs = 5_000 } = options;
  const input = new PassThrough();
  const output = new PassThrough();
  const printed: string[] = [];
  let screenText = "";
  output.on("data", (bytes: Buffer) => {
    screenText += bytes.toString("utf8");
  });
  const desk = piped ? undefined : typedKeyboard(input, output);
  const keyboard: Keyboard = desk?.keyboard ?? pipedKeyboard(input);
  const print = (text: string) => {
    printed.push(text);
    if (desk === undefined) output.write(`${text}\n`);
    else desk.print(text);
  };
  const status = runConsole({
    socketPath: options.socketPath,
    as: options.as ?? "noor",
    incident: options.incident,
    keyboard,
    screen: { columns: () => columns, colour, print },
    timeZone: "UTC",
    giveUpMs,
  });
  status.finally(() => keyboard.close()).catch(() => undefined);
  afterTest(() => void input.end());
  let read = 0;

  return {
    status,
    input,
    /** Everything printed so far, one string per print. */
    printed,
    text: () => printed.join("\n"),
    /** What the terminal itself got, prompts included. */
    raw: () => screenText,
    type: (line: string) => void input.write(`${line}\r`),
    key: (bytes: string) => void input.write(bytes),
    /** Waits until words are printed that were not waited for before, and tells what was printed up to them. */
    async sees(words: string | RegExp): Promise<string> {
      const found = await until(
        `the console to show ${words}`,
        () => {
          const at = printed.findIndex((text, index) => index >= read && matches(text, words));
          return at < 0 ? undefined : at;
        },
        () => printed.slice(read).join("\n"),
      );
      const text = printed.slice(read, found + 1).join("\n");
      read = found + 1;
      return text;
    },
    /** Waits until this stands on the line that is being typed. */
    asks: (prompt: string) =>
      until(
        `the prompt ${prompt}`,
        () => screenText.slice(-400).includes(prompt) || undefined,
        () => screenText.slice(-600),
      ),
    /** The number of the newest button with this label. */
    button(label: string): string {
      const numbers = [...printed.join("\n").matchAll(/\[(\d+)\] ([^[\n]+)/g)].filter(([, , text]) =>
        text?.trim().startsWith(label),
      );
      const number = numbers.at(-1)?.[1];
      if (number === undefined) throw new Error(`There is no button ${label} in:\n${printed.join("\n")}`);
      return number;
    },
  };
}

function matches(text: string, words: string | RegExp): boolean {
  return typeof words === "string" ? text.includes(words) : words.test(text);
}

export async function until<T>(what: string, look: () => T | undefined, tell: () => string = () => ""): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.\n${tell()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
