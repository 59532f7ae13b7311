/**
 * Makes characters visible that change how text reads without being seen: bidirectional controls, zero-width
 * characters, other controls. `a\u202Eb` becomes `a[U+202E]b`. Emoji that are joined from several stay whole.
 */
export function revealHidden(text: string): string {
  if (!HIDDEN.test(text)) return text;
  return text.replace(EACH_HIDDEN, (char, at: number) => {
    if (char === JOINER && joinsEmoji(text, at)) return char;
    return `[U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
  });
}

const JOINER = "\u200D";
// Format and control characters but for tab and line feed; separators of lines and paragraphs; fillers that show nothing.
const HIDDEN_CLASS = "(?![\\t\\n])[\\p{Cc}\\p{Cf}\\u2028\\u2029\\u115F\\u1160\\u3164\\uFFA0]";
const HIDDEN = new RegExp(HIDDEN_CLASS, "u");
const EACH_HIDDEN = new RegExp(HIDDEN_CLASS, "gu");

function joinsEmoji(text: string, at: number): boolean {
  const before = /(\p{Extended_Pictographic}|\p{Emoji_Modifier})\uFE0F?$/u;
  return before.test(text.slice(Math.max(0, at - 4), at)) && /^\p{Extended_Pictographic}/u.test(text.slice(at + 1));
}
