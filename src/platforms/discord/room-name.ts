import { LIMITS } from "./limits.ts";

/** Room to spare for what an operator may put behind it. */
const SPARE = 10;

/**
 * `inc-0042-vault-is-draining`: the id first, then what of the title Discord's names can hold, which is letters and
 * digits of every script. A title that leaves nothing gives the bare id.
 */
export function roomName(incident: string, title: string): string {
  const words = title.normalize("NFKC").toLowerCase().replace(/['’]/g, "").match(WORD) ?? [];
  let name = incident.toLowerCase();
  for (const word of words) {
    const fits = [...`-${word}`].filter(inside(LIMITS.channelName - SPARE - name.length)).join("");
    if (fits.length > 1) name += fits;
    if (fits.length <= word.length) break;
  }
  return name;
}

// A mark belongs to the letter before it; alone, as behind an emoji, it is nothing.
const WORD = /(?:\p{L}\p{M}*|\p{N})+/gu;

/** Whole characters only: half of one is none. */
function inside(max: number): (character: string) => boolean {
  let used = 0;
  return (character) => {
    used += character.length;
    return used <= max;
  };
}
