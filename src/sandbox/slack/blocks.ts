import { randomBytes } from "node:crypto";
import { type Fields, isFields, objectsIn, textOf } from "./json.ts";

/** Elements that a person can act on. Those without an `action_id` are given one, as Slack does. */
const INTERACTIVE = new Set([
  "button",
  "checkboxes",
  "datepicker",
  "datetimepicker",
  "email_text_input",
  "external_select",
  "channels_select",
  "conversations_select",
  "feedback_buttons",
  "file_input",
  "icon_button",
  "multi_channels_select",
  "multi_conversations_select",
  "multi_external_select",
  "multi_static_select",
  "multi_users_select",
  "number_input",
  "overflow",
  "plain_text_input",
  "radio_buttons",
  "rich_text_input",
  "static_select",
  "timepicker",
  "url_text_input",
  "users_select",
  "workflow_button",
]);

/** A copy in which every block has a `block_id` and every interactive element an `action_id`. */
export function withIds<B extends { block_id?: string }>(blocks: B[]): B[] {
  const copy = structuredClone(blocks);
  for (const block of copy) block.block_id ??= randomName();
  for (const node of objectsIn(copy)) {
    if (typeof node.type === "string" && INTERACTIVE.has(node.type)) node.action_id ??= randomName();
  }
  return copy;
}

/** An interactive element, and the block that bears it. */
export interface Placed {
  block: Fields;
  blockId: string;
  actionId: string;
  element: Fields & { type: string };
}

/** All interactive elements of blocks, in order. */
export function placedElements(blocks: unknown): Placed[] {
  if (!Array.isArray(blocks)) return [];
  return blocks.flatMap((block: unknown) => {
    const blockId = isFields(block) ? textOf(block.block_id) : undefined;
    if (!isFields(block) || blockId === undefined) return [];
    return [...objectsIn(block)].flatMap((element) => {
      const { type, action_id: actionId } = element;
      if (typeof type !== "string" || typeof actionId !== "string" || !INTERACTIVE.has(type)) return [];
      return [{ block, blockId, actionId, element: { ...element, type } }];
    });
  });
}

export function findElement(blocks: unknown, blockId: string, actionId: string): Placed | undefined {
  return placedElements(blocks).find((placed) => placed.blockId === blockId && placed.actionId === actionId);
}

function randomName(): string {
  return randomBytes(4).toString("base64url").slice(0, 5);
}
