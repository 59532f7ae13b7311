import type { Block, Span, View } from "../../../src/chat/view.ts";

/** What people may write anywhere: pings, markup, a terminal's own controls, letters that hide. */
export const HOSTILE =
  "<!channel> @everyone [x](http://evil) `q` *b* \u001b[31mred\u001b[0m \u009b2J \u0007 \u202eevil\u200b\r";
export const SHOWN =
  "<!channel> @everyone [x](http://evil) `q` *b* [U+001B][31mred[U+001B][0m [U+009B]2J [U+0007] [U+202E]evil[U+200B][U+000D]";
export const HASH = `0x${"ab".repeat(32)}`;
export const ADDRESS = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf";

const calm = "Vault-USDC is being drained by somebody who redeems more than they own";

export function everySpan(text: string): Span[] {
  return [
    text,
    { bold: text },
    { italic: text },
    { code: text },
    { person: "terminal:noor" },
    { person: "terminal:nobody" },
    { place: "terminal:local/INC-0001", label: text },
    { link: "https://example.org/?a=1&b=2", label: text },
    { link: "javascript:alert(1)", label: text },
    { time: "2026-11-21T03:40:00.000Z" },
  ];
}

export function everyBlock(text: string = calm): Block[] {
  return [
    { kind: "text", text },
    { kind: "text", text: everySpan(text).flatMap((span) => [span, " "]) },
    { kind: "text", text, quiet: true },
    { kind: "quote", text: `${text}\nand a second line` },
    {
      kind: "fields",
      fields: [
        { label: "Severity", value: "CRITICAL" },
        { label: "Owner", value: [{ code: ADDRESS }] },
        { label: "Now", value: text },
      ],
    },
    { kind: "fields", fields: [{ label: text, value: text }] },
    { kind: "code", label: "safeTxHash", code: `${HASH}\n${text}` },
    { kind: "code", code: HASH },
    {
      kind: "tally",
      label: "Signatures",
      have: 2,
      need: 3,
      entries: [
        { who: [{ person: "terminal:noor" }], state: "yes", detail: text },
        { who: text, state: "no" },
        { who: ADDRESS, state: "waiting", detail: [{ time: "2026-11-21T03:40:00.000Z" }] },
      ],
    },
    {
      kind: "checklist",
      items: (["done", "current", "todo", "skipped", "failed"] as const).map((state) => ({
        text,
        state,
        detail: "why",
      })),
    },
    { kind: "progress", label: "R-0001 Active exploit", done: 1, total: 100 },
    { kind: "image", url: "https://example.org/a.png", alt: text },
    { kind: "link", label: "Look at it in the explorer", url: `https://example.org/tx/${HASH}` },
  ];
}

export function everyView(rest: Partial<View> = {}): View {
  return {
    tone: "danger",
    title: `INC-0001 ${calm}`,
    body: everyBlock(),
    buttons: [
      { label: "Execute", command: "pause execute", input: { proposal: "P-0001" }, style: "danger" },
      { label: "Sign", url: `https://bot.example/sign/P-0001?t=${HASH}` },
      { label: "Acknowledge", command: "pause acknowledge", input: { proposal: "P-0001" } },
      { label: "Decline…", command: "pause decline", input: { proposal: "P-0001" } },
      { label: "Paste a signature…", command: "pause confirm", input: { proposal: "P-0001" } },
    ],
    details: [{ kind: "code", label: "What will run", code: HASH }],
    ...rest,
  };
}
