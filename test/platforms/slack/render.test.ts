import { describe, expect, it } from "vitest";
import { LimitError } from "../../../src/chat/limit-error.ts";
import { revealHidden, shorten } from "../../../src/chat/prose.ts";
import type { Block, Text, View } from "../../../src/chat/view.ts";
import { renderBlock } from "../../../src/platforms/slack/blocks.ts";
import { readText } from "../../../src/platforms/slack/incoming-text.ts";
import { checkMessage } from "../../../src/platforms/slack/limits.ts";
import { renderHome, renderMessage, renderMessages } from "../../../src/platforms/slack/render.ts";
import { createValidator } from "../../../src/sandbox/slack/validate.ts";

const around = { teamUrl: "https://example.slack.com/" };
const HOSTILE = "<!channel> *x* <http://a|b> _y_ ~z~ `q` :fire: @here \u202eevil\u200b > &amp;";
const SHOWN = "<!channel> *x* <http://a|b> _y_ ~z~ `q` :fire: @here [U+202E]evil[U+200B] > &amp;";
const HASH = `0x${"ab".repeat(32)}`;

const view = (rest: Partial<View>): View => ({ tone: "neutral", title: "Title", body: [], buttons: [], ...rest });

/** Every kind of block, with what people may write wherever they may write it. */
const everything: Block[] = [
  { kind: "text", text: HOSTILE },
  {
    kind: "text",
    text: [
      HOSTILE,
      { bold: HOSTILE },
      { italic: HOSTILE },
      { code: HOSTILE },
      { person: "slack:U0ANA" },
      { person: "discord:1234" },
      { place: "slack:T1/C1/1700000000.000100", label: HOSTILE },
      { link: "https://example.org/?a=1&b=2", label: HOSTILE },
      { link: "javascript:alert(1)", label: HOSTILE },
      { time: "2026-11-21T03:40:00.000Z" },
    ],
  },
  { kind: "text", text: HOSTILE, quiet: true },
  { kind: "text", text: [HOSTILE, { bold: "x" }], quiet: true },
  { kind: "quote", text: HOSTILE },
  { kind: "fields", fields: [{ label: HOSTILE, value: HOSTILE }] },
  { kind: "code", label: HOSTILE, code: `${HASH}\n${HOSTILE}` },
  {
    kind: "tally",
    label: HOSTILE,
    have: 2,
    need: 3,
    entries: [
      { who: HOSTILE, state: "yes", detail: HOSTILE },
      { who: [{ person: "slack:U0BEN" }], state: "no" },
      { who: "Cy", state: "waiting" },
    ],
  },
  {
    kind: "checklist",
    items: (["done", "current", "todo", "skipped", "failed"] as const).map((state) => ({
      text: HOSTILE,
      state,
      detail: HOSTILE,
    })),
  },
  { kind: "progress", label: HOSTILE, done: 3, total: 7 },
  { kind: "image", url: "https://example.org/a.png", alt: HOSTILE },
  { kind: "link", label: HOSTILE, url: "https://example.org" },
];

/** All mrkdwn in a payload: the only text that Slack parses. */
function parsedText(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  const own = "type" in node && node.type === "mrkdwn" && "text" in node ? [String(node.text)] : [];
  return [...own, ...Object.values(node).flatMap(parsedText)];
}

/** What a reader sees, without formatting. */
function words(node: unknown): string {
  if (typeof node !== "object" || node === null) return "";
  if (Array.isArray(node)) return node.map(words).join("");
  const { type, text, user_id, fallback } = node as Record<string, unknown>;
  if (type === "user") return `@${user_id}`;
  if (type === "date") return String(fallback);
  if (typeof text === "string") return text;
  return Object.values(node).map(words).join("");
}

