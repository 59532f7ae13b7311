import type { View } from "../src/chat/view.ts";
import type { Chat } from "../src/chats.ts";
import { RefusedError, RetryableError } from "../src/core/errors.ts";

/** A chat in memory, behind the port: for stories about what is owed to which chat. It can be made to fail. */
export function memoryChat(name: string) {
  const messages = new Map<string, { at: string; view: View; edits: number; ping: string[] }>();
  const files: { at: string; name: string; content: string }[] = [];
  const keys = new Map<string, string>();
  let trouble: "none" | "down" | "revoked" = "none";
  let fatal: ((why: Error) => void) | undefined;
  let next = 0;

  function answer(): void {
    if (trouble === "down") throw new RetryableError(`${name} does not answer.`);
    if (trouble !== "revoked") return;
    const why = new RefusedError("token_revoked", `${name} refuses the token.`, "Make a new one.");
    fatal?.(why);
    throw why;
  }
  function post(at: string, view: View, key: string, ping: string[] = []): string {
    answer();
    const known = keys.get(key);
    if (known !== undefined) return known;
    next += 1;
    const message = `${at.split("/").slice(0, 2).join("/")}/m${next}`;
    keys.set(key, message);
    messages.set(message, { at, view, edits: 0, ping });
    return message;
  }

  const make = (onFatal: (why: Error) => void): Chat => {
    fatal = onFatal;
    return {
      name,
      home: `${name}:W1`,
      connect: async () => answer(),
      close: async () => undefined,
      replay: async () => undefined,
      async openRoom({ incident }) {
        answer();
        return { room: `${name}:W1/${incident}`, name: incident.toLowerCase(), adopted: false };
      },
      async invite(_room, users) {
        answer();
        return users.map((user) => ({ user, ok: true }));
      },
      post: async (at, view, { key, ping }) => post(at, view, key, ping),
      findPost: async (_to, key) => {
        answer();
        return keys.get(key);
      },
      async edit(message, view) {
        answer();
        const known = messages.get(message);
        if (known === undefined) throw new RefusedError("gone", "It is gone.", "A new one is posted.");
        messages.set(message, { ...known, view, edits: known.edits + 1 });
      },
      pin: async () => answer(),
      bookmark: async () => answer(),
      directMessage: async (user, view, { key }) => post(`${name}:W1/D-${user.split(":")[1]}`, view, key),
      async upload(at, { name: file, content }) {
        answer();
        files.push({ at, name: file, content });
      },
      async read(message) {
        answer();
        return { message, at: "2026-11-21T03:00:00.000Z", text: "read" };
      },
      setHome: async () => answer(),
      whisper: async () => answer(),
      async describeUser(user) {
        answer();
        return { name: user };
      },
    };
  };

  return {
    make,
    messages,
    /** What was put into rooms. */
    files,
    /** Everything that stands in a channel, as text. */
    words: (channel: string) =>
      [...messages.values()]
        .filter(({ at }) => at.startsWith(`${name}:W1/${channel}`))
        .map(({ view }) => JSON.stringify(view)),
    trouble(kind: typeof trouble) {
      trouble = kind;
    },
  };
}
