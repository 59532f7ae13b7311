/** EIP-1193, as much of it as a page that asks for signatures needs. */
import { confirmSigning, type Question } from "./dialog.ts";

interface Account {
  name: string;
  chainId?: number;
  address?: string;
}

interface RequestArguments {
  method: string;
  params?: unknown;
}

/** Codes of EIP-1193, EIP-1474 and EIP-3085. */
export class ProviderRpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = "ProviderRpcError";
    this.code = code;
  }
}

const REJECTED = 4001;
const UNAUTHORIZED = 4100;
const UNSUPPORTED = 4200;
const CHAIN_NOT_ADDED = 4902;
const INVALID_PARAMS = -32602;

export class SandboxProvider {
  readonly #person: string | undefined;
  #account: Promise<Account> | undefined;
  #isConnected = false;

  constructor(person: string | undefined) {
    this.#person = person;
  }

  async request({ method, params }: RequestArguments): Promise<unknown> {
    const list: unknown[] = Array.isArray(params) ? params : [];
    switch (method) {
      case "eth_requestAccounts":
        this.#isConnected = true;
        return [(await this.#wallet()).address];
      case "eth_accounts":
        return this.#isConnected ? [(await this.#wallet()).address] : [];
      case "eth_chainId":
        return toHex((await this.#wallet()).chainId);
      case "net_version":
        return String((await this.#wallet()).chainId);
      case "wallet_switchEthereumChain":
        return this.#switchChain(list[0]);
      case "eth_signTypedData_v4":
        return this.#signTypedData(list[0], list[1]);
      case "personal_sign":
        return this.#signMessage(list[0], list[1]);
      default:
        throw new ProviderRpcError(UNSUPPORTED, `The sandbox wallet does not offer ${method}.`);
    }
  }

  /** The account and the chain never change while a page is open, so there is nothing to tell. */
  on(): this {
    return this;
  }

  removeListener(): this {
    return this;
  }

  async #wallet(): Promise<{ name: string; address: string; chainId: number }> {
    if (!this.#person)
      throw new ProviderRpcError(UNAUTHORIZED, "Open this page from the sandbox's chat, so that it knows who you are.");
    this.#account ??= getAccount(this.#person);
    const { name, address, chainId } = await this.#account;
    if (!address || chainId === undefined) {
      throw new ProviderRpcError(
        UNAUTHORIZED,
        `${name} has no wallet in this sandbox. Act as a signer, and open this page again.`,
      );
    }
    return { name, address, chainId };
  }

  async #switchChain(target: unknown): Promise<null> {
    const { chainId } = await this.#wallet();
    const asked = isRecord(target) ? Number(target.chainId) : Number.NaN;
    if (asked !== chainId) {
      throw new ProviderRpcError(CHAIN_NOT_ADDED, `The sandbox wallet knows only its own chain, ${chainId}.`);
    }
    return null;
  }

  async #signTypedData(account: unknown, data: unknown): Promise<string> {
    const { name, address, chainId } = await this.#mine(account);
    const typedData = parseTypedData(data);
    const asked = typedData.domain.chainId;
    if (asked !== undefined && Number(asked) !== chainId) {
      throw new ProviderRpcError(INVALID_PARAMS, `This is for chain ${asked}, and the wallet is on chain ${chainId}.`);
    }
    return this.#ask(
      { name, address, kind: typedData.primaryType, domain: typedData.domain, message: typedData.message },
      { typedData },
    );
  }

  async #signMessage(data: unknown, account: unknown): Promise<string> {
    const { name, address } = await this.#mine(account);
    if (typeof data !== "string") throw new ProviderRpcError(INVALID_PARAMS, "personal_sign needs a message.");
    const message = /^0x([0-9a-f]{2})*$/i.test(data) ? data : bytesToHex(new TextEncoder().encode(data));
    return this.#ask(
      { name, address, kind: "Message", domain: {}, message: { text: hexToText(message) } },
      { message },
    );
  }

  /** Checks that the page asks for the account that this wallet has. */
  async #mine(account: unknown): Promise<{ name: string; address: string; chainId: number }> {
    const wallet = await this.#wallet();
    if (typeof account !== "string" || account.toLowerCase() !== wallet.address.toLowerCase()) {
      throw new ProviderRpcError(
        UNAUTHORIZED,
        `This wallet is ${wallet.name}'s, ${wallet.address}; it cannot sign for ${String(account)}.`,
      );
    }
    return wallet;
  }

  async #ask(question: Question, body: Record<string, unknown>): Promise<string> {
    const signature = await confirmSigning(question, () => postSign({ as: this.#person, ...body }));
    if (signature === undefined) throw new ProviderRpcError(REJECTED, "The person rejected the request.");
    return signature;
  }
}

async function getAccount(as: string): Promise<Account> {
  const answer = await fetch(`/sandbox/wallet/account?as=${encodeURIComponent(as)}`);
  const body = await answer.json();
  if (!answer.ok) throw new ProviderRpcError(UNAUTHORIZED, String(body.error));
  return body;
}

async function postSign(body: Record<string, unknown>): Promise<string> {
  const answer = await fetch("/sandbox/wallet/sign", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const result = await answer.json();
  if (!answer.ok) throw new Error(String(result.error));
  return String(result.signature);
}

interface TypedData {
  domain: Record<string, unknown>;
  types: Record<string, unknown>;
  primaryType: string;
  message: Record<string, unknown>;
}

/** Pages send a string, as wallets want it; some libraries send the object. */
function parseTypedData(data: unknown): TypedData {
  const parsed: unknown = typeof data === "string" ? JSON.parse(data) : data;
  if (!isRecord(parsed)) throw new ProviderRpcError(INVALID_PARAMS, "eth_signTypedData_v4 needs typed data.");
  const { domain, types, primaryType, message } = parsed;
  if (!isRecord(domain) || !isRecord(types) || typeof primaryType !== "string" || !isRecord(message)) {
    throw new ProviderRpcError(INVALID_PARAMS, "Typed data has domain, types, primaryType and message.");
  }
  return { domain, types, primaryType, message };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toHex(chainId: number): string {
  return `0x${chainId.toString(16)}`;
}

function bytesToHex(bytes: Uint8Array): string {
  return `0x${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function hexToText(hex: string): string {
  const bytes = (hex.slice(2).match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  return new TextDecoder().decode(new Uint8Array(bytes));
}
