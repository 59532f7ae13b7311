import type { IncomingMessage, ServerResponse } from "node:http";
import { SlackError } from "./errors.ts";
import type { Fault } from "./faults.ts";
import { bodyOf, breakConnection, parseBody, parseJson, sendJson, sendText } from "./http.ts";
import { isFields } from "./json.ts";
import type { ResponseUrls } from "./response-urls.ts";
import { type JournalEntry, remember } from "./traffic.ts";
import { answerApi, noteProblem, type WebApi } from "./web-api.ts";

/** Everything that the bot can reach over plain HTTP: the Web API, response URLs, uploads and downloads. */
export async function answerRequest(
  api: WebApi & { responseUrls: ResponseUrls },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const [, area, ...rest] = pathname.split("/");
  const last = decodeURIComponent(rest.at(-1) ?? "");
  switch (area) {
    case "api":
      return answerApi(api, last, request, response);
    case "hooks":
      return answerHook(api, last, request, response);
    case "upload":
      return takeUpload(api, last, request, response);
    case "files-pri":
      return sendFile(api, rest[0] ?? "", request, response);
    default:
      return sendText(response, 404, "Not found\n");
  }
}

async function answerHook(
  api: WebApi & { responseUrls: ResponseUrls },
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = parseBody(request, await bodyOf(request));
  const wrapped = typeof form.payload === "string" ? parseJson(form.payload) : form;
  const args = isFields(wrapped) ? wrapped : {};
  const at = api.workspace.clock.now();
  const entry: JournalEntry = { method: "response_url", args, token: "", status: 200, result: {}, at };
  remember(api.journal, entry);
  const fault = api.faults.take("response_url", args);
  if (fault && breaksFirst(api, fault, entry, response)) return;
  try {
    api.responseUrls.answer(id, args);
    entry.result = { ok: true };
    if (fault?.kind === "reply_lost") breakConnection(response);
    else sendText(response, 200, "ok");
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    noteProblem(api, "response_url", error, args);
    const status = error.code === "expired_url" || error.code === "used_url" ? 404 : 400;
    entry.status = status;
    entry.result = { ok: false, error: error.code, ...error.extra };
    sendJson(response, status, entry.result);
  }
  api.workspace.emit({ type: "traffic" });
}

async function takeUpload(
  api: WebApi,
  ticket: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(request);
  const at = api.workspace.clock.now();
  const entry: JournalEntry = {
    method: "upload",
    args: { length: body.length },
    token: "",
    status: 200,
    result: {},
    at,
  };
  remember(api.journal, entry);
  const fault = api.faults.take("upload", entry.args);
  if (fault && breaksFirst(api, fault, entry, response)) return;
  const upload = api.parts.uploads.get(ticket);
  const file = upload && api.workspace.files.get(upload.fileId);
  if (!file) return sendText(response, 404, "no such upload\n");
  file.bytes = await bytesOf(request, body);
  api.parts.uploads.delete(ticket);
  if (fault?.kind === "reply_lost") breakConnection(response);
  else sendText(response, 200, `OK - ${file.bytes.length}`);
  api.workspace.emit({ type: "traffic" });
}

/** The bytes of an upload: the body itself, or the first file of a form. */
async function bytesOf(request: IncomingMessage, body: Buffer): Promise<Buffer> {
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/")) return body;
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  for (const part of form.values()) {
    return typeof part === "string" ? Buffer.from(part) : Buffer.from(await part.arrayBuffer());
  }
  return Buffer.alloc(0);
}

/** A private file, to whoever bears the bot's token and may read files. */
async function sendFile(api: WebApi, place: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = api.workspace.files.get(place.split("-").at(-1) ?? "");
  const isBot = request.headers.authorization === `Bearer ${api.tokens.bot}` && !api.tokens.revoked.has(api.tokens.bot);
  if (!file?.complete || !isBot || !api.scopes.has("files:read")) {
    // Slack sends strangers to its sign-in page instead of refusing them.
    response.writeHead(302, { location: `https://${api.workspace.team.domain}.slack.com/` });
    return void response.end();
  }
  const entry: JournalEntry = {
    method: "download",
    args: { file: file.id },
    token: api.tokens.bot,
    status: 200,
    result: {},
    at: api.workspace.clock.now(),
  };
  remember(api.journal, entry);
  const fault = api.faults.take("download", entry.args);
  if (fault && breaksFirst(api, fault, entry, response)) return;
  if (fault) {
    breakConnection(response);
    return;
  }
  response.writeHead(200, { "content-type": file.mimetype, "content-length": file.bytes.length });
  response.end(file.bytes);
}

/** Plays a planned fault on what is not a Web API method. False when the request is to be served all the same. */
function breaksFirst(
  api: WebApi,
  fault: Fault,
  entry: { status: number | "broken" | "hanging" },
  response: ServerResponse,
): boolean {
  switch (fault.kind) {
    case "429":
      response.writeHead(429, { "retry-after": String(fault.retryAfter ?? 1) }).end("ratelimited");
      break;
    case "500":
      response.writeHead(500).end("internal_error");
      break;
    case "error":
      sendJson(response, 404, { ok: false, error: fault.error ?? "internal_error" });
      break;
    case "hang":
      entry.status = "hanging";
      api.faults.hold(() => breakConnection(response));
      return true;
    case "reset":
      entry.status = "broken";
      breakConnection(response);
      return true;
    case "reply_lost":
      entry.status = "broken";
      return false;
    default:
      fault.kind satisfies never;
  }
  entry.status = response.statusCode;
  return true;
}
