/** Formatted text as data: what both mrkdwn (Slack's own) and Markdown come to. The renderer makes text nodes of it. */

export type Inline =
  | { type: "text"; text: string }
  | { type: "bold" | "italic" | "strike"; children: Inline[] }
  | { type: "code"; text: string }
  | { type: "link"; url: string; children: Inline[] }
  | { type: "user"; id: string; label?: string }
  | { type: "channel"; id: string; label?: string }
  | { type: "group"; id: string; label?: string }
  | { type: "broadcast"; range: string }
  | { type: "date"; seconds: number; format: string; url?: string; fallback: string }
  | { type: "emoji"; name: string }
  | { type: "break" };

/** Joins neighbouring texts, so that a parser may emit one character at a time. */
export function joinTexts(nodes: Inline[]): Inline[] {
  const joined: Inline[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (node.type === "text" && last?.type === "text")
      joined[joined.length - 1] = { type: "text", text: last.text + node.text };
    else joined.push(node);
  }
  return joined;
}

/** What an address in running text looks like: it ends before closing punctuation of the sentence around it. */
export function urlAt(text: string, at: number): string | undefined {
  const match = /^https?:\/\/[^\s<>|"]+/.exec(text.slice(at));
  return match?.[0].replace(/[.,;:!?)\]}'*_~]+$/, "");
}
