import type { KnownBlock } from "@slack/types";
import { z } from "zod";
import { payloadError, SlackError } from "../errors.ts";
import { isFields } from "../json.ts";
import type { StoredMessage } from "../model.ts";
import type { Validator } from "../validate.ts";
import { json } from "./method.ts";

const TEXT_LENGTH_MAX = 40_000;
const METADATA_BYTES_MAX = 16_384;
const ATTACHMENTS_MAX = 100;
const metadataShape = z.object({ event_type: z.string().min(1), event_payload: z.record(z.string(), z.unknown()) });

/** Arguments that make up a message, wherever one is sent. What says how to unfurl and to parse is accepted as it is. */
export const contentArgs = {
  text: z.string().optional(),
  blocks: json.optional(),
  attachments: json.optional(),
  metadata: json.optional(),
};

export interface Content {
  text?: string;
  blocks?: KnownBlock[];
  attachments?: unknown[];
  metadata?: StoredMessage["metadata"];
}

/**
 * Checks and types a message. Throws `no_text`, `msg_too_long`, `invalid_blocks`, `too_many_attachments`,
 * `invalid_metadata_format`, `metadata_too_large`. Slack cuts a text that is too long; here it is refused, since words
 * that went missing are the bot's defect.
 */
export function contentOf(
  { validator }: { validator: Validator },
  args: { text?: string; blocks?: unknown; attachments?: unknown; metadata?: unknown },
): Content {
  const { text, attachments } = args;
  const blocks = args.blocks === undefined ? undefined : validator.blocks("message", args.blocks);
  if (attachments !== undefined && !Array.isArray(attachments)) {
    throw payloadError("invalid_attachments", ["[ERROR] must be an array [json-pointer:/attachments]"]);
  }
  for (const attachment of attachments ?? []) {
    if (isFields(attachment) && attachment.blocks !== undefined) validator.blocks("message", attachment.blocks);
  }
  if (attachments && attachments.length > ATTACHMENTS_MAX) throw new SlackError("too_many_attachments", {}, true);
  if (!text && !blocks?.length && !attachments?.length) throw new SlackError("no_text", {}, true);
  if (text && text.length > TEXT_LENGTH_MAX) throw new SlackError("msg_too_long", {}, true);
  const metadata = args.metadata === undefined ? undefined : metadataOf(args.metadata);
  return {
    ...(text !== undefined && { text }),
    ...(blocks && { blocks }),
    ...(attachments && { attachments }),
    ...(metadata && { metadata }),
  };
}

function metadataOf(value: unknown): StoredMessage["metadata"] {
  const parsed = metadataShape.safeParse(value);
  if (!parsed.success) {
    throw payloadError(
      "invalid_metadata_format",
      parsed.error.issues.map(({ path, message }) => `[ERROR] ${message} [json-pointer:/metadata/${path.join("/")}]`),
    );
  }
  if (JSON.stringify(value).length > METADATA_BYTES_MAX) throw new SlackError("metadata_too_large", {}, true);
  return parsed.data;
}
