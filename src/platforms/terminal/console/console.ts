import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../../chat/platform.ts";
import { createBoard } from "./board.ts";
import { createClient } from "./client.ts";
import { createDoing, type Doing } from "./doing.ts";
import { createFeed, type Feed, isCard } from "./feed.ts";
import type { Keyboard } from "./keyboard.ts";
import { createShow, type Screen, type Show } from "./show.ts";
import { LOCAL_WORDS, readTyped, roomName } from "./typed.ts";

export interface ConsoleOptions {
  socketPath: string;
  /** A key of the response plan. */
  as: string | undefined;
  /** The room to be in: `INC-0001`. The newest where left out. */
  incident?: string | undefined;
  keyboard: Keyboard;
  screen: Screen;
  /** IANA name of the reader's time zone. */
  timeZone: string;
  /** How long to try for a bot that was lost. */
  giveUpMs: number;
}

/** How long an incident's room may need to be there. */
const ROOM_MS_MAX = 10_000;

/**
 * Attaches to a running bot and lets one person drive it: shows what is, follows what happens, and says what they type.
 * Resolves with the exit status: 0, or 1 when a command of a script was not done or the bot was lost for good. Rejects
 * with `NotLetIn` or the system's error when it can't begin.
 */
export async function runConsole(options: ConsoleOptions): Promise<number> {
  const { socketPath, keyboard, screen, timeZone } = options;
  const names = new Map<string, string>();
  const board = createBoard();
  const show = createShow({ screen, board, timeZone, nameOf: (key) => names.get(key) });
  const feed = createFeed({ board, show, enterFirst: options.incident === undefined });
  let failed = false;
  let over = false;
  const fail = (why?: string) => {
    failed = true;
    if (why !== undefined) show.say(why, "warning");
  };
  const client = createClient({
    ...options,
    onPush: feed.push,
    onLost: () => show.say("The bot is gone. Trying to come back; what is not answered is asked again.", "danger"),
    onBack: () => show.say("The bot is back.", "good"),
    onOver(why) {
      over = true;
      fail(`It does not come back: ${why.message}`);
      keyboard.close();
    },
  });
  const people = () => [...names].map(([key, name]) => ({ key, name }));
  const doing = createDoing({ client, board, show, keyboard, people, fail });
  const parts = { board, show, feed, doing, people, fail };

  try {
    const { you, people: known, nouns } = await client.attach();
    for (const { key, name } of known) names.set(key, name);
    await waitFor(() => feed.isCaughtUp() || over);
    greet(show, `${you.name} (${you.key})`, socketPath);
    if (keyboard.interactive) await doing.carryOut({ t: "home" });
    if (!(await findRoom(parts, options.incident))) return 1;
    if (keyboard.interactive) show.say("Type help for what you can say.", "dim");
    await obeyAll({ ...parts, keyboard, nouns, prompt: () => `${board.current?.name ?? "allstop"} ${you.key}> ` });
  } finally {
    client.close();
  }
  return failed && (over || !keyboard.interactive) ? 1 : 0;
}

interface Parts {
  board: ReturnType<typeof createBoard>;
  show: Show;
  feed: Feed;
  doing: Doing;
  people: () => { key: string; name: string }[];
  fail: (why?: string) => void;
}

function greet(show: Show, you: string, socketPath: string): void {
  show.say(`Allstop console. You are ${you}.`);
  const authority =
    "may act here as anybody in the response plan: the file's permission is all the authority there is.";
  show.say(`Whoever may open ${socketPath} ${authority}`, "dim");
}

/** The room that was asked for, which may just be opening; else the newest. */
async function findRoom({ board, feed, fail }: Parts, incident: string | undefined): Promise<boolean> {
  if (incident === undefined) {
    const newest = [...board.rooms.keys()].at(-1);
    if (newest !== undefined && board.current === undefined) feed.enter(newest);
    return true;
  }
  const name = roomName(incident);
  await waitFor(() => board.roomNamed(name) !== undefined);
  const room = board.roomNamed(name);
  if (room === undefined) fail(noSuchRoom(board, name));
  else feed.enter(room.place);
  return room !== undefined;
}

