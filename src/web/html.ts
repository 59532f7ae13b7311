/**
 * HTML from a tagged template. Everything put into one is text and is escaped, but for pieces that `html` itself made.
 */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

type Piece = string | number | Html | undefined | false | Piece[];

export function html(strings: TemplateStringsArray, ...pieces: Piece[]): Html {
  return new Html(strings.map((text, index) => text + (index < pieces.length ? written(pieces[index]) : "")).join(""));
}

/**
 * What a person wrote, without the invisible characters that turn the reading direction around: "0x…" must not be made
 * to look like another address by a name beside it.
 */
export function plain(text: string): string {
  return text.replace(BIDI, "");
}

const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function written(piece: Piece): string {
  if (piece === undefined || piece === false) return "";
  if (Array.isArray(piece)) return piece.map(written).join("");
  if (piece instanceof Html) return piece.toString();
  return plain(String(piece)).replace(/[&<>"'`]/g, (char) => `&#${char.charCodeAt(0)};`);
}
