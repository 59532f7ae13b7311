import { z } from "zod";
import type { Inbox } from "../../chat/inbox.ts";
import type { Log } from "../../chat/log.ts";
import { type Answer, type Door, messageOf, type Place, type Said } from "../../chat/platform.ts";
import type { View } from "../../chat/view.ts";
import { createOutcomes, type Outcome } from "./outcomes.ts";
import { userRefOf } from "./place.ts";
import { ConsoleAct, Somebody, type ToConsole } from "./protocol.ts";
import type { Rooms } from "./rooms.ts";

/** An act as it is kept until it is done: who, and what. */
const Kept = z.object({ by: Somebody, act: ConsoleAct });
type Kept = z.output<typeof Kept>;

export interface Acts {
  /** Does what a console asks, once, and tells it what comes of it. Never rejects. */
  take(kept: Kept, show: (frame: ToConsole) => void): Promise<void>;
  /** Does what a crash cut off. No console waits for it: a form is left alone, an answer goes to `tell`. */
  replay(id: string, body: unknown, tell: (by: Somebody, view: View) => void): Promise<void>;
}

export function createActs(parts: { door: Door; rooms: Rooms; inbox: Inbox | undefined; log: Log }): Acts {
  const { door, rooms, inbox, log } = parts;
  const outcomes = createOutcomes();

  /** Everything that can be said goes through the one door; words between people do not concern it. */
  async function perform({ by, act }: Kept, id: string, { tell }: Outcome): Promise<void> {
    const person = { user: userRefOf(by.key), userName: by.name };
    const answer = ({ view, failed = false }: Answer) => tell({ t: "answer", id: act.id, view, failed });
    const enter = async (said: Said, where: Place | undefined) => {
      const opened = await door.open({ id, ...person, ...(where !== undefined && { where }), said });
      if (opened.kind === "form") return tell({ t: "form", id: act.id, form: opened.form });
      if (opened.kind === "mistakes") return tell({ t: "mistakes", id: act.id, mistakes: opened.mistakes });
      tell({ t: "running", id: act.id });
      return answer(await opened.run());
    };
    switch (act.t) {
      case "home":
        return answer({ view: await door.home(person.user) });
      case "say":
        rooms.say(by, act.at, act.text);
        return answer({});
      case "pin":
        await door.pinned({ id, ...person, message: act.message, on: act.on });
        return answer({});
      case "line":
        return enter({ kind: "line", line: act.line }, act.where);
      case "press":
      case "submit":
        return enter({ kind: act.t, command: act.command, input: act.input }, act.where);
      default:
        return act satisfies never;
    }
  }

  return {
    async take(kept, show) {
      const { by, act } = kept;
      const id = `terminal:${by.key}:${act.id}`;
      if (outcomes.repeat(id, show)) return;
      const outcome = outcomes.begin(id, show);
      const fail = (view: View) => outcome.tell({ t: "answer", id: act.id, view, failed: true });
      try {
        // Looking changes nothing: it may be done twice, and needs no line on disk.
        if (act.t !== "home" && (await inbox?.seen(id, kept)) === "repeated") {
          return outcome.tell({ t: "answer", id: act.id, view: FROM_BEFORE, failed: false });
        }
      } catch (error) {
        log.error({ id, why: messageOf(error) }, "An act at a console could not be written down, and was not done");
        fail(notDone(`It could not be written down, so it was not done: ${messageOf(error)}`));
        return outcomes.forget(id);
      }
      try {
        await perform(kept, id, outcome);
      } catch (error) {
        log.error({ id, why: messageOf(error) }, "An act at a console failed");
        fail(notDone(messageOf(error)));
      }
      if (act.t !== "home") await inbox?.done(id);
    },

    async replay(id, body, tell) {
      const parsed = Kept.safeParse(body);
      if (!parsed.success) {
        log.error({ id }, "An act at a console, kept from before a crash, can't be read");
      } else {
        const { by } = parsed.data;
        // What is told to nobody is no answer; what has words is shown to the person when they are there.
        const show = (frame: ToConsole) => {
          if (frame.t === "answer" && frame.view !== undefined) tell(by, frame.view);
          if (frame.t === "form" || frame.t === "mistakes")
            log.info({ id }, "A form from before a crash is left alone");
        };
        await perform(parsed.data, id, { tell: show }).catch((error: unknown) =>
          log.error({ id, why: messageOf(error) }, "An act from before a crash could not be handled"),
        );
      }
      await inbox?.done(id);
    },
  };
}

const FROM_BEFORE: View = {
  tone: "info",
  title: "That was taken in before the connection was lost",
  body: [
    { kind: "text", text: "It is done once, not twice. `pause status` and `incident status` tell where it stands." },
  ],
  buttons: [],
};

function notDone(why: string): View {
  return { tone: "danger", title: "That did not work", body: [{ kind: "text", text: why }], buttons: [] };
}
