/** What somebody typed at a console, before the bot hears of it. */
export type Said =
  | { kind: "nothing" | "quit" | "help" | "home" | "rooms" | "people" | "cards" }
  | { kind: "join"; room: string }
  | { kind: "show"; number: number }
  | { kind: "pin"; number: number; on: boolean }
  | { kind: "reply"; number: number; text: string }
  | { kind: "say"; text: string }
  | { kind: "press"; number: number }
  /** A command, as in chat: the bot's door reads it. */
  | { kind: "line"; line: string }
  | { kind: "unknown"; word: string };

/** What the console itself understands, beside the commands of chat. */
export const LOCAL_WORDS: [words: string, meaning: string][] = [
  ["3", "press button 3"],
  ["cards", "show this room's cards again, with their buttons"],
  ["#12", "show message 12 again, whole"],
  ["pin 12, unpin 12", "put message 12 on the timeline, or take it off"],
  ["say …", "write to the others in this room"],
  ["reply 12 …", "write under message 12"],
  ["rooms, join INC-…", "list the rooms, change to another"],
  ["home", "what is open, who leads, what is due"],
  ["people", "who can be named, by key"],
  ["quit", "leave; the bot goes on"],
];

/** Reads one line. `nouns` are the first words of the commands; a slash before them may be left out. */
export function readTyped(typed: string, nouns: string[]): Said {
  const text = typed.trim();
  const line = text.replace(/^\//, "");
  const [word = "", ...others] = line.split(/\s+/);
  const noun = word.toLowerCase();
  const rest = line.slice(word.length).trim();
  const alone = others.length === 0;
  if (line === "") return { kind: "nothing" };
  if (nouns.includes(noun)) return { kind: "line", line: `${noun}${line.slice(word.length)}` };
  if (/^\d{1,6}$/.test(line)) return { kind: "press", number: Number(line) };
  const shown = /^(?:#|show\s+#?)(\d{1,6})$/i.exec(line)?.[1];
  if (shown !== undefined) return { kind: "show", number: Number(shown) };
  if (/^inc-\d+$/i.test(line)) return { kind: "join", room: roomName(line) };
  if (alone && isSimple(noun)) return { kind: noun };
  if (alone && (noun === "exit" || noun === "?")) return { kind: noun === "?" ? "help" : "quit" };
  if (noun === "join" && others.length === 1) return { kind: "join", room: roomName(rest) };
  if (noun === "say" && rest !== "") return { kind: "say", text: rest };
  const [, number, words = ""] = /^#?(\d{1,6})(?:\s+([\s\S]+))?$/.exec(rest) ?? [];
  if (number !== undefined && noun === "reply" && words !== "")
    return { kind: "reply", number: Number(number), text: words };
  if (number !== undefined && words === "" && (noun === "pin" || noun === "unpin")) {
    return { kind: "pin", number: Number(number), on: noun === "pin" };
  }
  return { kind: "unknown", word };
}

const SIMPLE = ["quit", "help", "home", "rooms", "people", "cards"] as const;

function isSimple(word: string): word is (typeof SIMPLE)[number] {
  return (SIMPLE as readonly string[]).includes(word);
}

/** `inc-42` as `INC-0042`. */
export function roomName(typed: string): string {
  const number = /^(?:inc-?)?0*(\d+)$/i.exec(typed)?.[1];
  return number === undefined ? typed : `INC-${number.padStart(4, "0")}`;
}
