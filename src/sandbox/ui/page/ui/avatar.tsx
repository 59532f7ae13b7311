import type { Person } from "../../../slack/client-api.ts";
import { Mark } from "./icons.tsx";

/** Hues that stay apart from each other, and from red, which means danger here. */
const HUES = [174, 262, 32, 208, 318, 92, 232, 48];

export function Avatar({ person, size = "md" }: { person: Person; size?: "sm" | "md" | "lg" }) {
  if (person.isBot)
    return (
      <span class={`avatar bot ${size}`} aria-hidden="true">
        <Mark />
      </span>
    );
  return (
    <span class={`avatar ${size}`} style={{ "--hue": hueOf(person.id) }} aria-hidden="true">
      {initials(person.name)}
    </span>
  );
}

export function hueOf(id: string): number {
  const sum = [...id].reduce((total, char) => (total * 31 + char.charCodeAt(0)) % 9973, 7);
  return HUES[sum % HUES.length]!;
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? "?") + (words.length > 1 ? (words.at(-1)?.[0] ?? "") : "")).toUpperCase();
}
