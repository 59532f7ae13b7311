import { expect, it } from "vitest";
import { revealHidden } from "../../../src/chat/prose.ts";
import type { Block } from "../../../src/chat/view.ts";
import { type Get, HOSTILE, squeeze, view } from "./world.ts";

export function hostileWords(get: Get): void {
  const shown = squeeze(revealHidden(HOSTILE));

  it.each(hostileBlocks())("never ping, link or format, and are whole, in a %s", async (_, block) => {
    const { platform, channel, seen, problems } = get();
    const place = await platform.post(channel, view("Words", { body: [block] }), { key: "hostile" });
    const [message] = seen("ana", channel).filter((one) => one.place === place);
    expect(squeeze(message?.words ?? "")).toContain(shown);
    expect({ pings: message?.pings, links: message?.links }).toEqual({ pings: [], links: [] });
    // A label may be bold as a whole; nothing within what people wrote stands out from it.
    for (const styled of message?.styled ?? []) expect(["b", "i", "s", "q", "f", "red"]).not.toContain(styled.trim());
    expect(problems()).toEqual([]);
  });

  it("never ping, link or format in a title, and lose nothing of a long one", async () => {
    const { platform, channel, seen } = get();
    const place = await platform.post(channel, view(`${HOSTILE} ${"long ".repeat(40)}end`), { key: "title" });
    const [message] = seen("ana", channel).filter((one) => one.place === place);
    expect(squeeze(message?.words ?? "")).toContain(`${shown}${"long".repeat(40)}end`);
    expect({ pings: message?.pings, links: message?.links }).toEqual({ pings: [], links: [] });
  });

  it("are whole when they are long", async () => {
    const { platform, channel, seen, problems } = get();
    const words = Array.from({ length: 900 }, (_, index) => `w${String(index).padStart(4, "0")}`);
    const body: Block[] = [{ kind: "quote", text: words.join(" ") }];
    await platform.post(channel, view("Long", { body }), { key: "long" });
    const found = seen("ana", channel).flatMap((one) => one.words.match(/w\d{4}/g) ?? []);
    expect(found).toEqual(words);
    expect(problems()).toEqual([]);
  });
}

function hostileBlocks(): [string, Block][] {
  return [
    ["text", { kind: "text", text: HOSTILE }],
    ["quiet text", { kind: "text", text: [HOSTILE], quiet: true }],
    ["quote", { kind: "quote", text: HOSTILE }],
    ["field", { kind: "fields", fields: [{ label: "Reason", value: HOSTILE }] }],
    ["code", { kind: "code", label: "Words", code: HOSTILE }],
    ["tally", { kind: "tally", label: "Signatures", have: 0, need: 1, entries: [{ who: HOSTILE, state: "no" }] }],
    ["checklist", { kind: "checklist", items: [{ text: HOSTILE, state: "todo", detail: "why" }] }],
    ["label", { kind: "progress", label: HOSTILE, done: 1, total: 2 }],
  ];
}
