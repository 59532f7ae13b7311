import type { Fields } from "./json.ts";

/** A refusal as the Web API words it: HTTP 200, `ok: false`, this code. `extra` joins the answer's fields. */
export class SlackError extends Error {
  override name = "SlackError";
  readonly code: string;
  readonly extra: Fields;
  /** True where the bot sent something malformed, which is a defect and not a circumstance. */
  readonly isProblem: boolean;

  constructor(code: string, extra: Fields = {}, isProblem = false) {
    super(code);
    this.code = code;
    this.extra = extra;
    this.isProblem = isProblem;
  }
}

/** A payload that Slack would refuse. `messages` are in Slack's form: `[ERROR] what is wrong [json-pointer:/blocks/0]`. */
export function payloadError(code: string, messages: string[]): SlackError {
  return new SlackError(code, { response_metadata: { messages } }, true);
}
