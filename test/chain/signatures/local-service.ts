import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hashTypedData } from "viem";
import { z } from "zod";
import type { Address, Hex } from "../../../src/core/ids.ts";
import { recoverOwner, safeTxTypes } from "../../../src/core/safe-tx.ts";

/** What owners have in the queue, in the words of the Safe Transaction Service. */
export interface Row {
  safe: Address;
  to: Address;
  value: string;
  data: Hex | null;
  operation: number;
  safeTxGas: string;
  baseGas: string;
  gasPrice: string;
  gasToken: Address;
  refundReceiver: Address;
  nonce: string;
  safeTxHash: Hex;
  proposer: Address | null;
  proposedByDelegate: Address | null;
  isExecuted: boolean;
  confirmationsRequired: number;
  confirmations: { owner: Address; signature: Hex | null; signatureType: string; submissionDate: string }[];
}

const Proposed = z.object({
  to: z.string(),
  value: z.string(),
  data: z.string().nullable(),
  operation: z.number(),
  safeTxGas: z.string(),
  baseGas: z.string(),
  gasPrice: z.string(),
  gasToken: z.string(),
  refundReceiver: z.string(),
  nonce: z.number(),
  contractTransactionHash: z.string(),
  sender: z.string(),
  signature: z.string(),
  origin: z.string(),
});

type Misbehave = (request: { method: string; path: string }, response: ServerResponse) => void;

/**
 * The parts of the Safe Transaction Service that api-kit asks, over real HTTP and with its rules: `/api/v2/…`, a Bearer
 * key, a proposal accepted only of an owner's delegate, whose signature is recovered and whose hash is recomputed.
 */
export async function startLocalService(options: { chainId: number; delegates: Address[]; apiKey?: string }) {
  const rows = new Map<string, Row>();
  const asked: { method: string; path: string }[] = [];
  let misbehave: Misbehave = () => undefined;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/" } = request;
    const { pathname, searchParams } = new URL(url, "http://service");
    const seen = { method, path: pathname };
    asked.push(seen);
    misbehave(seen, response);
    if (response.writableEnded || response.destroyed) return;
    if (options.apiKey !== undefined && request.headers.authorization !== `Bearer ${options.apiKey}`) {
      return json(response, 401, { detail: "Authentication credentials were not provided." });
    }
    const one = /^\/api\/v2\/multisig-transactions\/(0x[0-9a-f]{64})\/$/.exec(pathname);
    if (method === "GET" && one !== null) {
      const row = rows.get(one[1] ?? "");
      return row === undefined
        ? json(response, 404, { detail: "No MultisigTransaction matches the given query." })
        : json(response, 200, row);
    }
    const list = /^\/api\/v2\/safes\/(0x[0-9a-fA-F]{40})\/multisig-transactions\/$/.exec(pathname);
    if (list === null) return json(response, 404, { detail: "Not found." });
    if (method === "POST") return propose(response, list[1] as Address, await bodyOf(request));
    const nonce = searchParams.get("nonce");
    const results = [...rows.values()].filter(
      (row) => row.safe === list[1] && !row.isExecuted && (nonce === null || row.nonce === nonce),
    );
    json(response, 200, { count: results.length, next: null, previous: null, results });
  }

  async function propose(response: ServerResponse, safe: Address, body: unknown): Promise<void> {
    const parsed = Proposed.safeParse(body);
    if (!parsed.success) return json(response, 400, { nonFieldErrors: [parsed.error.message] });
    const { contractTransactionHash, sender, signature, origin: _, nonce, ...fields } = parsed.data;
    const tx = { ...fields, nonce: String(nonce) };
    const hash = rowHash(options.chainId, safe, tx as unknown as Row);
    if (hash !== contractTransactionHash) {
      return json(response, 422, { nonFieldErrors: ["Contract-transaction-hash does not match provided one."] });
    }
    const signer = await recoverOwner(hash, signature as Hex);
    if (signer !== sender || !options.delegates.includes(signer)) {
      return json(response, 422, { nonFieldErrors: [`Signer=${signer} is not an owner or delegate.`] });
    }
    rows.set(hash, { ...blank, ...(tx as unknown as Row), safe, safeTxHash: hash, proposedByDelegate: signer });
    response.writeHead(201).end();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => json(response, 500, { detail: String(error) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api`,
    rows,
    asked,
    /** May answer in place of the service. */
    misbehave: (how: Misbehave) => {
      misbehave = how;
    },
    /** As an owner signs in Safe's own interface. */
    confirm(safeTxHash: Hex, owner: Address, signature: Hex | null, signatureType = "EOA") {
      const row = rows.get(safeTxHash);
      if (row === undefined) throw new Error(`The service has no ${safeTxHash}.`);
      row.confirmations.push({ owner, signature, signatureType, submissionDate: "2026-11-21T03:00:00Z" });
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function rowHash(chainId: number, safe: Address, row: Omit<Row, "safe" | "safeTxHash">): Hex {
  const { to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, nonce } = row;
  return hashTypedData({
    domain: { chainId, verifyingContract: safe },
    types: safeTxTypes,
    primaryType: "SafeTx",
    message: {
      to,
      value: BigInt(value),
      data: data ?? "0x",
      operation,
      safeTxGas: BigInt(safeTxGas),
      baseGas: BigInt(baseGas),
      gasPrice: BigInt(gasPrice),
      gasToken,
      refundReceiver,
      nonce: BigInt(nonce),
    },
  });
}

const blank = {
  proposer: null,
  proposedByDelegate: null,
  isExecuted: false,
  confirmationsRequired: 3,
  get confirmations() {
    return [];
  },
};

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}
