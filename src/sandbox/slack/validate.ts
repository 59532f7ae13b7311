import type { HomeView, KnownBlock, ModalView } from "@slack/types";
import type { ErrorObject, ValidateFunction } from "ajv";
import { payloadError } from "./errors.ts";
import { blockRules, type Surface, viewRules } from "./rules.ts";

/** Checks what the bot sends, as strictly as Slack does. Every method returns the payload with its type, or throws. */
export interface Validator {
  /** Throws `invalid_blocks_format`, `invalid_blocks`, `msg_blocks_too_long`. */
  blocks(surface: Surface, value: unknown): KnownBlock[];
  /** Throws `invalid_arguments`, `invalid_blocks`. */
  modal(value: unknown): ModalView;
  home(value: unknown): HomeView;
}

/** Loads the schemas; they are compiled when the first payload comes. */
export async function createValidator(): Promise<Validator> {
  const [{ Ajv }, { default: schema }] = await Promise.all([
    import("ajv"),
    import("./schemas/blocks.json", { with: { type: "json" } }),
  ]);
  let ajv: InstanceType<typeof Ajv> | undefined;
  const compiled = new Map<string, ValidateFunction>();
  const check = (name: string, text: object): ValidateFunction => {
    // UTF-16 units, where Slack's own unit is unknown: the stricter of the two.
    ajv ??= new Ajv({ allErrors: true, strict: false, unicode: false, logger: false }).addSchema(schema);
    const known = compiled.get(name) ?? ajv.compile(text);
    compiled.set(name, known);
    return known;
  };
  const isBlocks = (value: unknown): value is KnownBlock[] => check("message", BLOCKS)(value) === true;
  const isModal = (value: unknown): value is ModalView & KnownBlocks => check("modal", MODAL)(value) === true;
  const isHome = (value: unknown): value is HomeView & KnownBlocks => check("home", HOME)(value) === true;
  const errorsOf = (name: string, root: string) => messagesOf(compiled.get(name)?.errors ?? [], root);

  return {
    blocks(surface, value) {
      if (!Array.isArray(value)) {
        throw payloadError("invalid_blocks_format", ["[ERROR] must be an array [json-pointer:/blocks]"]);
      }
      if (!isBlocks(value)) throw payloadError("invalid_blocks", errorsOf("message", "/blocks"));
      const broken = blockRules(surface, value);
      if (broken.length > 0) throw payloadError("invalid_blocks", broken);
      if (JSON.stringify(value).length > BLOCKS_BYTES_MAX) throw payloadError("msg_blocks_too_long", []);
      return value;
    },
    modal(value) {
      if (!isModal(value)) throw payloadError("invalid_arguments", errorsOf("modal", "/view"));
      const broken = [...viewRules(value), ...blockRules("modal", value.blocks)];
      if (broken.length > 0) throw payloadError("invalid_arguments", broken);
      return value;
    },
    home(value) {
      if (!isHome(value)) throw payloadError("invalid_arguments", errorsOf("home", "/view"));
      const broken = [...viewRules(value), ...blockRules("home", value.blocks)];
      if (broken.length > 0) throw payloadError("invalid_arguments", broken);
      return value;
    },
  };
}

/** Slack publishes no figure. Fifty sections of 3,000 characters fit; a payload far beyond that would not. */
const BLOCKS_BYTES_MAX = 200_000;
type KnownBlocks = { blocks: KnownBlock[] };
const VIEW_TEXT = (maxLength: number) => ({
  type: "object",
  properties: {
    type: { const: "plain_text" },
    text: { type: "string", minLength: 1, maxLength },
    emoji: { type: "boolean" },
  },
  required: ["type", "text"],
  additionalProperties: false,
});
const block = { $ref: "blocks#/definitions/KnownBlock" };
const BLOCKS = { type: "array", items: block };
const COMMON = {
  blocks: { type: "array", items: block, maxItems: 100 },
  private_metadata: { type: "string", maxLength: 3000 },
  callback_id: { type: "string", maxLength: 255 },
  external_id: { type: "string", maxLength: 255 },
};
const MODAL = {
  type: "object",
  properties: {
    ...COMMON,
    type: { const: "modal" },
    title: VIEW_TEXT(24),
    submit: VIEW_TEXT(24),
    close: VIEW_TEXT(24),
    clear_on_close: { type: "boolean" },
    notify_on_close: { type: "boolean" },
    submit_disabled: { type: "boolean" },
  },
  required: ["type", "title", "blocks"],
  additionalProperties: false,
};
const HOME = {
  type: "object",
  properties: { ...COMMON, type: { const: "home" } },
  required: ["type", "blocks"],
  additionalProperties: false,
};

function messagesOf(errors: ErrorObject[], root: string): string[] {
  return errors.filter(({ keyword }) => keyword !== "if").map((error) => slackWords(error, root));
}

/** Slack's way of saying it, so that what a developer reads here is what the real platform will say. */
function slackWords({ keyword, params, message, instancePath }: ErrorObject, root: string): string {
  const at = `[json-pointer:${root}${instancePath}]`;
  switch (keyword) {
    case "maxLength":
      return `[ERROR] must be less than ${Number(params.limit) + 1} characters ${at}`;
    case "minLength":
      return `[ERROR] must be more than ${Number(params.limit) - 1} characters ${at}`;
    case "maxItems":
      return `[ERROR] no more than ${params.limit} items allowed ${at}`;
    case "required":
      return `[ERROR] missing required field: ${params.missingProperty} ${at}`;
    case "additionalProperties":
      return `[ERROR] invalid additional property: ${params.additionalProperty} ${at}`;
    default:
      return `[ERROR] ${message ?? keyword} ${at}`;
  }
}