describe("what people wrote", () => {
  it("is literal in every block: it never formats, links or pings, and hides nothing", async () => {
    const validator = await createValidator();
    for (const block of everything) {
      const blocks = renderBlock(block, around);
      expect(parsedText(blocks).join(), block.kind).not.toMatch(/<!|<http:\/\/a|\*x\*/);
      expect(JSON.stringify(blocks), block.kind).not.toMatch(/[\u202e\u200b]/);
      expect(JSON.stringify(blocks), block.kind).not.toMatch(/"broadcast"|"usergroup"|javascript:alert\(1\)","text/);
      if (block.kind !== "image") expect(words(blocks), block.kind).toContain(SHOWN);
      validator.blocks("message", blocks);
    }
  });

  it("is escaped in the fallback, and literal in header, buttons and confirmations", async () => {
    const { text = "", blocks } = renderMessage(
      view({
        title: HOSTILE,
        tone: "danger",
        buttons: [
          {
            label: "Execute",
            command: "pause execute",
            input: { proposal: "P-0007" },
            style: "danger",
            confirm: { title: HOSTILE, text: HOSTILE, yes: "Execute" },
          },
        ],
      }),
      around,
    );
    expect(text).toContain("&lt;!channel&gt;");
    expect(text).not.toMatch(/<!|<http/);
    expect(blocks[0]).toMatchObject({
      type: "header",
      text: { type: "plain_text", text: `🚨 ${SHOWN}`, emoji: false },
    });
    (await createValidator()).blocks("message", blocks);
  });

  it("names people on the lock screen, and cuts nothing in two there", () => {
    const by = (text: string) => [{ bold: "Resolved" }, " by ", { person: "slack:U0ANA" }, text];
    const text = (words: string) => renderMessage(view({ body: [{ kind: "text", text: by(words) }] }), around).text;
    expect(text(": <b>")).toBe("Title – Resolved by <@U0ANA>: &lt;b&gt;");
    expect(text(` ${"<".repeat(400)}`)).toMatch(/^Title – Resolved by <@U0ANA> (&lt;)+…$/);
  });

  it("leaves no space inside a mark: Slack would show the mark itself", () => {
    const quiet = (text: Text) => parsedText(renderBlock({ kind: "text", quiet: true, text }, around)).join();
    expect(quiet([{ bold: "Why: " }, "nobody leads", { italic: " yet" }])).toBe("*Why:* nobody leads _yet_");
    expect(quiet([{ bold: "  " }, "x"])).toBe("  x");
  });

  it("pings only who is named by us", () => {
    const text = JSON.stringify(everything.flatMap((block) => renderBlock(block, around)));
    const pinged = [...text.matchAll(/"user_id":"([^"]+)"/g)].map(([, id]) => id);
    expect(pinged).toEqual(["U0ANA", "U0BEN"]);
  });

  it("keeps emoji that are joined, and languages that need no marks", () => {
    for (const text of ["👩‍💻 ok", "👍🏽", "日本語", "🏳️‍🌈"]) expect(revealHidden(text)).toBe(text);
    expect(revealHidden("a\u200db\u2066c\u00add\u0000")).toBe("a[U+200D]b[U+2066]c[U+00AD]d[U+0000]");
    expect(revealHidden("line\nand\ttab")).toBe("line\nand\ttab");
    expect(shorten("👩‍💻👩‍💻👩‍💻", 12)).toBe("👩‍💻👩‍💻…");
  });

  it("comes back from Slack as it was typed", () => {
    expect(readText("a &lt; b &amp;amp; <@U1|ana> <#C1|general> <!here> <https://a.io> <https://a.io|see>")).toBe(
      "a < b &amp; @ana #general @here https://a.io see (https://a.io)",
    );
    expect(readText("<http://vault.example|vault.example> <mailto:a@b.c|a@b.c> <!date^1^{date}|then>")).toBe(
      "vault.example a@b.c then",
    );
  });
});

