import { createHmac, randomBytes } from "node:crypto";
import { parseJson } from "./http.ts";
import { type Fields, isFields } from "./json.ts";
import { ACK_BUDGET_MS } from "./socket.ts";
import type { Delivery, Outcome } from "./traffic.ts";
import type { Workspace } from "./workspace.ts";

export interface HttpTarget {
  url: string;
  signingSecret: string;
}

/** Posts to the bot as Slack does in HTTP mode: signed; events as JSON, commands and interactions as forms. */
export async function postSigned(
  workspace: Workspace,
  target: HttpTarget,
  delivery: Pick<Delivery, "type" | "payload">,
  retry?: { attempt: number; reason: string },
): Promise<Outcome> {
  const { body, contentType } = encode(delivery);
  const timestamp = String(Math.floor(workspace.clock.now() / 1000));
  const breakOff = new AbortController();
  let isLate = false;
  const callOff = workspace.clock.after(ACK_BUDGET_MS, () => {
    isLate = true;
    breakOff.abort();
  });
  try {
    const response = await fetch(target.url, {
      method: "POST",
      body,
      signal: breakOff.signal,
      redirect: "error",
      headers: {
        "content-type": contentType,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": sign(target.signingSecret, timestamp, body),
        ...(retry && { "x-slack-retry-num": String(retry.attempt), "x-slack-retry-reason": retry.reason }),
      },
    });
    const text = await response.text();
    if (response.status !== 200) return { kind: "http_error", status: response.status };
    return { kind: "acked", payload: payloadOf(text) };
  } catch (error) {
    // Whatever broke the request, the person in front of Slack only sees that the app did not answer.
    if (error instanceof Error) return isLate ? { kind: "timeout" } : { kind: "unreachable" };
    throw error;
  } finally {
    callOff();
  }
}

/** The handshake by which Slack makes sure of an address. Throws when the bot does not return the challenge. */
export async function verifyUrl(workspace: Workspace, target: HttpTarget): Promise<void> {
  const challenge = randomBytes(24).toString("hex");
  const payload = { type: "url_verification", token: "sandbox", challenge };
  const outcome = await postSigned(workspace, target, { type: "events_api", payload });
  const answer = outcome.kind === "acked" ? outcome.payload : undefined;
  if (answer === challenge || (isFields(answer) && answer.challenge === challenge)) return;
  throw new Error(`${target.url} did not answer Slack's challenge (${outcome.kind}).\nIs the bot listening there?`);
}

/** `v0=` and the HMAC of version, timestamp and the raw body. */
export function sign(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}

function encode({ type, payload }: Pick<Delivery, "type" | "payload">): { body: string; contentType: string } {
  if (type === "events_api") return { body: JSON.stringify(payload), contentType: "application/json" };
  const form = type === "interactive" ? { payload: JSON.stringify(payload) } : textFields(payload);
  return { body: new URLSearchParams(form).toString(), contentType: "application/x-www-form-urlencoded" };
}

function textFields(payload: Fields): Record<string, string> {
  return Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, String(value)]));
}

function payloadOf(text: string): unknown {
  if (text === "") return undefined;
  return parseJson(text) ?? text;
}
