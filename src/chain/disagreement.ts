const SHOWN_LENGTH_MAX = 160;

/** JSON with bigints: equal answers have equal texts. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, item) => (typeof item === "bigint" ? item.toString() : item)) ?? "undefined";
}

/**
 * What each side says, where it differs from the others: of a whole Safe only `standing.threshold = 1`. Values are
 * shortened, as they are for reading and not for comparing.
 */
export function sayDifferences(sides: { who: string[]; value: unknown }[]): string {
  const flat = sides.map(({ value }) => flatten(value));
  const paths = [...new Set(flat.flatMap((one) => [...one.keys()]))];
  const differing = paths.filter((path) => new Set(flat.map((one) => one.get(path))).size > 1);
  return sides
    .map(({ who }, index) => {
      const said = differing.map((path) => {
        const text = shorten(flat[index]?.get(path) ?? "nothing");
        return path === "" ? text : `${path} = ${text}`;
      });
      return `${who.join(", ")} says ${said.join(", ")}`;
    })
    .join("; ");
}

function flatten(value: unknown, path = ""): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map([[path, textOf(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, item]) => [...flatten(item, path === "" ? key : `${path}.${key}`)]),
  );
}

function shorten(text: string): string {
  if (text.length <= SHOWN_LENGTH_MAX) return text;
  return `${text.slice(0, SHOWN_LENGTH_MAX)}… (${text.length} characters)`;
}
