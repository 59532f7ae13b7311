import type { AnyBlock } from "@slack/types";
import { Blocks } from "../blocks/blocks.tsx";
import { Mrkdwn } from "../text/view.tsx";

/** Old-style attachments: a coloured bar beside blocks or text. */
export function Attachments({ attachments }: { attachments: unknown[] }) {
  return (
    <>
      {attachments.filter(isRecord).map(({ color, blocks, pretext, title, text, fallback }) => (
        <div class="attachment" style={barColour(color)}>
          {Array.isArray(blocks) && <Blocks blocks={blocks as AnyBlock[]} />}
          {[pretext, title, text ?? (blocks ? undefined : fallback)].map(
            (line) => typeof line === "string" && <Mrkdwn text={line} />,
          )}
        </div>
      ))}
    </>
  );
}

function barColour(color: unknown): Record<string, string> {
  const named: Record<string, string> = { good: "var(--good)", warning: "var(--warn)", danger: "var(--danger)" };
  if (typeof color !== "string") return {};
  return { "--bar": named[color] ?? (color.startsWith("#") ? color : `#${color}`) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
