import type { Door, Inbound, Opened, Place, Platform, UserRef } from "../../../src/chat/platform.ts";
import type { View } from "../../../src/chat/view.ts";

/** What people may write: pings, links and markup of every platform, letters that hide, a terminal's controls. */
export const HOSTILE =
  "<!channel> @everyone @here <@U0ANA> <@1234> <@&99> [x](http://evil.example) <http://evil.example|x> *b* **b** _i_ ~s~ `q` ```f``` ||s|| # h > q - l :fire: \u001b[31mred\u001b[0m \u202eevil\u200b &amp; \\*";

export type Who = "ana" | "ben";

/** A message as a person reads it, whatever it is made of. */
export interface Seen {
  place: Place;
  /** What stands there, formatting taken away: headings, blocks, labels of links and pictures; not the buttons. */
  words: string;
  /** Who or what is shown as mentioned: people by their ref, groups by the platform's word. */
  pings: string[];
  /** Addresses that a click would open. */
  links: string[];
  /** Words that are shown in another look than plain: bold, italic, struck, as code. */
  styled: string[];
  buttons: string[];
  pinned: boolean;
}

export interface SeenForm {
  title: string;
  fields: { name: string; label: string }[];
}

/** A door that does what the test says, and remembers who came. */
export interface ContractDoor extends Door {
  came: Inbound[];
  pins: Parameters<Door["pinned"]>[0][];
  opens: (inbound: Inbound) => Opened | Promise<Opened>;
}

/** One platform, connected to a workspace of its own in which people act through the platform's real protocol. */
export interface World {
  readonly platform: Platform;
  door: ContractDoor;
  user(who: Who): UserRef;
  /** Somebody who can't be invited, and somebody who can't be written to. */
  uninvitable: UserRef;
  unreachable: UserRef;
  /** A channel that Ana and Ben are in. */
  channel: Place;

  /** False where the platform keeps people's words from the bot, unless they use them on it. */
  readsWords: boolean;

  /** What a person sees in a channel, or, at a message, in its thread. Answers to them alone are elsewhere. */
  seen(who: Who, at: Place): Seen[];
  /** What the bot has told this person alone in the channel, and what it has sent them directly. */
  alone(who: Who, at: Place): Seen[];
  direct(who: Who): Seen[];
  home?(who: Who): string;
  rooms(incident: string): { place: Place; name: string; isPrivate: boolean }[];
  files(room: Place): { name: string; content: string }[];

  /** Writes a message, or, at a message, into its thread. Tells the time that the platform gave it. */
  say(who: Who, at: Place, text: string): Promise<{ place: Place; at: string }>;
  /** Says a command without its options: `incident declare`. */
  command(who: Who, at: Place, command: string): Promise<void>;
  press(who: Who, message: Place, label: string): Promise<void>;
  /** The form that is open for this person. */
  form(who: Who): SeenForm | undefined;
  /** Fills and sends it: values by field name, of a choice its value. Mistakes by field when it stays open. */
  submit(who: Who, values: Record<string, string>): Promise<Record<string, string> | undefined>;
  mark(who: Who, message: Place, on: boolean): Promise<void>;

  /** Does what somebody does, and has the platform bring it two times, as when it heard no acknowledgement. */
  twice(work: () => Promise<void>): Promise<void>;
  /** The message is gone: deleted, or forgotten. */
  remove(message: Place): Promise<void>;
  /** A refusal that the platform gives, and its own word for it. */
  refusal(): { code: string; work: () => Promise<unknown> };
  /** What the platform can do wrong; left out where it can't happen there. */
  faults: {
    /** The next room, or the next post, is made, and then its reply is lost. */
    loseRoomReply?(): void;
    losePostReply?(): void;
    /** The next post is told to wait. */
    rateLimit?(ms: number): void;
  };
  /** What the platform would have refused as malformed. */
  problems(): unknown[];
}

export function view(title: string, rest: Partial<View> = {}): View {
  return { tone: "info", title, body: [], buttons: [], ...rest };
}

export const done = (answer?: View): Opened => ({ kind: "run", run: async () => (answer ? { view: answer } : {}) });

export function contractDoor(): ContractDoor {
  const door: ContractDoor = {
    came: [],
    pins: [],
    opens: () => done(),
    async open(inbound) {
      door.came.push(inbound);
      return door.opens(inbound);
    },
    async pinned(act) {
      door.pins.push(act);
    },
    suggest: async () => [],
    home: async () => view("Home", { body: [{ kind: "text", text: "Nothing waits for you." }] }),
  };
  return door;
}

/** Resolves with what `look` finds. Rejects after ten seconds, saying what it waited for. */
export async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export type Get = () => World;

export const roomRequest = (more: object = {}) => ({
  incident: "INC-0042",
  title: "Vault is draining",
  topic: "INC-0042: state on the pinned card.",
  declaredAt: "2026-11-21T03:00:00.123Z",
  owedSince: new Date(Date.now() - 60_000),
  ...more,
});

/** The messages in which any of these words stand. */
export function titled(messages: Seen[], titles: string[]): Seen[] {
  return messages.filter(({ words }) => titles.some((title) => squeeze(words).includes(squeeze(title))));
}

export function squeeze(text: string): string {
  return text.replace(/\s+/g, "");
}
