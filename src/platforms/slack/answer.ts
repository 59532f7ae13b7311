import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { LimitError } from "../../chat/limit-error.ts";
import type { Log } from "../../chat/log.ts";
import { type Door, type Inbound, messageOf } from "../../chat/platform.ts";
import type { Form, View } from "../../chat/view.ts";
import type { Api } from "./api.ts";
import { renderForm, typedEquivalent } from "./form.ts";
import type { Act } from "./inbound.ts";
import type { Messages } from "./messages.ts";
import type { OptionShelf } from "./options.ts";
import type { People } from "./people.ts";
import { slackId } from "./place.ts";
import { renderHome, renderMessages } from "./render.ts";
import type { Workspace } from "./workspace.ts";

const RESPONSE_TIMEOUT_MS = 8_000;
const MISTAKEN_MAX = 1_000;
/** A shorter wait needs no word. */
const SOON_MS = 1_500;

/** Tells Slack that we have it. Without it, as for an act from before a crash, nobody waits for that any more. */
export type Acknowledge = (response?: object) => Promise<void>;

type SaidAct = Extract<Act, { kind: "said" }>;

export interface Answering {
  /** Hands an act to the door, acknowledges by what the door decides, then does it and shows what came of it. */
  handle(act: Act, acknowledge: Acknowledge | undefined): Promise<void>;
  /** True for a form that was sent back for correction: the very same may be sent again. */
  mayComeAgain(key: string): boolean;
}

export function createAnswering(parts: {
  api: Api;
  messages: Messages;
  people: People;
  shelf: OptionShelf;
  workspace: () => Workspace;
  door: Door;
  log: Log;
}): Answering {
  const { api, messages, people, shelf, workspace, door, log } = parts;
  const mistaken = new Set<string>();

  async function answer(act: SaidAct, acknowledge: Acknowledge | undefined): Promise<void> {
    const { inbound } = act;
    const opened = await door.open(inbound);
    switch (opened.kind) {
      case "form":
        if (inbound.said.kind === "submit" && acknowledge !== undefined) {
          return acknowledge({ response_action: "update", view: formView(act, opened.form) });
        }
        await acknowledge?.();
        return openForm(act, opened.form, acknowledge !== undefined);
      case "mistakes":
        remember(mistaken, inbound.id);
        if (acknowledge !== undefined) return acknowledge(mistakesAnswer(opened.mistakes, act.inputs ?? []));
        return show(act, mistakesView(inbound, opened.mistakes));
      case "run": {
        await acknowledge?.(inbound.said.kind === "submit" ? { response_action: "clear" } : undefined);
        const work = opened.run();
        // Slack shows nothing of its own between a command and its answer.
        if (opened.soon !== undefined && !(await isDoneWithin(work, SOON_MS))) await show(act, opened.soon);
        const { view } = await work;
        if (view !== undefined) await show(act, view);
        return;
      }
      default:
        return opened satisfies never;
    }
  }

  function formView({ inbound, reply }: SaidAct, form: Form) {
    return renderForm(form, { where: inbound.where, reply, around: workspace(), shelf });
  }

  /** A trigger lives for three seconds. Where it is too late, the same can be typed. */
  async function openForm(act: SaidAct, form: Form, mayOpen: boolean): Promise<void> {
    try {
      if (mayOpen && act.trigger !== undefined) {
        const args = { trigger_id: act.trigger, view: formView(act, form) };
        await api.call("views.open", args, z.object({}), { urgent: true });
        return;
      }
    } catch (error) {
      log.warn({ command: form.command, why: messageOf(error) }, "A form could not be opened");
    }
    await show(act, typeIt(form));
  }

  /** To the person who acted: where they acted, else directly. What is done is done, even if this fails. */
  async function show(act: SaidAct, view: View): Promise<void> {
    const { inbound, reply, thread } = act;
    try {
      if (reply !== undefined && (await respond(reply, view, thread))) return;
      await messages.whisper(inbound.user, inbound.where, view, thread);
    } catch (error) {
      if (error instanceof LimitError) return show(act, tooLong(view, error));
      log.error({ inbound: inbound.id, why: messageOf(error) }, "An answer could not be shown");
    }
  }

  /** By `response_url`, which works where the bot is no member. False when it is used up, too old, or not answering. */
  async function respond(url: string, view: View, thread: string | undefined): Promise<boolean> {
    for (const payload of renderMessages(view, workspace())) {
      const body = {
        response_type: "ephemeral",
        replace_original: false,
        ...payload,
        ...(thread && { thread_ts: thread }),
      };
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
      }).catch((error: unknown) => {
        log.warn({ why: messageOf(error) }, "A response address did not answer");
        return undefined;
      });
      await response?.body?.cancel();
      if (response?.ok !== true) return false;
    }
    return true;
  }

  return {
    async handle(act, acknowledge) {
      switch (act.kind) {
        case "said":
          return answer(act, acknowledge);
        case "pin": {
          const { id, user, message, on } = act;
          await acknowledge?.();
          return door.pinned({ id, user, userName: await people.nameOf(user), message, on });
        }
        case "home": {
          await acknowledge?.();
          const view = renderHome(await door.home(act.user), workspace());
          await api.call("views.publish", { user_id: slackId(act.user), view }, z.object({}));
          return;
        }
        case "nothing":
          return acknowledge?.();
        default:
          return act satisfies never;
      }
    },
    mayComeAgain: (key) => mistaken.has(key),
  };
}

/** Slack shows a mistake under an input, and nowhere else: one about something that was not asked stands under the first. */
function mistakesAnswer(mistakes: Record<string, string>, inputs: string[]): object {
  const [first] = inputs;
  const errors: Record<string, string> = {};
  for (const [name, words] of Object.entries(mistakes)) {
    const at = inputs.includes(name) ? name : first;
    if (at === undefined) continue;
    const said = at === name ? words : `${name}: ${words}`;
    errors[at] = errors[at] === undefined ? said : `${errors[at]} ${said}`;
  }
  return { response_action: "errors", errors };
}

function mistakesView({ said }: Inbound, mistakes: Record<string, string>): View {
  const command = said.kind === "line" ? said.line : said.command;
  return {
    tone: "warning",
    title: `/${command} was not done`,
    body: [
      { kind: "fields", fields: Object.entries(mistakes).map(([label, value]) => ({ label, value })) },
      { kind: "text", text: "The form is from before a restart. Open it again, please." },
    ],
    buttons: [],
  };
}

function typeIt(form: Form): View {
  return {
    tone: "warning",
    title: "The form could not be opened in time",
    body: [
      { kind: "text", text: "Try once more, or type it here instead:" },
      { kind: "code", code: typedEquivalent(form) },
    ],
    buttons: [],
  };
}

function tooLong(view: View, error: LimitError): View {
  return {
    tone: "warning",
    title: "Done, but the answer does not fit into a message",
    body: [{ kind: "text", text: `It was about “${view.title.slice(0, 200)}”. ${error.message}` }],
    buttons: [],
  };
}

async function isDoneWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const late = new AbortController();
  try {
    const tooLate = sleep(ms, false, { signal: late.signal }).catch(() => false);
    return await Promise.race([work.then(() => true), tooLate]);
  } finally {
    late.abort();
  }
}

function remember(keys: Set<string>, key: string): void {
  keys.add(key);
  const [oldest] = keys;
  if (keys.size > MISTAKEN_MAX && oldest !== undefined) keys.delete(oldest);
}