describe("a card at three in the morning", () => {
  it("says in words what its pictures show", () => {
    const [tally] = renderBlock(
      {
        kind: "tally",
        label: "Signatures",
        have: 2,
        need: 3,
        entries: [
          { who: "Ana", state: "yes", detail: "03:12 UTC" },
          { who: "Ben", state: "no", detail: "declined: at sea" },
          { who: "Cy", state: "waiting" },
        ],
      },
      around,
    );
    expect(words(tally)).toBe("Signatures  2 of 3  ▰▰▱\n✅ Ana – 03:12 UTC\n❌ Ben – declined: at sea\n⏳ Cy");
    const [progress] = renderBlock({ kind: "progress", label: "Step", done: 99, total: 100 }, around);
    expect(words(progress)).toBe("Step  99 of 100  ▰▰▰▰▰▰▰▰▰▱");
    const [begun] = renderBlock({ kind: "progress", label: "Step", done: 1, total: 100 }, around);
    expect(words(begun)).toBe("Step  1 of 100  ▰▱▱▱▱▱▱▱▱▱");
    const [fields] = renderBlock(
      {
        kind: "fields",
        fields: [
          { label: "Severity", value: "critical" },
          { label: "Status", value: "active" },
        ],
      },
      around,
    );
    expect(words(fields)).toBe("Severity  critical\nStatus  active");
    const [time] = renderBlock({ kind: "text", text: [{ time: "2026-11-21T03:40:00.000Z" }] }, around);
    expect(words(time)).toBe("2026-11-21 03:40 UTC (03:40 UTC)");
  });

  it("keeps a hash in one piece, in one monospaced block", () => {
    const [block] = renderBlock({ kind: "code", label: "safeTxHash", code: HASH }, around);
    expect(block).toMatchObject({
      elements: [
        { type: "rich_text_section" },
        { type: "rich_text_preformatted", elements: [{ type: "text", text: HASH }] },
      ],
    });
  });

  it("has at most five buttons in a row", () => {
    const buttons = Array.from({ length: 7 }, (_, index) => ({
      label: `B${index}`,
      command: "a b",
      input: { n: `${index}` },
    }));
    const rows = renderMessage(view({ buttons }), around).blocks.flatMap((block) =>
      block.type === "actions" ? [block.elements.length] : [],
    );
    expect(rows).toEqual([5, 2]);
  });

  it("shows a long title whole, below its shortened self", () => {
    const title = "The vault is draining through the bridge ".repeat(5);
    const { blocks } = renderMessage(view({ title }), around);
    expect(words(blocks[0])).toMatch(/…$/);
    expect(words(blocks[1])).toBe(title);
  });
});

describe("limits", () => {
  const button = (label: string, input: Record<string, string> = {}) => ({ label, command: "pause confirm", input });
  it.each<[string, Partial<View>]>([
    ["a button's words", { buttons: [button("x".repeat(76))] }],
    ["a link", { buttons: [{ label: "Open", url: `https://example.org/${"x".repeat(3000)}` }] }],
    ["a code", { body: [{ kind: "code", code: `0x${"a".repeat(12_001)}` }] }],
    ["an image's address", { body: [{ kind: "image", url: `https://e.org/${"x".repeat(3000)}`, alt: "a" }] }],
  ])("never shorten %s", (_, rest) => {
    expect(() => renderMessages(view(rest), around)).toThrow(LimitError);
  });

  it("never shorten what a button does", () => {
    expect(() => renderMessages(view({ buttons: [button("Sign", { signature: HASH + HASH })] }), around)).toThrow(
      RangeError,
    );
    expect(() => renderMessages(view({ buttons: [button("A"), button("B")] }), around)).toThrow(/action_id/);
  });

  it("name the field, the limit and the length", () => {
    expect(() => checkMessage({ blocks: Array.from({ length: 51 }, () => ({ type: "divider" as const })) })).toThrow(
      "blocks may have 50 at most, and has 51.",
    );
  });

  it("split many blocks into messages, and refuse to edit what is more than one", async () => {
    const body = Array.from({ length: 120 }, (_, index): Block => ({ kind: "text", text: `Line ${index}` }));
    const many = view({ body, buttons: [button("Go")] });
    const messages = renderMessages(many, around);
    const validator = await createValidator();
    for (const { blocks } of messages) validator.blocks("message", blocks);
    expect(messages.map(({ blocks }) => words(blocks[0]))).toEqual([
      "Title (1 of 3)",
      "Title (2 of 3)",
      "Title (3 of 3)",
    ]);
    const said = messages.map(({ blocks }) => words(blocks)).join();
    for (let index = 0; index < 120; index += 1) expect(said).toContain(`Line ${index}`);
    expect(() => renderMessage(many, around)).toThrow(LimitError);
    expect(() => renderHome(many, around)).toThrow(LimitError);
  });
});
