/**
 * The people of the sandbox and their keys. The keys are made from names that anybody can read here, so they protect
 * nothing: they own a Safe on chain 31337 and must never own anything else. No key leaves this module but the gas-only
 * executor's, which the bot is configured with like any other.
 */
import { type Address, type Hex, keccak256, stringToHex, type TypedDataDefinition } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { z } from "zod";

/** The only chain that the sandbox's keys sign for. With id 1, a demonstration's signature would be valid on mainnet. */
export const SANDBOX_CHAIN_ID = 31337;

export interface SandboxPerson {
  key: string;
  name: string;
  title: string;
  kind: "signer" | "responder";
  slackId: string;
  discordId: string;
  /** The Safe owner's address of a signer. Responders have none. */
  address?: Address;
}

const signers = ["ana", "bao", "chidi", "dara", "emil"] as const;
export type SandboxSigner = (typeof signers)[number];

const ALL_KEYS: readonly string[] = [...signers, "noor", "sofia", "tomas"];

/** Five signers and three responders, in the order in which a page should list them. */
export const sandboxPeople: readonly SandboxPerson[] = [
  signer("ana", "Ana", "Protocol engineer, signer"),
  signer("bao", "Bao", "Smart contract lead, signer"),
  signer("chidi", "Chidi", "Operations, signer"),
  signer("dara", "Dara", "Treasury, signer"),
  signer("emil", "Emil", "Co-founder, signer"),
  { key: "noor", name: "Noor", title: "Security engineer, on call", kind: "responder", ...accounts("noor") },
  {
    key: "sofia",
    name: "Sofia",
    title: "Head of security, incident commander",
    kind: "responder",
    ...accounts("sofia"),
  },
  { key: "tomas", name: "Tomas", title: "Community, scribe", kind: "responder", ...accounts("tomas") },
];

/** The owners of the sandbox's Safe. */
export const signerAddresses: readonly Address[] = signers.map((key) => accountOf(key).address);

/** Accounts that send transactions: the vault's depositor, an attacker, the vault's admin, and the bot's executor. */
export const sandboxSenders = ["whale", "attacker", "deployer", "executor"] as const;
export type SandboxSender = (typeof sandboxSenders)[number];

/** An account that signs transactions. Its key stays inside. */
export function senderAccount(sender: SandboxSender): PrivateKeyAccount {
  return accountOf(sender);
}

/** The bot's gas-only key in the sandbox, as `EXECUTOR_PRIVATE_KEY` would hold it. It owns no Safe. */
export const executorPrivateKey: Hex = keyOf("executor");

/** A wallet for each signer, as a browser extension would be: it says an address and signs what it is shown. */
export interface SandboxWallet {
  /** The only chain this wallet knows. */
  chainId: number;
  /** By the person's Slack or Discord id. Undefined for a person without a wallet. */
  addressOf(personId: string): Address | undefined;
  /**
   * Throws for a person without a wallet, for typed data of another chain, and for a domain that names a contract but
   * no chain: such a signature would be valid on every chain.
   */
  signTypedData(personId: string, typedData: TypedDataDefinition): Promise<Hex>;
}

export const sandboxWallet: SandboxWallet = {
  chainId: SANDBOX_CHAIN_ID,
  addressOf: (personId) => personOf(personId)?.address,
  async signTypedData(personId, typedData) {
    const person = personOf(personId);
    if (!person?.address) throw new Error(`${person?.name ?? personId} has no wallet in the sandbox.`);
    return accountOf(person.key).signTypedData(forSandbox(typedData));
  },
};

/** The same typed data with the chain id as a number: viem leaves a chain id out of the hash when it is a string. */
function forSandbox(typedData: TypedDataDefinition): TypedDataDefinition {
  const { chainId, ...domain } = typedData.domain ?? {};
  if (chainId !== undefined && Number(chainId) !== SANDBOX_CHAIN_ID) throw wrongChain(`chain ${chainId}`);
  const declared = declaredDomainFields(typedData);
  const namesChain = chainId !== undefined && (declared?.includes("chainId") ?? true);
  if (!namesChain && domain.verifyingContract !== undefined) throw wrongChain("any chain");
  if (chainId === undefined) return typedData;
  return { ...typedData, domain: { ...domain, chainId: SANDBOX_CHAIN_ID } };
}

/** The domain's fields that go into the hash, where the typed data itself lists them. */
function declaredDomainFields({ types }: TypedDataDefinition): string[] | undefined {
  const listed = z.object({ EIP712Domain: z.array(z.object({ name: z.string() })).optional() }).parse(types);
  return listed.EIP712Domain?.map(({ name }) => name);
}

function wrongChain(where: string): Error {
  return new Error(`This would be valid on ${where}. Sandbox wallets sign for chain ${SANDBOX_CHAIN_ID} only.`);
}

function personOf(account: string): SandboxPerson | undefined {
  return sandboxPeople.find((person) => [person.slackId, person.discordId].includes(account));
}

function signer(key: SandboxSigner, name: string, title: string): SandboxPerson {
  return { key, name, title, kind: "signer", ...accounts(key), address: accountOf(key).address };
}

/** A person's accounts in the sandbox's two workspaces. */
function accounts(key: string): { slackId: string; discordId: string } {
  return { slackId: `U0${key.toUpperCase()}`, discordId: `1000000000000000${11 + ALL_KEYS.indexOf(key)}` };
}

/** Function declarations, so that the tables above can call them. */
function accountOf(name: string): PrivateKeyAccount {
  return privateKeyToAccount(keyOf(name));
}

function keyOf(name: string): Hex {
  return keccak256(stringToHex(`allstop sandbox key, worth nothing, chain 31337 only: ${name}`));
}
