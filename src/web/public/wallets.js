// @ts-check
/**
 * Browser wallets: found by EIP-6963, spoken to by EIP-1193. Asks for accounts, the chain and one signature over typed
 * data. Never for eth_sign, and never for a transaction.
 */

/**
 * @typedef {{ request(call: { method: string, params?: unknown }): Promise<unknown>,
 *   on?: (event: string, listener: (value: unknown) => void) => unknown }} Provider
 * @typedef {{ id: string, name: string, icon?: string, provider: Provider }} Wallet
 */

/**
 * Calls `found` with all wallets known so far, whenever there is one more. A wallet that is only `window.ethereum`, as in
 * some phone wallets' browsers, is listed when no other has come forward.
 * @param {(wallets: Wallet[]) => void} found
 */
export function watchWallets(found) {
  /** @type {Map<string, Wallet>} */
  const wallets = new Map();
  window.addEventListener("eip6963:announceProvider", (event) => {
    const wallet = readAnnouncement(event);
    if (wallet === undefined || wallets.has(wallet.id)) return;
    wallets.delete("injected");
    wallets.set(wallet.id, wallet);
    found([...wallets.values()]);
  });
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  setTimeout(() => {
    const provider = Reflect.get(window, "ethereum");
    if (wallets.size === 0 && isProvider(provider)) {
      wallets.set("injected", { id: "injected", name: "This browser's wallet", provider });
    }
    found([...wallets.values()]);
  }, 400);
}

/**
 * @param {Event} event
 * @returns {Wallet | undefined} nothing for an announcement that is none
 */
function readAnnouncement(event) {
  const { info, provider } = /** @type {any} */ (event).detail ?? {};
  if (typeof info?.uuid !== "string" || typeof info.name !== "string" || !isProvider(provider)) return undefined;
  const icon = typeof info.icon === "string" && info.icon.startsWith("data:image/") ? info.icon : undefined;
  return { id: info.uuid, name: info.name, icon, provider };
}

/**
 * @param {unknown} value
 * @returns {value is Provider}
 */
function isProvider(value) {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "request") === "function";
}

/**
 * @param {Provider} provider
 * @param {boolean} choose lets the person choose other accounts, where the wallet can
 * @returns {Promise<string>} the account that the wallet puts first
 */
export async function connect(provider, choose = false) {
  if (choose) await askForOther(provider);
  const accounts = await provider.request({ method: "eth_requestAccounts" });
  const account = firstAccount(accounts);
  if (account === undefined) throw new Error("The wallet gave no account. Unlock it, and allow one for this page.");
  return account;
}

/** @param {Provider} provider */
async function askForOther(provider) {
  try {
    await provider.request({ method: "wallet_requestPermissions", params: [{ eth_accounts: {} }] });
  } catch (error) {
    // EIP-1193 and JSON-RPC each have a number for "no such method".
    if (![4200, -32601].includes(codeOf(error))) throw error;
    throw new Error("It offers no other account to this page. Change the account in the wallet itself.");
  }
}

/**
 * @param {unknown} error
 * @returns {number} NaN when it bears none
 */
function codeOf(error) {
  return typeof error === "object" && error !== null ? Number(Reflect.get(error, "code")) : Number.NaN;
}

/**
 * @param {unknown} accounts
 * @returns {string | undefined}
 */
export function firstAccount(accounts) {
  const first = Array.isArray(accounts) ? accounts[0] : undefined;
  return typeof first === "string" && /^0x[0-9a-fA-F]{40}$/.test(first) ? first : undefined;
}

/**
 * @param {Provider} provider
 * @returns {Promise<number>}
 */
export async function chainOf(provider) {
  return Number(await provider.request({ method: "eth_chainId" }));
}

/**
 * @param {Provider} provider
 * @param {number} chainId
 */
export async function switchChain(provider, chainId) {
  const params = [{ chainId: `0x${chainId.toString(16)}` }];
  await provider.request({ method: "wallet_switchEthereumChain", params });
}

/**
 * @param {Provider} provider
 * @param {string} account
 * @param {unknown} typedData
 * @returns {Promise<string>}
 */
export async function signTypedData(provider, account, typedData) {
  const params = [account, JSON.stringify(typedData)];
  const signature = await provider.request({ method: "eth_signTypedData_v4", params });
  if (typeof signature !== "string") throw new Error("The wallet answered with something that is not a signature.");
  return signature;
}

/**
 * A wallet's refusal in words: what, then what to do. Codes of EIP-1193 and EIP-1474.
 * @param {unknown} error
 * @returns {{ message: string, remedy: string }}
 */
export function explainWallet(error) {
  const code = codeOf(error);
  const said = error instanceof Error ? error.message : String(Reflect.get(Object(error), "message") ?? error);
  if (code === 4001) {
    return {
      message: "It was rejected in the wallet. Nothing was sent.",
      remedy: "Press the button again if you want to go on.",
    };
  }
  if (code === -32002) {
    return { message: "The wallet is already asking you something.", remedy: "Open the wallet and answer it there." };
  }
  return {
    message: `The wallet says: ${said}`,
    remedy: "Try again, choose another wallet, or paste a signature made elsewhere.",
  };
}
