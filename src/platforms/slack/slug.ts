/** Slack's longest channel name. */
export const ROOM_NAME_LENGTH_MAX = 80;
/** Room for `-9`, or for a dash and six random characters after the bare id. */
const SUFFIX_LENGTH = 7;

/**
 * A room's name: the incident's id, which makes it unique, then what is left of the title in a–z, 0–9 and dashes.
 * `INC-0042`, `Vault is draining!` → `inc-0042-vault-is-draining`. A title that leaves nothing gives the bare id.
 */
export function roomName(incident: string, title: string): string {
  const id = slug(incident);
  const words = slug(title).slice(0, ROOM_NAME_LENGTH_MAX - SUFFIX_LENGTH - id.length - 1);
  return [id, words.replace(/-+$/, "")].filter((part) => part !== "").join("-");
}

export function slug(text: string): string {
  const plain = text.replace(/[ßæøœłđðþ]/giu, (letter) => LETTERS[letter.toLowerCase()] ?? letter);
  return plain
    .normalize("NFKD")
    .replace(/[\p{M}'’]/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

/** Letters that do not fall into a base letter and a mark. */
const LETTERS: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  ø: "o",
  œ: "oe",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
};
