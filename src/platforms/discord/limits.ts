import { LimitError } from "../../chat/limit-error.ts";

/** Discord's limits, in UTF-16 units and components. */
export const LIMITS = {
  text: 4000,
  components: 40,
  buttonLabel: 80,
  buttonUrl: 512,
  buttonsPerRow: 5,
  options: 25,
  optionLabel: 100,
  customId: 100,
  modalTitle: 45,
  modalParts: 5,
  label: 45,
  labelHint: 100,
  placeholder: 100,
  input: 4000,
  commandText: 100,
  choices: 25,
  channelName: 100,
  threadName: 100,
  topic: 1024,
  nonce: 25,
  /** Of `allowed_mentions`. */
  rung: 100,
} as const;

export type Json = { type: number; [field: string]: unknown };

/** All components of a tree: Discord counts the nested ones, too. */
export function countComponents(components: readonly Json[]): number {
  return components.reduce((sum, one) => {
    const nested = Array.isArray(one.components) ? countComponents(one.components as Json[]) : 0;
    return sum + 1 + nested + (one.accessory === undefined ? 0 : 1);
  }, 0);
}

export function lengthOfText(components: readonly Json[]): number {
  return components.reduce((sum, one) => {
    const own = typeof one.content === "string" ? one.content.length : 0;
    return sum + own + (Array.isArray(one.components) ? lengthOfText(one.components as Json[]) : 0);
  }, 0);
}

/** Throws `LimitError` before Discord would refuse the message. */
export function checkComponents(components: readonly Json[]): void {
  const count = countComponents(components);
  if (count > LIMITS.components) throw new LimitError("a message's components", LIMITS.components, count);
  const length = lengthOfText(components);
  if (length > LIMITS.text) throw new LimitError("a message's text", LIMITS.text, length);
}
