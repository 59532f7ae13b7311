import { createPublicClient, http, type PublicClient } from "viem";
import { messageOf, RetryableError, UserError } from "../core/errors.ts";
import type { Hex } from "../core/ids.ts";

const TIMEOUT_MS = 8_000;

/** One provider of one chain. Its name is its host alone: paths and queries hold keys. */
export interface Provider {
  name: string;
  url: string;
  client: PublicClient;
}

export function openProviders(urls: string[]): Provider[] {
  return urls.map((url) => ({
    name: new URL(url).host,
    url,
    client: createPublicClient({
      transport: http(url, { timeout: TIMEOUT_MS, retryCount: 0, batch: false }),
      cacheTime: 0,
    }),
  }));
}

export interface Answered<T> {
  provider: Provider;
  value: T;
}

/** Asks every provider at once. Those that fail are left out; none answering is for the outbox to try again. */
export async function askAll<T>(
  providers: Provider[],
  ask: (provider: Provider) => Promise<T>,
): Promise<Answered<T>[]> {
  const settled = await Promise.allSettled(
    providers.map(async (provider) => ({ provider, value: await ask(provider) })),
  );
  const answered = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  if (answered.length > 0) return answered;
  const [first] = settled;
  // Not a failure on the way, but an answer that a person has to act on.
  for (const result of settled)
    if (result.status === "rejected" && result.reason instanceof UserError) throw result.reason;
  const cause: unknown = first?.status === "rejected" ? first.reason : undefined;
  throw new RetryableError(
    `No RPC provider answered (${providers.map(({ name }) => name).join(", ") || "none configured"})${
      cause === undefined ? "" : `: ${messageOf(cause).split("\n")[0]}`
    }.`,
    {
      cause,
    },
  );
}

/**
 * What the providers agree on. With one configured its word is taken; with more, two at least must say the same, and who
 * says otherwise is named.
 */
export function agree<T>(
  configured: number,
  answers: Answered<T>[],
  same: (value: T) => string,
): { value: T; agreeing: number; dissenters: string[] } {
  const groups = new Map<string, Answered<T>[]>();
  for (const answer of answers) groups.set(same(answer.value), [...(groups.get(same(answer.value)) ?? []), answer]);
  const [best] = [...groups.values()].sort((a, b) => b.length - a.length);
  const first = best?.[0];
  if (best === undefined || first === undefined) throw new RetryableError("No RPC provider answered.");
  const dissenters = answers.filter((answer) => !best.includes(answer)).map(({ provider }) => provider.name);
  if (configured > 1 && best.length < 2) {
    throw new RetryableError(
      answers.length < 2
        ? `Only ${first.provider.name} answered, and one provider's word is not enough.`
        : `The RPC providers disagree: ${answers.map(({ provider }) => provider.name).join(", ")}.`,
    );
  }
  return { value: first.value, agreeing: best.length, dissenters };
}

export interface SendReply {
  hash?: Hex;
  error?: { message: string };
}

/** `eth_sendRawTransaction` by plain fetch on a warm socket: one request, and nothing before it. */
export async function sendRaw(url: string, raw: Hex): Promise<SendReply> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: `{"jsonrpc":"2.0","id":1,"method":"eth_sendRawTransaction","params":["${raw}"]}`,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new RetryableError(`HTTP ${response.status}`);
  const reply = (await response.json()) as { result?: Hex; error?: { message?: string } };
  return { hash: reply.result, error: reply.error && { message: reply.error.message ?? "refused" } };
}
