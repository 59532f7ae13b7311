import { z } from "zod";

/** Longest wait for any one answer. */
export const TIMEOUT_MS = 8_000;

/** A call that brought no answer. The message is fit to be shown: it holds neither address nor secret. */
export class NoAnswer extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NoAnswer";
  }
}

/**
 * Posts and reads JSON, within the time limit. Throws `NoAnswer` for whatever goes wrong on the way; the status is
 * handed back, as both Slack and RPC providers say useful things with an error status.
 */
export async function postJson(
  url: string,
  request: { body: string; headers: Record<string, string>; timeoutMs?: number },
): Promise<{ status: number; headers: Headers; body: unknown }> {
  return askJson("POST", url, request);
}

/** The same, for what is only read. */
export async function getJson(
  url: string,
  request: { headers: Record<string, string>; timeoutMs?: number },
): Promise<{ status: number; headers: Headers; body: unknown }> {
  return askJson("GET", url, request);
}

async function askJson(
  method: "GET" | "POST",
  url: string,
  request: { body?: string; headers: Record<string, string>; timeoutMs?: number },
): Promise<{ status: number; headers: Headers; body: unknown }> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      ...(request.body !== undefined && { body: request.body }),
      headers: request.headers,
      redirect: "error",
      signal: AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS),
    });
    text = await response.text();
  } catch (cause) {
    throw new NoAnswer(whyNoAnswer(cause, request.timeoutMs ?? TIMEOUT_MS), { cause });
  }
  const { status, headers } = response;
  try {
    return { status, headers, body: JSON.parse(text) };
  } catch (cause) {
    throw new NoAnswer(`It answered HTTP ${status} and no JSON.`, { cause });
  }
}

const WithCode = z.object({ code: z.string() });

/** The library's own messages repeat the whole address, key and all: only the error's code is told. */
function whyNoAnswer(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError") return `It did not answer within ${timeoutMs / 1000} s.`;
  const code = WithCode.safeParse(error instanceof Error ? error.cause : undefined).data?.code;
  switch (code) {
    case "ECONNREFUSED":
      return "Nothing listens there (connection refused).";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "Its name can't be resolved.";
    case "ECONNRESET":
    case "UND_ERR_SOCKET":
      return "It closed the connection without an answer.";
    default:
      return code === undefined ? "It can't be reached." : `It can't be reached (${code}).`;
  }
}
