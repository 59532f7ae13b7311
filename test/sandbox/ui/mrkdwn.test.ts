import { describe, expect, test } from "vitest";
import { formatDate } from "../../../src/sandbox/ui/page/text/date.ts";
import { parseMarkdown } from "../../../src/sandbox/ui/page/text/markdown.ts";
import { escapeText, parseInline, parseMrkdwn, plainText } from "../../../src/sandbox/ui/page/text/mrkdwn.ts";

const text = (value: string) => ({ type: "text", text: value });

describe("mrkdwn", () => {
  test("emphasis stands at word borders and nests", () => {
    expect(parseInline("*bold _both_* ~gone~")).toEqual([
      { type: "bold", children: [text("bold "), { type: "italic", children: [text("both")] }] },
      text(" "),
      { type: "strike", children: [text("gone")] },
    ]);
    expect(parseInline("snake_case_name 2*3*4 * not * _")).toEqual([text("snake_case_name 2*3*4 * not * _")]);
    expect(parseInline("*one\ntwo*")).toEqual([text("*one"), { type: "break" }, text("two*")]);
  });

  test("nothing is formatted inside code, and a hash stays whole", () => {
    const hash = `0x${"ab".repeat(32)}`;
    expect(parseInline(`\`${hash}\``)).toEqual([{ type: "code", text: hash }]);
    expect(parseInline("`*a* &lt;b&gt;`")).toEqual([{ type: "code", text: "*a* <b>" }]);
    expect(parseMrkdwn("before\n```\n*x* <https://a.example|a>\n```\nafter")).toEqual([
      { type: "paragraph", children: [text("before")] },
      { type: "pre", text: "*x* a" },
      { type: "paragraph", children: [text("after")] },
    ]);
    expect(parseInline("*a `b*` c*")).toEqual([
      { type: "bold", children: [text("a "), { type: "code", text: "b*" }, text(" c")] },
    ]);
  });

  test("links, people, channels, moments and broadcasts", () => {
    expect(parseInline("<https://a.example/?a=1&amp;b=2|the *page*>")).toEqual([
      {
        type: "link",
        url: "https://a.example/?a=1&b=2",
        children: [text("the "), { type: "bold", children: [text("page")] }],
      },
    ]);
    expect(parseInline("<@U0ANA> <#C1|war-room> <!here> <!subteam^S1|@ops>")).toEqual([
      { type: "user", id: "U0ANA", label: undefined },
      text(" "),
      { type: "channel", id: "C1", label: "war-room" },
      text(" "),
      { type: "broadcast", range: "here" },
      text(" "),
      { type: "group", id: "S1", label: "@ops" },
    ]);
    expect(parseInline("<!date^1763695740^{date_num} {time}|21 Nov UTC>")).toEqual([
      { type: "date", seconds: 1763695740, format: "{date_num} {time}", url: undefined, fallback: "21 Nov UTC" },
    ]);
  });

  test("an address in running text ends before the sentence does", () => {
    expect(parseInline("See https://a.example/x.")).toEqual([
      text("See "),
      { type: "link", url: "https://a.example/x", children: [text("https://a.example/x")] },
      text("."),
    ]);
  });

  test("a link can only go where links may go", () => {
    expect(parseInline("<javascript:alert(1)|press>")).toEqual([text("<javascript:alert(1)|press>")]);
  });

  test("escaped text comes back as it was typed and formats nothing by its brackets", () => {
    const typed = "<!channel> & <script>";
    expect(plainText(escapeText(typed))).toBe(typed);
  });

  test("quotes go by line, and three marks quote the rest", () => {
    expect(parseMrkdwn("&gt; one\n> two\nthree").map((block) => block.type)).toEqual(["quote", "paragraph"]);
    expect(parseMrkdwn("&gt;&gt;&gt; one\ntwo")).toEqual([
      { type: "quote", children: [text("one"), { type: "break" }, text("two")] },
    ]);
  });

  test("emoji by name; a time of day is none", () => {
    expect(parseInline(":fire: 03:29:10")).toEqual([
      { type: "emoji", name: "fire" },
      text(" 03"),
      { type: "emoji", name: "29" },
      text("10"),
    ]);
  });
});

describe("Markdown", () => {
  test("a postmortem: headings, a table, tasks, code", () => {
    const blocks = parseMarkdown(
      "# INC-1\n\n| a | b |\n|---|--:|\n| 1 | `x\\|y` |\n\n- [x] done\n- [ ] open\n\n```\nraw *text*\n```",
    );
    expect(blocks.map((block) => block.type)).toEqual(["heading", "table", "list", "pre"]);
    expect(blocks[1]).toMatchObject({
      align: [undefined, "right"],
      rows: [[[text("1")], [{ type: "code", text: "x|y" }]]],
    });
    expect(blocks[2]).toMatchObject({ items: [{ done: true }, { done: false }] });
  });

  test("lists nest, and emphasis differs from mrkdwn", () => {
    expect(parseMarkdown("1. **one**\n   - *inner*\n2. two")).toMatchObject([
      {
        type: "list",
        ordered: true,
        items: [{ blocks: [{ type: "paragraph" }, { type: "list", ordered: false }] }, {}],
      },
    ]);
  });
});

describe("moments", () => {
  const reader = { now: new Date("2025-11-21T12:00:00Z"), locale: "en-GB", timeZone: "UTC" };

  test("are told in the reader's words", () => {
    expect(formatDate(1763695740, "{date_short_pretty} at {time}", reader)).toBe("Today at 03:29");
    expect(formatDate(1763695740, "{date_num} {time_secs}", reader)).toBe("2025-11-21 03:29:00");
    expect(formatDate(1763695740, "{unknown}", reader)).toBe("{unknown}");
  });
});
