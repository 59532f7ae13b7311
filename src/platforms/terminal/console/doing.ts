import type { Form } from "../../../chat/view.ts";
import type { Somebody } from "../protocol.ts";
import type { Board } from "./board.ts";
import type { Asked, Client } from "./client.ts";
import { fillForm, typedForm } from "./fill.ts";
import type { Keyboard } from "./keyboard.ts";
import type { Show } from "./show.ts";

export type Doing = ReturnType<typeof createDoing>;

/** Has the bot do things, and shows what came of them. What was not done is told to `fail`. */
export function createDoing(parts: {
  client: Client;
  board: Board;
  show: Show;
  keyboard: Keyboard;
  people: () => Somebody[];
  /** Shows why, and lets a script end with it. */
  fail: (why?: string) => void;
}) {
  const { client, board, show, keyboard, people, fail } = parts;

  async function carryOut(asked: Asked): Promise<void> {
    const outcome = await client.act(asked);
    if (outcome.t === "form") return fillAndSubmit(outcome.form, "where" in asked ? asked.where : undefined);
    if (outcome.t === "mistakes") return fail(Object.values(outcome.mistakes).join(" "));
    if (outcome.failed) fail();
    if (outcome.view !== undefined) show.answer(outcome.view, board.current?.place);
    else if (asked.t !== "say") show.say(outcome.failed ? "Not done." : "Done.", outcome.failed ? "danger" : "dim");
  }

  /** Asks for the fields, and again for those that were wrong, until it is done or broken off. */
  async function fillAndSubmit(first: Form, where: string | undefined): Promise<void> {
    if (!keyboard.interactive) {
      return fail(`Something is missing, and nobody can be asked. Write it so: ${typedForm(first)}`);
    }
    let form = first;
    let known: { filled: Record<string, string>; mistakes: Record<string, string> } | undefined;
    for (;;) {
      if (known === undefined) sayForm(form);
      const filled = await fillForm({ keyboard, show, people: people() }, form, known);
      if (filled === undefined) return show.say("The form was broken off. Nothing was sent.", "dim");
      const outcome = await client.act({ t: "submit", where, command: form.command, input: filled });
      if (outcome.t === "mistakes") {
        known = { filled, mistakes: outcome.mistakes };
        continue;
      }
      if (outcome.t === "form") {
        form = outcome.form;
        known = undefined;
        continue;
      }
      if (outcome.failed) fail();
      if (outcome.view !== undefined) return show.answer(outcome.view, board.current?.place);
      return show.say("Done.", "dim");
    }
  }

  function sayForm({ title, intro }: Form): void {
    const body = intro === undefined ? [] : [{ kind: "text" as const, text: intro }];
    show.answer({ tone: "info", title, body, buttons: [] }, undefined, "Ctrl-C breaks it off");
  }

  return {
    carryOut,

    async press(number: number): Promise<void> {
      const found = board.pressable(number);
      if (found === "unknown") return fail(`There is no button ${number}.`);
      if (found === "gone") return fail(`Button ${number} is no longer offered. To see what is: cards`);
      const { button, where } = found;
      if ("url" in button) return show.say(`${button.label}: ${button.url}`);
      if (button.confirm !== undefined) {
        const { title, text, yes } = button.confirm;
        show.say(`${title} ${text}`, "warning");
        const typed = await keyboard.read(() => `Type yes to go on with “${yes}”: `);
        if (typeof typed === "string" || typed.line.trim().toLowerCase() !== "yes") return fail("It was not done.");
      }
      await carryOut({ t: "press", where, command: button.command, input: button.input });
    },
  };
}
