import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Button, Tone, View } from "../../../src/chat/view.ts";
import { paint, wrap } from "../../../src/platforms/terminal/lines.ts";
import { viewLines } from "../../../src/platforms/terminal/render.ts";
import { type Around, timeWords } from "../../../src/platforms/terminal/spans.ts";
import { widthOf } from "../../../src/platforms/terminal/width.ts";
import { ADDRESS, everyBlock, everyView, HASH, HOSTILE, SHOWN } from "./everything.ts";

const around = (columns: number): Around => ({
  columns,
  timeZone: "Europe/Lisbon",
  nameOf: (key) => (key === "noor" ? "Noor Haddad" : undefined),
});

function shown(view: View, { columns = 80, colour = false } = {}): string {
  const numbers: Button[] = [];
  const numberOf = (button: Button) => numbers.push(button);
  return paint(viewLines(view, around(columns), { numberOf, before: "#12 03:40" }), colour);
}

const flat = (text: string) => text.replace(/\s+/g, " ");

describe("a view in a terminal", () => {
  it.each([80, 40])("looks like this at %i columns", async (columns) => {
    await expect(`${shown(everyView(), { columns })}\n`).toMatchFileSnapshot(`golden/everything-${columns}.txt`);
  });

  it("looks like this in colour", async () => {
    await expect(`${shown(everyView(), { colour: true })}\n`).toMatchFileSnapshot("golden/everything-colour.txt");
  });

  it("says its tone without colour", () => {
    const headings = (["neutral", "info", "good", "warning", "danger"] as Tone[]).map((tone) =>
      shown({ tone, title: "It stands so", body: [], buttons: [] }),
    );
    expect(headings).toEqual([
      "#12 03:40 It stands so",
      "#12 03:40 [i] It stands so",
      "#12 03:40 [ok] It stands so",
      "#12 03:40 [!] It stands so",
      "#12 03:40 [!!] It stands so",
    ]);
  });

  it.each([80, 40])("breaks lines at words and never a hash, an address or a link, at %i columns", (columns) => {
    const text = shown(everyView(), { columns });
    const wholes = [HASH, ADDRESS, `https://bot.example/sign/P-0001?t=${HASH}`, "javascript:alert(1)"];
    for (const whole of wholes) expect(text).toContain(whole);
    // A line is longer than the screen only for a word that may not be broken, or in a block of code.
    const long = text.split("\n").filter((line) => widthOf(line) > columns);
    const code = / {4}Vault-USDC is being drained by somebody who redeems more than they own$/;
    expect(long.filter((line) => !wholes.some((whole) => line.includes(whole)) && !code.test(line))).toEqual([]);
  });

  it("only begins at the margin what the console itself says", () => {
    const text = shown(everyView({ title: `x\n[ok] P-0001 PAUSED`, body: everyBlock(`a\n[ok] P-0001 PAUSED\n\tb`) }));
    const atMargin = text.split("\n").filter((line) => /^\S/.test(line));
    expect(atMargin).toEqual(["#12 03:40 [!!] x [ok] P-0001 PAUSED"]);
  });
});

describe("what people wrote", () => {
  it("never steers the terminal, in any block, heading or button, and nothing of it is lost", () => {
    for (const block of everyBlock(HOSTILE)) {
      const text = shown({ tone: "info", title: HOSTILE, body: [block], buttons: [] }, { columns: 400 });
      expect(text.replaceAll("\n", ""), block.kind).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(flat(text), block.kind).toContain(flat(SHOWN));
    }
    const buttons: Button[] = [
      { label: HOSTILE, command: "a b", input: {} },
      { label: HOSTILE, url: "https://example.org/\u001b]8;;evil" },
    ];
    const text = shown({ tone: "info", title: "x", body: [], buttons }, { columns: 400 });
    expect(text.match(/\[U\+001B\]/g)).toHaveLength(5);
    expect(text).not.toContain("\u001b");
  });

  it("is shown whole at any width, wherever it is broken", () => {
    const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(words, fc.integer({ min: 10, max: 120 }), (text, columns) => {
        const lines = wrap([{ text }], { first: "  ", columns });
        const squeezed = (all: string) => all.replace(/\s+/g, "");
        expect(squeezed(paint(lines, false))).toBe(squeezed(text));
      }),
      { seed: 20261121 },
    );
  });

  it("takes the columns that a terminal gives it", () => {
    expect(["abc", "金庫", "👩‍💻", "é", "Ü", "🇵🇹", "ﾊ"].map(widthOf)).toEqual([3, 4, 2, 1, 1, 2, 1]);
    const lines = wrap([{ text: "金庫が空になっています".repeat(3) }], { first: "  ", columns: 20 });
    expect(paint(lines, false).split("\n").map(widthOf)).toEqual([20, 20, 20, 14]);
  });
});

it("tells a time in UTC, with the reader's own clock beside it where that is another", () => {
  expect(timeWords("2026-11-21T03:40:00.000Z", "Europe/Lisbon")).toBe("2026-11-21 03:40 UTC");
  expect(timeWords("2026-11-21T03:40:00.000Z", "Asia/Kolkata")).toBe("2026-11-21 03:40 UTC (09:10 here)");
  expect(timeWords("soon", "UTC")).toBe("soon");
});
