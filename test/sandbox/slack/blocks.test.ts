import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SlackError } from "../../../src/sandbox/slack/errors.ts";
import type { Surface } from "../../../src/sandbox/slack/rules.ts";
import { generateBlockSchema } from "../../../src/sandbox/slack/schemas/generate.ts";
import { createValidator } from "../../../src/sandbox/slack/validate.ts";

const validator = await createValidator();
const plain = (text: string) => ({ type: "plain_text", text });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
const section = (text: string) => ({ type: "section", text: mrkdwn(text) });
const button = (fields = {}) => ({ type: "button", text: plain("Press"), ...fields });
const options = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ text: plain(`Option ${n}`), value: `${n}` }));
const select = (fields: object) => ({ type: "static_select", action_id: "s", ...fields });
const actions = (...elements: object[]) => ({ type: "actions", elements });
const input = (element: object) => ({ type: "input", block_id: "i", label: plain("Label"), element });

/** What Slack would complain of, in its words; undefined when it would take the blocks. */
function complaint(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return `${error.code} ${JSON.stringify(error.extra)}`;
  }
}
const about = (blocks: unknown, surface: Surface = "message") => complaint(() => validator.blocks(surface, blocks));
const aboutModal = (fields: object) =>
  complaint(() => validator.modal({ type: "modal", title: plain("Title"), blocks: [section("x")], ...fields }));

test("the schema is in step with the installed types", () => {
  const kept = readFileSync(new URL("../../../src/sandbox/slack/schemas/blocks.json", import.meta.url), "utf8");
  expect(generateBlockSchema() === kept, "run: npx tsx src/sandbox/slack/schemas/generate.ts").toBe(true);
});

