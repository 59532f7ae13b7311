/** The sandbox's own hands on its chain: transactions signed by its people, and anvil's switches. */
import {
  type Address,
  createTestClient,
  type Hex,
  http,
  type PublicActions,
  publicActions,
  type TestClient,
  type TransactionReceipt,
} from "viem";
import { SANDBOX_CHAIN_ID, type SandboxSender, senderAccount } from "./people.ts";

export interface LedgerTransaction {
  from: SandboxSender;
  /** Left out to create a contract. */
  to?: Address;
  data?: Hex;
  /** In wei. */
  value?: bigint;
  /** Nothing is estimated. Plenty, unless said. */
  gas?: bigint;
}

export interface Ledger {
  /** A viem client with public and anvil's own actions. */
  client: TestClient<"anvil"> & PublicActions;
  /** Signs, sends, waits until it is mined. Throws when it reverts. Calls at the same time are sent in turn. */
  send(transaction: LedgerTransaction): Promise<TransactionReceipt>;
}

/** Plenty: base fees fall from one gwei on an idle chain, and a sandbox's ether is free. */
const MAX_FEE_PER_GAS = 20_000_000_000n;
const MAX_PRIORITY_FEE_PER_GAS = 1_000_000_000n;
const GAS_DEFAULT = 8_000_000n;

/** Opens the ledger of an anvil at `rpcUrl`. */
export function openLedger(rpcUrl: string): Ledger {
  const client = createTestClient({
    mode: "anvil",
    transport: http(rpcUrl, { retryCount: 0 }),
    pollingInterval: 25,
    cacheTime: 0,
  }).extend(publicActions);
  let turn: Promise<unknown> = Promise.resolve();
  return {
    client,
    send(transaction) {
      const sent = turn.then(() => send(client, transaction));
      turn = sent.then(
        () => undefined,
        () => undefined,
      );
      return sent;
    },
  };
}

async function send(client: Ledger["client"], transaction: LedgerTransaction): Promise<TransactionReceipt> {
  const { from, to, data, value, gas = GAS_DEFAULT } = transaction;
  const account = senderAccount(from);
  const nonce = await client.getTransactionCount({ address: account.address, blockTag: "pending" });
  const serializedTransaction = await account.signTransaction({
    type: "eip1559",
    chainId: SANDBOX_CHAIN_ID,
    to,
    data,
    value,
    gas,
    nonce,
    maxFeePerGas: MAX_FEE_PER_GAS,
    maxPriorityFeePerGas: MAX_PRIORITY_FEE_PER_GAS,
  });
  const hash = await client.sendRawTransaction({ serializedTransaction });
  const receipt = await client.waitForTransactionReceipt({ hash });
  if (receipt.status === "reverted") throw new Error(`The ${from}'s transaction ${hash} reverted.`);
  return receipt;
}
