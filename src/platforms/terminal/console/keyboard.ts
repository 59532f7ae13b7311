import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** A line, or why there is none: Ctrl-C, or the end of what comes. */
export type Typed = { line: string } | "interrupted" | "ended";

/** Where a console hears from. */
export interface Keyboard {
  /** Somebody sits there and can be asked. */
  interactive: boolean;
  /** The prompt is asked for again whenever the line is shown again. */
  read(prompt: () => string): Promise<Typed>;
  close(): void;
}

/** Lines of a pipe or a file, one command each: nobody can be asked anything. */
export function pipedKeyboard(input: Readable): Keyboard {
  const reader = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const queue = createQueue(reader);
  return { interactive: false, read: queue.next, close: () => reader.close() };
}

export interface Desk {
  keyboard: Keyboard;
  /** Prints above the line that is being typed, which stays as it is. */
  print(text: string): void;
}

/** A person at a terminal. What is printed while they type does not get mixed up with what they type. */
export function typedKeyboard(input: Readable, output: Writable): Desk {
  const reader = createInterface({ input, output, terminal: true, prompt: "", historySize: 200 });
  const queue = createQueue(reader);
  let asking: (() => string) | undefined;
  return {
    keyboard: {
      interactive: true,
      async read(prompt) {
        asking = prompt;
        reader.setPrompt(prompt());
        reader.prompt();
        const typed = await queue.next();
        asking = undefined;
        if (typed === "interrupted") {
          // What was typed before Ctrl-C is thrown away.
          reader.write(null, { ctrl: true, name: "e" });
          reader.write(null, { ctrl: true, name: "u" });
          output.write("^C\n");
        }
        return typed;
      },
      close: () => reader.close(),
    },
    print(text) {
      if (asking === undefined) {
        output.write(`${text}\n`);
        return;
      }
      moveCursor(output, 0, -reader.getCursorPos().rows);
      cursorTo(output, 0);
      clearScreenDown(output);
      output.write(`${text}\n`);
      reader.setPrompt(asking());
      reader.prompt(true);
    },
  };
}

function createQueue(reader: Interface): { next: () => Promise<Typed> } {
  const arrived: Typed[] = [];
  let waiting: ((typed: Typed) => void) | undefined;
  let ended = false;
  const arrive = (typed: Typed) => {
    if (waiting === undefined) arrived.push(typed);
    else waiting(typed);
    waiting = undefined;
  };
  reader.on("line", (line) => arrive({ line }));
  reader.on("SIGINT", () => arrive("interrupted"));
  reader.on("close", () => {
    ended = true;
    arrive("ended");
  });
  return {
    next: () => {
      const first = arrived.shift();
      if (first !== undefined) return Promise.resolve(first);
      if (ended) return Promise.resolve("ended");
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
  };
}
