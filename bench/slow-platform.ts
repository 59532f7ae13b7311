import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "./measure.ts";

/** One call of the platform's API, from its last byte read until its answer was there. */
export interface PlatformCall {
  method: string;
  args: URLSearchParams;
  from: number;
  to: number;
  answer: unknown;
}

/**
 * Stands in front of a platform's Web API and lets every call take so long as over a network: calls that are made side
 * by side are then seen to overlap, and calls that wait for one another are not.
 */
export async function startSlowPlatform(target: string, delayMs: number) {
  const calls: PlatformCall[] = [];
  const server = createServer(async (request, response) => {
    try {
      const body = await read(request);
      const from = monotonicMs();
      await sleep(delayMs);
      const { method = "POST", headers, url = "/" } = request;
      const { host: _, connection: __, "content-length": ___, ...kept } = headers;
      const upstream = await fetch(new URL(url, target), {
        method,
        headers: kept as Record<string, string>,
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      });
      const text = await upstream.text();
      response.writeHead(upstream.status, { "content-type": upstream.headers.get("content-type") ?? "text/plain" });
      response.end(text);
      calls.push({
        method: url.split("/").at(-1) ?? "",
        args: new URLSearchParams(body.toString()),
        from,
        to: monotonicMs(),
        answer: JSON.parse(text),
      });
    } catch (error) {
      response.writeHead(502).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    calls,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/**
 * How many calls stand one behind the other before the end of `last`, itself included: the longest row in which each was
 * made after the answer to the one before. Calls that only happened to come later count, too: never less than the truth.
 */
export function longestRow(calls: PlatformCall[], last: PlatformCall): number {
  const before = calls.filter(({ to }) => to <= last.from);
  return 1 + Math.max(0, ...before.map((call) => longestRow(before, call)));
}
