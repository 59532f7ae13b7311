export { revealHidden } from "../core/hidden.ts";

/** Cuts prose at a grapheme's boundary, with `…` in the place of what is gone. `max` counts UTF-16 units. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  let kept = "";
  for (const { segment } of graphemes.segment(text)) {
    if (kept.length + segment.length > max - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
