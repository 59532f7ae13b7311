import type { Person } from "../../../slack/client-api.ts";
import { useStore } from "../client/context.ts";
import { Mark } from "./icons.tsx";

/** Hues that stay apart from each other, and from red, which means danger here. */
const HUES = [174, 262, 32, 208, 318, 92, 232, 48];

export function Avatar({ person, size = "md" }: { person: Person; size?: "sm" | "md" | "lg" }) {
  const hue = useHue(person.id);
  if (person.isBot)
    return (
      <span class={`avatar bot ${size}`} aria-hidden="true">
        <Mark />
      </span>
    );
  return (
    <span class={`avatar ${size}`} style={{ "--hue": hue }} aria-hidden="true">
      {initials(person.name)}
    </span>
  );
}

/** By the order in the workspace, so that no two neighbours look alike. */
function useHue(id: string): number {
  const people = useStore().get().workspace?.people ?? [];
  const index = people.findIndex((person) => person.id === id);
  return HUES[Math.max(0, index) % HUES.length]!;
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? "?") + (words.length > 1 ? (words.at(-1)?.[0] ?? "") : "")).toUpperCase();
}
