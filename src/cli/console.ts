import type { Running } from "../main.ts";
import { NotLetIn } from "../platforms/terminal/console/client.ts";
import { runConsole } from "../platforms/terminal/console/console.ts";
import { type Keyboard, pipedKeyboard, typedKeyboard } from "../platforms/terminal/console/keyboard.ts";
import type { Screen } from "../platforms/terminal/console/show.ts";
import { type Somebody, socketPathFor } from "../platforms/terminal/index.ts";
import { codeOf, connectTo } from "../platforms/terminal/listen.ts";
import { inOneLine } from "../platforms/terminal/spans.ts";
import { databaseOfBot } from "./store.ts";

/** A script gives up on a bot that was lost; a person decides for themselves. */
const SCRIPT_GIVES_UP_MS = 10_000;
/** Some terminals say that they have none, or next to none. */
const COLUMNS_MIN = 20;

export interface ConsoleCliOptions {
  as?: string;
  incident?: string;
  /** Starts a bot in this process when none listens. */
  start?: boolean;
}

/**
 * `allstop console`: drives an incident from a terminal, over the bot's own socket. It reads no setting but where the
 * database is, so that it works when the chat's settings are what is wrong.
 *
 * `startBot` starts a bot without any chat on the same database, for `--start`.
 */
export async function openConsole(
  env: NodeJS.ProcessEnv,
  { as, incident, start = false }: ConsoleCliOptions,
  { startBot }: { startBot?: () => Promise<Running> } = {},
): Promise<void> {
  const socketPath = socketPathFor(databaseOfBot(env));
  const trouble = await look(socketPath);
  let bot: Running | undefined;
  if (trouble !== undefined) {
    if (!start || !trouble.absent || startBot === undefined) throw new Error(trouble.words);
    console.log("No Allstop is running. Starting one in this process, without chat; it ends with this console.");
    bot = await startBot();
  }
  try {
    process.exitCode = await attach(env, { socketPath, as, incident });
  } finally {
    await bot?.close();
  }
}

async function attach(
  env: NodeJS.ProcessEnv,
  { socketPath, as, incident }: { socketPath: string; as: string | undefined; incident: string | undefined },
): Promise<number> {
  const interactive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const desk = interactive ? typedKeyboard(process.stdin, process.stdout) : undefined;
  const keyboard = desk?.keyboard ?? pipedKeyboard(process.stdin);
  const screen: Screen = {
    columns: () => Math.max(COLUMNS_MIN, process.stdout.columns || 80),
    colour: process.stdout.isTTY === true && !env.NO_COLOR,
    print: desk?.print ?? ((text) => void process.stdout.write(`${text}\n`)),
  };
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const giveUpMs = interactive ? Number.POSITIVE_INFINITY : SCRIPT_GIVES_UP_MS;
  const run = (who: string | undefined) =>
    runConsole({ socketPath, as: who, incident, keyboard, screen, timeZone, giveUpMs });
  try {
    return await run(as).catch(async (error: unknown) => {
      if (!(error instanceof NotLetIn)) throw error;
      if (error.code !== "who" || !interactive) throw new Error(`${error.message}${listOf(error.people)}`);
      return run(await askWho(keyboard, screen, error.people));
    });
  } finally {
    keyboard.close();
  }
}

/** Somebody of the plan, by number or key. Throws when they leave instead. */
async function askWho(keyboard: Keyboard, screen: Screen, people: Somebody[]): Promise<string> {
  const rows = people.map(({ key, name }, index) => `  ${index + 1}) ${key.padEnd(16)} ${inOneLine(name).text}`);
  screen.print(["Who are you?", ...rows].join("\n"));
  for (;;) {
    const typed = await keyboard.read(() => "number or key: ");
    if (typeof typed === "string")
      throw new Error("Nobody was named: --as and a key of the response plan does it too.");
    const word = typed.line.trim();
    const found = people.find(({ key }, index) => key === word || String(index + 1) === word);
    if (found !== undefined) return found.key;
  }
}

function listOf(people: Somebody[]): string {
  if (people.length === 0) return "";
  const rows = people.map(({ key, name }) => `  --as ${key.padEnd(16)} ${inOneLine(name).text}`);
  return `\nPeople of the response plan:\n${rows.join("\n")}`;
}

/** Why nobody can be talked to at the socket, in words; undefined when somebody listens. */
async function look(socketPath: string): Promise<{ absent: boolean; words: string } | undefined> {
  try {
    (await connectTo(socketPath)).destroy();
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ECONNREFUSED") {
      const words = [
        `No Allstop is running here: nothing listens at ${socketPath}.`,
        "Start it with `allstop start`; or `allstop console --start` starts one in the console itself, without chat.",
        "If it runs elsewhere, or on another database, go to that machine and set DATABASE_URL as it has it.",
      ];
      return { absent: true, words: words.join("\n") };
    }
    if (code === "EACCES" || code === "EPERM") {
      const words = `You may not open ${socketPath}. Run this as the account that the bot runs as.`;
      return { absent: false, words };
    }
    throw error;
  }
}
