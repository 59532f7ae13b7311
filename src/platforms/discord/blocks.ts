import { revealHidden } from "../../chat/prose.ts";
import type { Block, Text } from "../../chat/view.ts";
import type { Json } from "./limits.ts";
import { codeBlocks, escapeText, link, markdown } from "./text.ts";

export const TEXT_DISPLAY = 10;
const MEDIA_GALLERY = 12;
const MARKS = { yes: "✅", no: "❌", waiting: "⬜" } as const;
const STATES = { done: "✅", current: "▶️", todo: "⬜", skipped: "⏭️", failed: "❌" } as const;
const BAR_LENGTH = 10;

/** One block of a view as Discord's components. Every kind is rendered, and nothing is left out. */
export function renderBlock(block: Block): Json[] {
  switch (block.kind) {
    case "text":
      return words(block.quiet === true ? small(markdown(block.text)) : markdown(block.text));
    case "quote":
      return words(quoted(block.text));
    case "fields":
      return words(block.fields.map(({ label, value }) => `**${escapeText(label)}**  ${markdown(value)}`).join("\n"));
    case "code":
      return codeBlocks(block.code).flatMap((code, index) =>
        words(index > 0 || block.label === undefined ? code : `**${escapeText(block.label)}**\n${code}`),
      );
    case "tally": {
      const head = `**${escapeText(block.label)}**  ${block.have} of ${block.need}`;
      const rows = block.entries.map(({ who, state, detail }) => `${MARKS[state]} ${markdown(who)}${beside(detail)}`);
      return words([head, ...rows].join("\n"));
    }
    case "checklist":
      return words(
        block.items
          .map(({ text, state, detail }) => {
            const said = markdown(text);
            const row = state === "current" ? `**${said}**` : state === "skipped" ? `~~${said}~~` : said;
            return `${STATES[state]} ${row}${beside(detail)}`;
          })
          .join("\n"),
      );
    case "progress": {
      const full = block.total === 0 ? 0 : Math.round((block.done / block.total) * BAR_LENGTH);
      const bar = "▰".repeat(full) + "▱".repeat(BAR_LENGTH - full);
      return words(`**${escapeText(block.label)}**  ${bar} ${block.done} of ${block.total}`);
    }
    case "image":
      return [
        {
          type: MEDIA_GALLERY,
          items: [{ media: { url: block.url }, description: revealHidden(block.alt).slice(0, 1024) }],
        },
      ];
    case "link":
      return words(link(block.url, block.label));
    default:
      return block satisfies never;
  }
}

export function words(content: string): Json[] {
  return content.trim() === "" ? [] : [{ type: TEXT_DISPLAY, content }];
}

function beside(detail: Text | undefined): string {
  return detail === undefined || detail.length === 0 ? "" : ` · ${markdown(detail)}`;
}

function quoted(text: string): string {
  return escapeText(text)
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}

function small(text: string): string {
  return text
    .split("\n")
    .map((line) => `-# ${line}`)
    .join("\n");
}
