import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createProvider } from "../../../src/chain/rpc.ts";

const Call = z.object({ id: z.unknown(), method: z.string() });
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A provider that answers each request with its method, and takes so many of them at once; keeps the sizes it was asked. */
async function providerTaking(
  max: number,
  error = { code: -32600, message: "batch too large" },
): Promise<{ url: string; sizes: number[] }> {
  const sizes: number[] = [];
  server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const calls = Array.isArray(body) ? z.array(Call).parse(body) : [Call.parse(body)];
    sizes.push(calls.length);
    const answers = calls.map(({ id, method }) => ({ jsonrpc: "2.0", id, result: method }));
    const refusal = { jsonrpc: "2.0", id: null, error };
    outgoing.end(JSON.stringify(!Array.isArray(body) ? answers[0] : calls.length > max ? refusal : answers));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, sizes };
}

const methods = Array.from({ length: 120 }, (_, n) => `m${n}`);

describe("a head's questions", () => {
  it("travel in one batch, where the provider takes that many", async () => {
    const { url, sizes } = await providerTaking(1_000);
    const provider = createProvider(url, "rpc");
    expect(await Promise.all(methods.map((method) => provider.request(method, [])))).toEqual(methods);
    expect(sizes).toEqual([120]);
    provider.close();
  });

  it("travel in smaller ones from then on, where it refuses so many, and none goes unanswered", async () => {
    const { url, sizes } = await providerTaking(50);
    const provider = createProvider(url, "rpc");
    for (let head = 0; head < 2; head += 1) {
      expect(await Promise.all(methods.map((method) => provider.request(method, [])))).toEqual(methods);
    }
    expect(sizes).toEqual([120, 50, 50, 20, 50, 50, 20]);
    provider.close();
  });

  it("are not sent one by one because of a rate limit, which would only make it worse", async () => {
    const { url, sizes } = await providerTaking(0, { code: -32005, message: "limit exceeded" });
    const provider = createProvider(url, "rpc");
    for (let head = 0; head < 2; head += 1) {
      const asked = Promise.all(methods.slice(0, 3).map((method) => provider.request(method, [])));
      await expect(asked).rejects.toMatchObject({ limited: true });
    }
    expect(sizes).toEqual([3, 3]);
    provider.close();
  });

  it("travel alone, where it takes no batches at all", async () => {
    const { url, sizes } = await providerTaking(0);
    const provider = createProvider(url, "rpc");
    expect(await Promise.all(methods.slice(0, 3).map((method) => provider.request(method, [])))).toEqual(
      methods.slice(0, 3),
    );
    expect(sizes).toEqual([3, 1, 1, 1]);
    provider.close();
  });
});
