/** The longest custom_id that every platform takes: Discord's. Slack's action_id may have 255. */
export const INVOKE_LENGTH_MAX = 100;

export interface Invoke {
  command: string;
  input: Record<string, string>;
}

/** A button's whole id: `pause acknowledge?proposal=P-0007`. Throws when it does not fit; ids are never shortened. */
export function encodeInvoke({ command, input }: Invoke): string {
  const query = new URLSearchParams(input).toString();
  const id = query === "" ? command : `${command}?${query}`;
  if (id.length > INVOKE_LENGTH_MAX) {
    throw new RangeError(`The button "${id}" has ${id.length} characters of ${INVOKE_LENGTH_MAX}.`);
  }
  return id;
}

export function decodeInvoke(id: string): Invoke {
  const mark = id.indexOf("?");
  if (mark < 0) return { command: id, input: {} };
  return { command: id.slice(0, mark), input: Object.fromEntries(new URLSearchParams(id.slice(mark + 1))) };
}