function noSuchRoom(board: Parts["board"], name: string): string {
  const open = [...board.rooms.values()].map((one) => one.name).join(", ");
  return `There is no room ${name} here. Rooms: ${open || "none"}.`;
}

async function obeyAll(parts: Parts & { keyboard: Keyboard; nouns: string[]; prompt: () => string }): Promise<void> {
  const { keyboard, nouns, prompt, show, fail } = parts;
  let interrupted = false;
  for (;;) {
    const typed = await keyboard.read(prompt);
    if (typed === "ended") return;
    if (typed === "interrupted") {
      if (interrupted) return;
      interrupted = true;
      show.say("Ctrl-C once more, or quit, leaves the console. The bot goes on.", "dim");
      continue;
    }
    interrupted = false;
    try {
      if ((await obey(parts, readTyped(typed.line, nouns))) === "quit") return;
    } catch (error) {
      fail(messageOf(error));
    }
  }
}

async function obey(parts: Parts, typed: ReturnType<typeof readTyped>): Promise<"quit" | undefined> {
  const { board, show, feed, doing, people, fail } = parts;
  const here = board.current?.place;
  switch (typed.kind) {
    case "nothing":
      break;
    case "quit":
      return "quit";
    case "help":
      for (const [words, meaning] of LOCAL_WORDS) show.say(`${words.padEnd(18)} ${meaning}`);
      await doing.carryOut({ t: "line", where: here, line: "incident help" });
      break;
    case "home":
      await doing.carryOut({ t: "home" });
      break;
    case "rooms":
      for (const { name, title } of board.rooms.values()) show.say(`${name} ${title}`);
      if (board.rooms.size === 0) show.say("There is no room yet.");
      break;
    case "people":
      for (const { key, name } of people()) show.say(`${key.padEnd(18)} ${name}`);
      break;
    case "join": {
      const room = board.roomNamed(typed.room);
      if (room === undefined) fail(noSuchRoom(board, typed.room));
      else feed.enter(room.place);
      break;
    }
    case "cards":
      for (const noted of here === undefined ? [] : board.messagesIn(here)) if (isCard(noted)) show.message(noted);
      break;
    case "show":
    case "pin":
    case "reply":
      await aboutMessage(parts, typed);
      break;
    case "say":
      if (here === undefined) fail("There is no room to say it in. To open one: incident declare");
      else await doing.carryOut({ t: "say", at: here, text: typed.text });
      break;
    case "press":
      await doing.press(typed.number);
      break;
    case "line":
      await doing.carryOut({ t: "line", where: here, line: typed.line });
      break;
    case "unknown":
      fail(`“${typed.word}” is no command. For all that there are: help. To write to the others: say …`);
      break;
    default:
      typed satisfies never;
  }
  return undefined;
}

type AboutMessage = Extract<ReturnType<typeof readTyped>, { kind: "show" | "pin" | "reply" }>;

async function aboutMessage({ board, show, doing, fail }: Parts, typed: AboutMessage): Promise<void> {
  const noted = board.message(typed.number);
  if (noted === undefined) return fail(`There is no message #${typed.number}.`);
  const { place, thread } = noted.message;
  switch (typed.kind) {
    case "show":
      return show.message(noted);
    case "pin":
      return doing.carryOut({ t: "pin", message: place, on: typed.on });
    case "reply":
      return doing.carryOut({ t: "say", at: thread ?? place, text: typed.text });
    default:
      return typed satisfies never;
  }
}

async function waitFor(holds: () => boolean): Promise<void> {
  const until = Date.now() + ROOM_MS_MAX;
  while (!holds() && Date.now() < until) await sleep(10);
}
