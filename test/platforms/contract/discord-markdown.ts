/** What Discord makes of a text: the words that stand there, and what stands out. */
export interface ReadMarkdown {
  words: string;
  mentions: string[];
  links: string[];
  styled: string[];
}

const MARKS = ["***", "**", "__", "*", "_", "~~", "||"];

/**
 * Reads Discord's Markdown one piece after the other, as far as this bot could write it or be tricked into it: escapes,
 * code, mentions, times, links, emphasis, and what the beginning of a line makes of it.
 */
export function readMarkdown(content: string): ReadMarkdown {
  const read: ReadMarkdown = { words: "", mentions: [], links: [], styled: [] };
  const open = new Map<string, number>();
  let rest = content;
  const take = (length: number) => {
    rest = rest.slice(length);
  };
  while (rest.length > 0) {
    const fresh = read.words === "" || read.words.endsWith("\n");
    const start = fresh ? /^(#{1,3} |-# |>>> |> )/.exec(rest)?.[0] : undefined;
    const code = /^(`{1,3})([\s\S]*?[^`])\1(?!`)/.exec(rest);
    const tag = /^<(@[!&]?|#|t:)(\d+)(?::\w)?>/.exec(rest);
    const link = /^\[((?:\\.|[^\]\\])+)\]\((?:<([^>\s]+)>|([^)\s]+))\)/.exec(rest);
    const bare = /^<?(https?:\/\/[^\s<>]+)>?/.exec(rest);
    const group = /^@(everyone|here)/.exec(rest)?.[0];
    const mark = MARKS.find((one) => rest.startsWith(one) && (open.has(one) || closes(rest, one)));
    if (start !== undefined) {
      take(start.length);
      if (start.startsWith("#")) open.set("heading", read.words.length);
    } else if (/^\\[^A-Za-z0-9\s]/.test(rest)) {
      read.words += rest.charAt(1);
      take(2);
    } else if (code) {
      const inside = (code[1] === "```" ? (code[2] ?? "").replace(/^\w*\n/, "") : (code[2] ?? "")).replace(
        /^ (.*) $/,
        "$1",
      );
      read.words += inside;
      read.styled.push(inside);
      take(code[0].length);
    } else if (tag) {
      const [, kind = "", id = ""] = tag;
      if (kind === "t:") read.words += new Date(Number(id) * 1000).toISOString();
      else read.words += `@${id}`;
      if (kind.startsWith("@")) read.mentions.push(id);
      take(tag[0].length);
    } else if (link) {
      read.words += readMarkdown(link[1] ?? "").words;
      read.links.push(link[2] ?? link[3] ?? "");
      take(link[0].length);
    } else if (bare) {
      read.words += bare[1];
      read.links.push(bare[1] ?? "");
      take(bare[0].length);
    } else if (group !== undefined) {
      read.words += group;
      read.mentions.push(group);
      take(group.length);
    } else if (mark !== undefined) {
      const since = open.get(mark);
      if (since === undefined) open.set(mark, read.words.length);
      else {
        read.styled.push(read.words.slice(since));
        open.delete(mark);
      }
      take(mark.length);
    } else {
      const [character = ""] = rest;
      read.words += character;
      take(character.length);
    }
  }
  return read;
}

/** A mark only opens what is closed further on, in the same paragraph. */
function closes(rest: string, mark: string): boolean {
  const after = rest.slice(mark.length);
  if (/^\s/.test(after)) return false;
  return after.replace(/\\[\s\S]/g, "xx").includes(mark);
}
