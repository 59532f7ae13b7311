import { revealHidden } from "./hidden.ts";

/** Words of people are literal in Markdown too: no links, no images, no HTML, no emoji, no table cells of their own. */
export function md(text: string): string {
  return revealHidden(text)
    .replaceAll(/[\\`*_{}[\]<>#+|~!]|:(?=\/\/|[a-z][a-z0-9_+-]*:)|(?<=\bwww)\./gi, (char) => `\\${char}`)
    .replaceAll(/\s*\n\s*/g, " ");
}

export function quote(text: string): string {
  return text
    .split("\n")
    .map((row) => `> ${md(row)}`)
    .join("\n");
}

export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export function utc(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)}`;
}

export function duration(from: string, to: string): string {
  const total = Math.max(0, Date.parse(to) - Date.parse(from));
  if (total < 60_000) return `${(total / 1000).toFixed(1)} s`;
  const minutes = Math.floor(total / 60_000);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const parts = [days && `${days} d`, hours % 24 && `${hours % 24} h`, minutes % 60 && `${minutes % 60} min`];
  if (days === 0 && hours === 0) parts.push(`${Math.floor((total % 60_000) / 1000)} s`);
  return parts.filter(Boolean).join(" ");
}
