import { expect, it } from "vitest";
import type { Block, Span } from "../../../src/chat/view.ts";
import { type Get, squeeze, titled, view } from "./world.ts";

export function rendering(get: Get): void {
  const HASH = `0x${"ab".repeat(32)}`;
  const spans = (user: string): Span[] => [
    "plain ",
    { bold: "heavy " },
    { italic: "slanted " },
    { code: `${HASH} ` },
    { person: user },
    " and ",
    { person: "elsewhere:1234" },
    ", ",
    { link: "https://example.org/a?b=1&c=2", label: "a page" },
    { time: "2026-11-21T03:40:00.000Z" },
  ];
  const cases: [string, Block, string[]][] = [
    ["text", { kind: "text", text: "Money is leaving" }, ["Money is leaving"]],
    ["quiet text", { kind: "text", text: "small print", quiet: true }, ["small print"]],
    ["quote", { kind: "quote", text: "as they said" }, ["as they said"]],
    [
      "fields",
      {
        kind: "fields",
        fields: [
          { label: "Severity", value: "CRITICAL" },
          { label: "Owner", value: [{ code: HASH }] },
        ],
      },
      ["Severity", "CRITICAL", "Owner", HASH],
    ],
    ["code", { kind: "code", label: "safeTxHash", code: `${HASH}\n${HASH}` }, ["safeTxHash", HASH]],
    [
      "tally",
      {
        kind: "tally",
        label: "Signatures",
        have: 1,
        need: 3,
        entries: [
          { who: "Cy", state: "yes", detail: "03:12 UTC" },
          { who: "Dana", state: "no", detail: [{ bold: "at sea" }] },
          { who: "Emil", state: "waiting" },
        ],
      },
      ["Signatures", "1 of 3", "Cy", "03:12 UTC", "Dana", "at sea", "Emil"],
    ],
    [
      "checklist",
      {
        kind: "checklist",
        items: (["done", "current", "todo", "skipped", "failed"] as const).map((state) => ({
          text: `step ${state}`,
          state,
          detail: `why ${state}`,
        })),
      },
      ["done", "current", "todo", "skipped", "failed"].flatMap((state) => [`step ${state}`, `why ${state}`]),
    ],
    [
      "progress",
      { kind: "progress", label: "R-0001 Active exploit", done: 2, total: 7 },
      ["R-0001 Active exploit", "2 of 7"],
    ],
    [
      "image",
      { kind: "image", url: "https://example.org/a.png", alt: "A chart of the vault" },
      ["A chart of the vault"],
    ],
    ["link", { kind: "link", label: "Look at it", url: `https://example.org/tx/${HASH}` }, ["Look at it"]],
  ];

  it.each(cases)("holds all of a block of %s", async (_, block, wanted) => {
    const { platform, channel, seen, problems } = get();
    const place = await platform.post(channel, view("Title", { body: [block], details: [block] }), { key: "block" });
    const words = seen("ana", channel).find((one) => one.place === place)?.words ?? "";
    for (const piece of ["Title", ...wanted]) expect(squeeze(words)).toContain(squeeze(piece));
    expect(problems()).toEqual([]);
  });

  it("holds all kinds of words; only who is named is notified, and only what is a link is one", async () => {
    const { platform, channel, seen, user, problems } = get();
    const body: Block[] = [{ kind: "text", text: spans(user("ana")) }];
    const place = await platform.post(channel, view("Spans", { body }), { key: "spans" });
    const message = seen("ana", channel).find((one) => one.place === place);
    const words = squeeze(message?.words ?? "");
    for (const piece of ["plain", "heavy", "slanted", HASH, "elsewhere:1234", "a page", "03:40 UTC"]) {
      expect(words).toContain(squeeze(piece));
    }
    expect(message?.pings).toEqual([user("ana")]);
    // Where nothing can be clicked, the address itself stands there.
    const address = "https://example.org/a?b=1&c=2";
    expect(message?.links.filter((link) => link !== address)).toEqual([]);
    expect(message?.links.includes(address) || words.includes(address)).toBe(true);
    expect(problems()).toEqual([]);
  });

  it("holds every button, and each tone in a word or a sign", async () => {
    const { platform, channel, seen } = get();
    const labels = Array.from({ length: 9 }, (_, index) => `Do ${index}`);
    const buttons = labels.map((label, index) => ({
      label,
      command: "pause status",
      input: { proposal: `P-000${index}` },
    }));
    const all = [...buttons, { label: "Sign", url: `https://example.org/${HASH}` }];
    for (const tone of ["neutral", "info", "good", "warning", "danger"] as const) {
      await platform.post(channel, view("Toned", { tone, buttons: all }), { key: tone });
    }
    const toned = titled(seen("ana", channel), ["Toned"]);
    expect(toned).toHaveLength(5);
    for (const message of toned) expect([...message.buttons].sort()).toEqual([...labels, "Sign"].sort());
    expect(new Set(toned.map(({ words }) => squeeze(words))).size).toBe(5);
  });
}
