import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Form, View } from "../../../chat/view.ts";
import { connectTo } from "../listen.ts";
import { ConsoleAct, type FromConsole, PROTOCOL_VERSION, type Somebody, ToConsole } from "../protocol.ts";
import { readFrames, writeFrame } from "../wire.ts";

const AGAIN_MS = 500;

/** The bot did not let us in: nobody of that name, another version. `people` are those that it knows. */
export class NotLetIn extends Error {
  readonly code: string;
  readonly people: Somebody[];

  constructor(code: string, message: string, people: Somebody[]) {
    super(message);
    this.name = "NotLetIn";
    this.code = code;
    this.people = people;
  }
}

export type Welcome = Extract<ToConsole, { t: "welcome" }>;
/** What is told without having been asked for. */
export type Push = Extract<ToConsole, { t: "room" | "message" | "whisper" | "home" | "caught_up" }>;
/** What came of an act. */
export type Outcome =
  | { t: "form"; form: Form }
  | { t: "mistakes"; mistakes: Record<string, string> }
  | { t: "answer"; view?: View | undefined; failed: boolean };

type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;
export type Asked = WithoutId<ConsoleAct>;

export interface Client {
  /** Rejects with `NotLetIn`, or with the system's error where nobody listens. */
  attach(): Promise<Welcome>;
  /** Resolves when the bot has answered, be it after a lost connection; the act is done once. */
  act(asked: Asked): Promise<Outcome>;
  close(): void;
}

/**
 * A console's end of the socket. A connection that is lost is made again for as long as `giveUpMs` says, and what was
 * not answered is asked again with the id that it had, so that nothing is done twice.
 */
export function createClient(options: {
  socketPath: string;
  as: string | undefined;
  giveUpMs: number;
  onPush: (frame: Push) => void;
  onLost: () => void;
  onBack: () => void;
  /** It can't be made again: nothing that is still asked will be answered. */
  onOver: (why: Error) => void;
}): Client {
  const { socketPath, as, giveUpMs, onPush, onLost, onBack, onOver } = options;
  const waiting = new Map<string, { act: ConsoleAct; done: (outcome: Outcome) => void; fail: (why: Error) => void }>();
  let socket: Socket | undefined;
  let closed = false;
  let end: Error | undefined;

  function hear(frame: ToConsole): void {
    switch (frame.t) {
      case "form":
      case "mistakes":
      case "answer": {
        const { id, ...outcome } = frame;
        waiting.get(id)?.done(outcome);
        waiting.delete(id);
        break;
      }
      case "running": // It is taken in; the answer comes.
      case "welcome":
      case "refused": // Both belong to the hello.
        break;
      default:
        onPush(frame);
    }
  }

  async function open(): Promise<Welcome> {
    const made = await connectTo(socketPath);
    socket = made;
    return new Promise((welcomed, refused) => {
      let known = false;
      made.on("error", () => undefined); // Its close follows, and says all that there is to say.
      made.on("close", () => {
        refused(new Error(`The bot at ${socketPath} hung up.`));
        if (known && !closed) void comeBack();
      });
      readFrames(made, ToConsole, {
        onFrame(frame) {
          if (frame.t === "refused") {
            known = false;
            const why = new NotLetIn(frame.code, frame.why, frame.people);
            refused(why);
          } else if (frame.t === "welcome") {
            known = true;
            welcomed(frame);
          }
          hear(frame);
        },
        onBroken(why) {
          made.destroy(new Error(why));
        },
      });
      writeFrame<FromConsole>(made, { t: "hello", version: PROTOCOL_VERSION, ...(as !== undefined && { as }) });
    });
  }

  async function comeBack(): Promise<void> {
    onLost();
    const until = Date.now() + giveUpMs;
    while (!closed) {
      try {
        await open();
        onBack();
        for (const { act } of waiting.values()) send(act);
        return;
      } catch (error) {
        if (error instanceof NotLetIn || Date.now() >= until) {
          over(asError(error));
          return;
        }
        await sleep(AGAIN_MS);
      }
    }
  }

  function over(why: Error): void {
    end = why;
    for (const { fail } of waiting.values()) fail(why);
    waiting.clear();
    if (!closed) onOver(why);
  }

  function send(act: ConsoleAct): void {
    if (socket !== undefined) writeFrame<FromConsole>(socket, act);
  }

  return {
    attach: open,
    act(asked) {
      if (end !== undefined) return Promise.reject(end);
      const act = ConsoleAct.parse({ ...asked, id: randomUUID() });
      return new Promise((done, fail) => {
        waiting.set(act.id, { act, done, fail });
        send(act);
      });
    },
    close() {
      closed = true;
      socket?.destroy();
    },
  };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
