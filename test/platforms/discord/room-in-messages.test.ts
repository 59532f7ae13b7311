import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Block, View } from "../../../src/chat/view.ts";
import { renderForm } from "../../../src/platforms/discord/form.ts";
import { renderMessage, renderMessages } from "../../../src/platforms/discord/render.ts";
import { markdown } from "../../../src/platforms/discord/text.ts";
import { wordsOf } from "../../../src/rehearsal/discord-stage.ts";
import { MessageBody } from "../../../src/sandbox/discord/message-body.ts";
import { ModalBody } from "../../../src/sandbox/discord/modal-body.ts";
import { view } from "./rig.ts";

const SEED = 20261121;
const odd = fc.constantFrom(
  "*",
  "`",
  "```",
  "\\",
  "👩‍👩‍👧‍👦",
  "🏴‍☠️",
  "مرحبا",
  "\u202e",
  "\n",
  "> ",
  "<@1>",
  "word ",
  "x".repeat(90),
);
const prose = fc.oneof(
  fc.array(odd, { maxLength: 200 }).map((parts) => parts.join("")),
  fc.constantFrom("a".repeat(6_000), "*".repeat(5_000), "🏴‍☠️".repeat(900), "line of words\n".repeat(700)),
);
const label = fc.array(odd, { minLength: 1, maxLength: 40 }).map((parts) => `.${parts.join("")}`);
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ kind: fc.constant("text" as const), text: prose, quiet: fc.boolean() }),
  fc.record({ kind: fc.constant("quote" as const), text: prose }),
  fc.record({
    kind: fc.constant("fields" as const),
    fields: fc.array(fc.record({ label, value: prose }), { maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant("code" as const), label, code: prose }),
  fc.record({
    kind: fc.constant("checklist" as const),
    items: fc.array(
      fc.record({ text: prose, state: fc.constantFrom("done" as const, "current" as const), detail: prose }),
      { maxLength: 4 },
    ),
  }),
);
const SHORT: Block = { kind: "text", text: "Many of them" };
const buttons = fc.nat({ max: 25 }).map((count) =>
  Array.from({ length: count }, (_, index) => ({
    label: "🏴‍☠️".repeat(40),
    command: "incident list",
    input: { n: `${index}` },
  })),
);
const anything: fc.Arbitrary<View> = fc.record({
  tone: fc.constant("danger" as const),
  title: prose,
  body: fc.oneof(fc.array(block, { maxLength: 12 }), fc.constant(Array.from({ length: 60 }, () => SHORT))),
  buttons,
  details: fc.array(block, { maxLength: 5 }),
});

describe("Whatever is shown", () => {
  it("has room: posted in as many messages as it needs, edited in one, and with all of its buttons", () => {
    fc.assert(
      fc.property(anything, (shown) => {
        const posted = renderMessages(shown, new Map(), "key");
        const edited = renderMessage(shown, new Map(), "key");
        for (const payload of [...posted, edited]) {
          expect(MessageBody.safeParse(payload).error?.issues).toBeUndefined();
        }
        for (const payload of [posted[0], edited]) {
          expect(JSON.stringify(payload).split('"custom_id"').length - 1).toBe(shown.buttons.length);
        }
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it("loses nothing of a long code, above or below the buttons", () => {
    const code = Array.from({ length: 900 }, (_, line) => `0x${line.toString(16).padStart(8, "0")}`).join("\n");
    for (const where of ["body", "details"] as const) {
      const shown = view("Code", { [where]: [{ kind: "code", label: "Calldata", code }] });
      const words = renderMessages(shown, new Map()).map(({ components }) => wordsOf({ content: "", components }));
      const found = words.join("\n").match(/0x[0-9a-f]{8}/g);
      expect(found).toEqual(code.split("\n"));
    }
  });

  it("keeps its first sentences in an edit that has no room for all of it, and says that there is more", () => {
    const lines = Array.from({ length: 400 }, (_, line) => `Line ${line} of what was seen.`).join("\n");
    const { components } = renderMessage(view("Card", { body: [{ kind: "text", text: lines }] }), new Map());
    const words = wordsOf({ content: "", components });
    expect(words).toContain("Line 0 of");
    expect(words).not.toContain("Line 399 of");
    expect(words).toContain("The rest has no room in one message.");
  });
});

it("a field's name that is too long stands whole below its beginning", () => {
  const name = "What happened and what was done, in two sentences or three";
  const widget = { kind: "line" as const };
  const fields = [{ name: "summary", label: name, required: true, widget }];
  const form = renderForm({ command: "incident resolve", title: "Resolve", submit: "Resolve", fields, carried: {} });
  expect(ModalBody.safeParse(form).success).toBe(true);
  expect(form.components[0]).toMatchObject({ label: expect.stringMatching(/…$/), description: name });
});

it("a list that is too long for Discord says where it is offered", () => {
  const options = Array.from({ length: 26 }, (_, index) => ({ value: `pause-${index}`, label: `Pause ${index}` }));
  const fields = [{ name: "what", label: "What", required: true, widget: { kind: "choice" as const, options } }];
  const form = renderForm({ command: "pause propose", title: "Propose", submit: "Propose", fields, carried: {} });
  expect(ModalBody.safeParse(form).success).toBe(true);
  expect(form.components[0]).toMatchObject({
    description: "More than fit in a list. /pause propose offers them while you type.",
    component: { placeholder: "such as pause-0" },
  });
});

it("a space stands outside of what is slanted, where Discord would show the marks", () => {
  const text = ["Phone them.", { italic: " So it *looks* " }, { italic: " " }, "x"];
  expect(markdown(text)).toBe("Phone them. *So it \\*looks\\** \u0020x");
});