describe("messages", () => {
  test("a card such as the bot sends is taken", () => {
    const card = [
      { type: "header", text: plain("Vault is draining") },
      { type: "section", fields: [mrkdwn("*Severity*\ncritical"), mrkdwn("*Commander*\n<@U0ANA>")] },
      { type: "divider" },
      {
        type: "context",
        elements: [mrkdwn("INC-0042"), { type: "image", image_url: "https://x.io/a.png", alt_text: "a" }],
      },
      actions(
        button({ action_id: "ack", style: "primary", value: "P-1" }),
        button({ action_id: "open", url: "https://example.com" }),
        select({ options: options(100), initial_option: options(1)[0] }),
        { type: "overflow", action_id: "more", options: options(5) },
        { type: "users_select", action_id: "who", placeholder: plain("Who?") },
      ),
      {
        type: "rich_text",
        elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "<!channel>" }] }],
      },
      { ...section("With a button beside"), accessory: button({ action_id: "side" }) },
    ];
    expect(about(card)).toBeUndefined();
  });

  test.each([
    ["fifty-one blocks", Array(51).fill({ type: "divider" }), "no more than 50 items"],
    ["a section of 3,001 characters", [section("x".repeat(3001))], "must be less than 3001 characters"],
    ["a section with nothing in it", [{ type: "section" }], "either text or fields is required"],
    ["eleven fields", [{ type: "section", fields: Array(11).fill(mrkdwn("x")) }], "no more than 10 items"],
    ["a field of 2,001 characters", [{ type: "section", fields: [mrkdwn("x".repeat(2001))] }], "less than 2001"],
    ["a header of 151 characters", [{ type: "header", text: plain("x".repeat(151)) }], "less than 151"],
    ["a formatted header", [{ type: "header", text: mrkdwn("x") }], "/blocks/0/text/type"],
    ["actions without elements", [actions()], "must provide at least one element"],
    [
      "twenty-six elements",
      [actions(...Array.from({ length: 26 }, (_, n) => button({ action_id: `${n}` })))],
      "25 items",
    ],
    ["empty text", [section("")], "must be more than 0 characters"],
    ["blank text", [section(" ")], "must be more than 0 characters"],
    ["a button text of 76 characters", [actions(button({ text: plain("x".repeat(76)) }))], "less than 76"],
    ["a value of 2,001 characters", [actions(button({ value: "x".repeat(2001) }))], "less than 2001"],
    ["an unknown style", [actions(button({ style: "loud" }))], "/blocks/0/elements/0/style"],
    ["an action_id of 256 characters", [actions(button({ action_id: "x".repeat(256) }))], "less than 256"],
    [
      "one block_id twice",
      [
        { type: "divider", block_id: "a" },
        { type: "divider", block_id: "a" },
      ],
      "already exists",
    ],
    [
      "one action_id twice in a block",
      [actions(button({ action_id: "a" }), button({ action_id: "a" }))],
      "already exists",
    ],
    ["a hundred and one options", [actions(select({ options: options(101) }))], "no more than 100 items"],
    ["no options", [actions(select({ options: [] }))], "no fewer than 1 items"],
    ["six entries in an overflow", [actions({ type: "overflow", action_id: "o", options: options(6) })], "5 items"],
    [
      "an option value of 76",
      [actions(select({ options: [{ text: plain("x"), value: "x".repeat(76) }] }))],
      "less than 76",
    ],
    [
      "two options of one value",
      [actions(select({ options: [...options(1), ...options(1)] }))],
      "duplicate option value",
    ],
    [
      "an initial option from elsewhere",
      [actions(select({ options: options(2), initial_option: options(3)[2] }))],
      "not one of",
    ],
    ["eleven context elements", [{ type: "context", elements: Array(11).fill(mrkdwn("x")) }], "10 items"],
    ["an unknown block", [{ type: "poster" }], "/blocks/0/type"],
    ["a field that is none", [{ ...section("x"), colour: "red" }], "invalid additional property: colour"],
    ["an input with a misspelt element", [input({ type: "plain_text", action_id: "a" })], "/blocks/0/element/type"],
    ["a file picker in a message", [input({ type: "file_input", action_id: "f" })], "unsupported element type"],
  ])("%s is refused", (_what, blocks, words) => {
    expect(about(blocks)).toContain(words);
    expect(about(blocks)).toContain("invalid_blocks");
  });

  test("something that is no list at all has another code", () => {
    expect(about({ type: "section" })).toContain("invalid_blocks_format");
  });

  test("lengths are counted in UTF-16 units: an emoji is two", () => {
    expect(about([{ type: "header", text: plain("🚨".repeat(75)) }])).toBeUndefined();
    expect(about([{ type: "header", text: plain("🚨".repeat(76)) }])).toContain("less than 151");
  });
});

describe("views", () => {
  test("a form needs a submit button as soon as it asks for something", () => {
    const blocks = [input({ type: "plain_text_input", action_id: "value" })];
    expect(aboutModal({ blocks })).toContain("missing required field: submit");
    expect(aboutModal({ blocks, submit: plain("Go") })).toBeUndefined();
    expect(aboutModal({})).toBeUndefined();
  });

  test.each([
    ["a title of 25 characters", { title: plain("x".repeat(25)) }, "must be less than 25 characters"],
    ["a submit of 25 characters", { submit: plain("x".repeat(25)) }, "must be less than 25 characters"],
    ["metadata of 3,001 characters", { private_metadata: "x".repeat(3001) }, "must be less than 3001 characters"],
    ["a hundred and one blocks", { blocks: Array(101).fill({ type: "divider" }) }, "no more than 100 items"],
    ["a table", { blocks: [{ type: "markdown", text: "x" }] }, "unsupported block type"],
    ["a view of 250 kB", { blocks: Array(90).fill(section("x".repeat(2900))) }, "over 250 kB"],
    ["a field that is none", { width: 3 }, "invalid additional property: width"],
  ])("%s is refused", (_what, fields, words) => {
    expect(aboutModal(fields)).toContain(words);
    expect(aboutModal(fields)).toContain("invalid_arguments");
  });

  test("a home is no modal", () => {
    expect(complaint(() => validator.home({ type: "home", blocks: [section("x")] }))).toBeUndefined();
    expect(complaint(() => validator.home({ type: "home", title: plain("x"), blocks: [] }))).toContain("title");
  });
});
