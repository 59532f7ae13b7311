/** JSON as it comes and goes: an object whose fields nobody has vouched for yet. */
export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Every object inside `value`, itself included, outermost first. */
export function* objectsIn(value: unknown): Generator<Fields> {
  if (Array.isArray(value)) {
    for (const item of value) yield* objectsIn(item);
  } else if (isFields(value)) {
    yield value;
    for (const inner of Object.values(value)) yield* objectsIn(inner);
  }
}
