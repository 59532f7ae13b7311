import { describe, expect, it } from "vitest";
import { INVOKE_LENGTH_MAX } from "../../../src/chat/invoke.ts";
import { LimitError } from "../../../src/chat/limit-error.ts";
import type { Form, FormField } from "../../../src/chat/view.ts";
import { renderForm } from "../../../src/platforms/discord/form.ts";
import { wordsOf } from "../../../src/rehearsal/discord-stage.ts";
import { ANA, done, GENERAL, startRig, view } from "./rig.ts";

const line = (name: string, required = false): FormField => ({
  name,
  label: `Field ${name}`,
  required,
  widget: { kind: "line" },
});
const choice = (count: number): FormField => ({
  ...line("step", true),
  widget: {
    kind: "choice",
    options: Array.from({ length: count }, (_, index) => ({ value: `s${index}`, label: `Step ${index}` })),
  },
});
const form = (fields: FormField[]): Form => ({
  command: "incident declare",
  title: "Declare",
  submit: "Declare",
  fields,
  carried: {},
});
const partsOf = (fields: FormField[]) => renderForm(form(fields)).components;

describe("Forms that are more than Discord takes", () => {
  it("of seven fields the required ones are shown, then as many as fit", () => {
    const fields = ["a", "b", "c", "d", "e", "f"].map((name) => line(name));
    const shown = JSON.stringify(partsOf([...fields, line("last", true)]));
    expect(partsOf([...fields, line("last", true)])).toHaveLength(5);
    for (const name of ["a", "b", "c", "d", "last"]) expect(shown).toContain(`"field:${name}"`);
  });

  it("six required fields are a mistake of ours, told before Discord does", () => {
    expect(() => partsOf(["a", "b", "c", "d", "e", "f"].map((name) => line(name, true)))).toThrow(LimitError);
  });

  it("twenty-five choices are a list; of twenty-six none is dropped: it is typed", () => {
    expect(partsOf([choice(25)])[0]).toMatchObject({ component: { type: 3, options: { length: 25 } } });
    expect(partsOf([choice(26)])[0]).toMatchObject({ component: { type: 4, custom_id: "field:step" } });
  });

  it("Discord takes such a form, and what was written in it comes back", async () => {
    const { server, script, came } = await startRig();
    script.opens = ({ said }) =>
      said.kind === "submit"
        ? done()
        : { kind: "form", form: form([choice(26), ...["a", "b", "c", "d", "e"].map((name) => line(name))]) };
    await server.client.act(ANA, { do: "slash", channel: GENERAL, command: "incident declare" });
    await server.client.act(ANA, { do: "submit", values: { "field:step": "s25", "field:a": "one" } });
    expect(came.at(-1)?.said).toMatchObject({ kind: "submit", input: { step: "s25", a: "one" } });
    expect(server.problems).toEqual([]);
  });
});

describe("Text and ids at their limits", () => {
  it("a button's id has at most 100 characters, and is never cut", async () => {
    const { server, discord, general } = await startRig();
    const input = (length: number) => ({ note: "x".repeat(length) });
    const most = INVOKE_LENGTH_MAX - "incident list?note=".length;
    const post = (length: number, key: string) =>
      discord.post(
        general,
        view("Card", { buttons: [{ label: "Go", command: "incident list", input: input(length) }] }),
        { key },
      );
    await post(most, "most");
    await expect(post(most + 1, "more")).rejects.toThrow("101 characters of 100");
    expect(server.client.messages(ANA, GENERAL)).toHaveLength(1);
  });

  it("hostile text rings nobody and dresses up as nothing", async () => {
    const { server, discord, general, calls } = await startRig();
    const text = "@everyone <@&1> [Safe](https://evil.example) **bold** `code` \u202Egpj.exe";
    await discord.post(general, view("Note", { body: [{ kind: "text", text: text }] }), { key: "note" });
    const [message] = server.client.messages(ANA, GENERAL);
    const words = wordsOf(message ?? { content: "", components: [] });
    expect(words).not.toContain("\u202E");
    const [sent] = calls("POST /channels/:channel/messages");
    expect(sent?.body).toMatchObject({ allowed_mentions: { parse: [] } });
    expect(JSON.stringify(sent?.body)).not.toContain("[Safe](https");
    expect(server.problems).toEqual([]);
  });
});
