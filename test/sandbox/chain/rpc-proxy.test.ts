import { createPublicClient, http } from "viem";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type RpcProxy, type SandboxChain, startRpcProxy, startTestChain } from "../../../src/sandbox/chain/index.ts";

let chain: SandboxChain;
let proxy: RpcProxy;

beforeAll(async () => {
  chain = await startTestChain();
  proxy = await startRpcProxy({ target: chain.rpcUrl });
});

afterAll(async () => {
  await proxy.close();
  await chain.close();
});

beforeEach(() => proxy.reset());

const open = (batch = false) => createPublicClient({ transport: http(proxy.url, { retryCount: 0, batch }) });

test("it passes requests on and counts them, a batch as one round trip", async () => {
  const [id, block] = await Promise.all([open().getChainId(), open().getBlockNumber()]);
  expect([id, block]).toEqual([31337, await chain.client.getBlockNumber()]);
  expect(proxy.requests.map(({ method }) => method).sort()).toEqual(["eth_blockNumber", "eth_chainId"]);
  expect(proxy.roundTrips()).toBe(2);

  proxy.reset();
  const client = open(true);
  const balances = [chain.safe, chain.executor.address].map((address) => client.getBalance({ address }));
  expect(await Promise.all(balances)).toEqual([0n, 10n ** 19n]);
  expect(proxy.requests).toHaveLength(2);
  expect(proxy.requests[0]?.params).toEqual([chain.safe, "latest"]);
  expect(proxy.roundTrips()).toBe(1);
});

test("it refuses as often as told, then works again", async () => {
  proxy.faults.add({ method: "eth_chainId", times: 1, kind: "500" });
  proxy.faults.add({ method: "eth_chainId", times: 1, kind: "429" });
  proxy.faults.add({ method: "eth_chainId", times: 1, kind: "drop" });
  await expect(open().getChainId()).rejects.toMatchObject({ status: 500 });
  await expect(open().getChainId()).rejects.toMatchObject({ status: 429 });
  await expect(open().getChainId()).rejects.toThrow("HTTP request failed");
  expect(await open().getChainId()).toBe(31337);
  expect(await open().getBlockNumber()).toBeTypeOf("bigint");
});

test("it lies about one call in a batch, and about certain parameters only", async () => {
  proxy.faults.add({ method: "eth_chainId", kind: "lie", result: "0x1" });
  const client = open(true);
  expect(await Promise.all([client.getChainId(), client.getBalance({ address: chain.safe })])).toEqual([1, 0n]);

  const asksExecutor = (params: unknown) => JSON.stringify(params).includes(chain.executor.address);
  const isOver = proxy.faults.add({ method: "eth_getBalance", kind: "lie", result: "0x7", when: asksExecutor });
  const balanceOf = (address: typeof chain.safe) => open().getBalance({ address });
  expect([await balanceOf(chain.executor.address), await balanceOf(chain.safe)]).toEqual([7n, 0n]);
  isOver();
  expect(await balanceOf(chain.executor.address)).toBe(10n ** 19n);
});

test("it answers a JSON-RPC error of choice", async () => {
  proxy.faults.add({ method: "eth_gasPrice", kind: "error", error: { code: -32005, message: "limit exceeded" } });
  await expect(open().getGasPrice()).rejects.toThrow("limit exceeded");
});

test("it fails after having sent: the block is there although the caller was refused", async () => {
  const before = await chain.client.getBlockNumber();
  proxy.faults.add({ method: "evm_mine", times: 1, kind: "502_after_send" });
  const mine = () => fetch(proxy.url, { method: "POST", body: '{"jsonrpc":"2.0","id":1,"method":"evm_mine"}' });
  expect((await mine()).status).toBe(502);
  expect(await chain.client.getBlockNumber({ cacheTime: 0 })).toBe(before + 1n);
});

test("it holds an answer back while others pass", async () => {
  proxy.faults.add({ method: "eth_chainId", times: 1, kind: "delay", delayMs: 300 });
  const order: string[] = [];
  const slow = open()
    .getChainId()
    .then(() => order.push("delayed"));
  await open()
    .getGasPrice()
    .then(() => order.push("prompt"));
  await slow;
  expect(order).toEqual(["prompt", "delayed"]);
});

test("what is no JSON-RPC, and a target that is gone, are a bad gateway", async () => {
  const post = (url: string, body: string) => fetch(url, { method: "POST", body });
  expect((await post(proxy.url, "hello")).status).toBe(502);

  const orphan = await startRpcProxy({ target: "http://127.0.0.1:1" });
  expect((await post(orphan.url, '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}')).status).toBe(502);
  await orphan.close();
});
