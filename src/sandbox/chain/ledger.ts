/** The sandbox's own hands on its chain: transactions signed by its people, and anvil's switches. */
import {
  type Address,
  createTestClient,
  type Hex,
  http,
  publicActions,
  type PublicActions,
  type TestClient,
  type TransactionReceipt,
} from "viem";
import { foundry } from "viem/chains";
import { type SandboxSender, senderAccount } from "./people.ts";

export interface LedgerTransaction {
  from: SandboxSender;
  /** Left out to create a contract. */
  to?: Address;
  data?: Hex;
  /** In wei. */
  value?: bigint;
  /** Given, nothing is estimated, and a transaction that will fail is mined as a failure. */
  gas?: bigint;
}

export interface Ledger {
  /** A viem client with public and anvil's own actions. */
  client: TestClient<"anvil"> & PublicActions;
  /** Signs, sends, waits until it is mined. Throws when it reverts. Calls at the same time are sent in turn. */
  send(transaction: LedgerTransaction): Promise<TransactionReceipt>;
  setCode(address: Address, code: Hex): Promise<void>;
  /** In wei. */
  setBalance(address: Address, wei: bigint): Promise<void>;
}

/** Plenty: base fees fall from one gwei on an idle chain, and a sandbox's ether is free. */
const MAX_FEE_PER_GAS = 20_000_000_000n;
const MAX_PRIORITY_FEE_PER_GAS = 1_000_000_000n;
const SETUP_GAS = 8_000_000n;

/** Opens the ledger of an anvil at `rpcUrl`. */
export function openLedger(rpcUrl: string): Ledger {
  const client = createTestClient({
    mode: "anvil",
    chain: foundry,
    transport: http(rpcUrl, { retryCount: 0 }),
    pollingInterval: 25,
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
    setCode: (address, bytecode) => client.setCode({ address, bytecode }),
    setBalance: (address, value) => client.setBalance({ address, value }),
  };
}

async function send(client: Ledger["client"], transaction: LedgerTransaction): Promise<TransactionReceipt> {
  const { from, to, data, value, gas = SETUP_GAS } = transaction;
  const account = senderAccount(from);
  const nonce = await client.getTransactionCount({ address: account.address, blockTag: "pending" });
  const serializedTransaction = await account.signTransaction({
    type: "eip1559",
    chainId: foundry.id,
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
