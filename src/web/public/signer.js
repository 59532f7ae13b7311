// @ts-check
/**
 * The part that both pages share: choose a wallet, see whether its account is the right one, sign, or paste a signature.
 */
import { byId, el } from "./dom.js";
import { preparePaste } from "./paste.js";
import { tell } from "./result.js";
import { ServerError } from "./server-api.js";
import { walletChoice } from "./wallet-choice.js";
import { chainOf, connect, explainWallet, firstAccount, signTypedData, switchChain, watchWallets } from "./wallets.js";

/**
 * @typedef {import("./wallets.js").Wallet} Wallet
 * @typedef {{ owner: string, domainHash: string, messageHash: string }} NestedSafe
 * @typedef {{ ok: boolean, tone: "info" | "good" | "warning", text: string, nested?: NestedSafe }} Verdict `nested` is the
 *   Safe for which the account signs, where that is an owner itself
 * @typedef {{
 *   action: string | ((account: string) => string),
 *   chain?: { id: number, name: string },
 *   typedData: (nested: NestedSafe | undefined, account: string) => Promise<unknown>,
 *   more?: (account: string) => boolean,
 *   judge: (account: string) => Verdict,
 *   submitSeveral?: import("./paste.js").SubmitSeveral,
 *   submit: (signature: string) => Promise<{ message: string, remedy: string }>,
 *   fallback: (signature: string) => string,
 * }} SignerOptions `judge` says before anything is signed whether an account's signature would count, `more` whether the next
 *   thing is to be signed at once
 */

/**
 * @param {SignerOptions} options
 * @returns {{ refresh(): void, close(): void }} `refresh` judges the account again; `close` when nothing may be signed any more
 */
export function startSigner(options) {
  const wallets = byId("wallets");
  const panel = byId("account");
  /** @type {{ wallet: Wallet, account: string } | undefined} */
  let connected;
  let shown = "";
  let isBusy = false;
  let isClosed = false;
  /** Wallets whose account changes are listened to. @type {Set<string>} */
  const watched = new Set();

  byId("signer").hidden = false;
  watchWallets((found) => wallets.replaceChildren(...walletChoice(found, (wallet) => choose(wallet))));
  preparePaste(run, options.submit, options.submitSeveral);

  /**
   * @param {Wallet} wallet
   * @param {boolean} [other]
   */
  function choose(wallet, other = false) {
    return run(`Open ${wallet.name} and allow this page to see your account.`, async () => {
      const account = await connect(wallet.provider, other);
      follow(wallet);
      show(wallet, account);
    });
  }

  /** @param {Wallet} wallet */
  function follow(wallet) {
    if (watched.has(wallet.id)) return;
    watched.add(wallet.id);
    wallet.provider.on?.("accountsChanged", (accounts) => {
      const account = firstAccount(accounts);
      if (connected?.wallet.id !== wallet.id || isBusy) return;
      if (account !== undefined) show(wallet, account);
    });
  }

  /**
   * @param {Wallet} wallet
   * @param {string} account
   */
  function show(wallet, account) {
    connected = { wallet, account };
    for (const button of wallets.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.wallet === wallet.id));
    }
    shown = "";
    refresh();
  }

  function refresh() {
    if (connected === undefined || isBusy || isClosed) return;
    const { wallet, account } = connected;
    const verdict = options.judge(account);
    // Rebuilt only on news: whoever is about to press must not lose the button.
    const { nested } = verdict;
    const key = `${wallet.id} ${account} ${verdict.ok} ${verdict.text} ${nested?.owner}`;
    if (key === shown) return;
    shown = key;
    const again = el(
      "button",
      { type: "button", class: "quiet", onclick: () => choose(wallet, true) },
      "Use another account",
    );
    panel.hidden = false;
    panel.dataset.tone = verdict.tone;
    panel.replaceChildren(el("p", { class: "address mono" }, account), el("p", { class: "verdict" }, verdict.text));
    if (verdict.ok) {
      panel.append(
        ...comparison(nested),
        signButton(`${actionFor(account)} with ${wallet.name}`, () => sign(false, nested)),
      );
    }
    panel.append(again);
  }

  /** @param {string} account */
  function actionFor(account) {
    return typeof options.action === "function" ? options.action(account) : options.action;
  }

  /**
   * @param {boolean} anyChain
   * @param {NestedSafe} [nested]
   */
  function sign(anyChain, nested) {
    if (connected === undefined) return;
    const { wallet, account } = connected;
    return run(`Look at ${wallet.name} now: compare, then confirm or reject there.`, async () => {
      do {
        const typedData = await options.typedData(nested, account);
        if (!anyChain && !(await isOnChain(wallet, nested))) return;
        if (!(await handIn(await signTypedData(wallet.provider, account, typedData)))) return;
      } while (options.more?.(account));
    });
  }

  /**
   * Most wallets sign only for the chain they are on. Where switching fails, the person decides.
   * @param {Wallet} wallet
   * @param {NestedSafe} [nested]
   * @returns {Promise<boolean>}
   */
  async function isOnChain({ name, provider }, nested) {
    const { chain } = options;
    if (chain === undefined) return true;
    const current = await chainOf(provider);
    if (current === chain.id) return true;
    try {
      await switchChain(provider, chain.id);
      return true;
    } catch (error) {
      const { message } = explainWallet(error);
      tell(
        "warning",
        `${name} is on chain ${current}, and this Safe is on ${chain.name} (${chain.id}). ${message}`,
        `Switch to it in the wallet and press again. Some wallets sign all the same.`,
        el(
          "button",
          { type: "button", class: "secondary", onclick: () => sign(true, nested) },
          "Sign without switching",
        ),
      );
      return false;
    }
  }

  /**
   * @param {string} signature
   * @returns {Promise<boolean>} false when nobody answered, and it waits in the box
   */
  async function handIn(signature) {
    try {
      const { message, remedy } = await options.submit(signature);
      tell("good", message, remedy);
      return true;
    } catch (error) {
      if (error instanceof ServerError && !error.isAnswer) {
        // Made, but not handed in: it must not be lost.
        /** @type {HTMLTextAreaElement} */ (byId("signature")).value = signature;
        tell(
          "danger",
          `${error.message} Your signature is made, and stands in the box below.`,
          options.fallback(signature),
        );
        return false;
      }
      throw error;
    }
  }

  /**
   * One thing at a time: presses while something is under way do nothing, and the buttons show it.
   * @param {string} doing
   * @param {() => Promise<void>} work
   */
  async function run(doing, work) {
    if (isBusy) return;
    isBusy = true;
    setBusy(true);
    tell("info", doing, "");
    const told = byId("result").firstChild;
    try {
      await work();
      // Nothing new was told: what was said while waiting is over.
      if (byId("result").firstChild === told) byId("result").hidden = true;
    } catch (error) {
      const { message, remedy } =
        error instanceof ServerError ? { message: error.message, remedy: error.remedy } : explainWallet(error);
      tell("danger", message, remedy);
    } finally {
      isBusy = false;
      setBusy(false);
      refresh();
    }
  }

  /** No button may be left to press. What was told about the last one stays. */
  function close() {
    isClosed = true;
    const section = byId("signer");
    for (const part of section.children) {
      if (part instanceof HTMLElement && part.id !== "result") part.hidden = true;
    }
    section.classList.add("closed");
    section.hidden = byId("result").hidden;
  }

  return { refresh, close };
}

/**
 * What the page knows of the wallet's screen, if it knows anything.
 * @param {NestedSafe} [nested]
 */
function comparison(nested) {
  const template = document.getElementById("compare");
  if (!(template instanceof HTMLTemplateElement)) return [];
  const content = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const [domain, message] = content.querySelectorAll("dd");
  if (nested && domain && message) {
    domain.textContent = nested.domainHash;
    message.textContent = nested.messageHash;
  }
  return [content];
}

/**
 * @param {string} label
 * @param {() => void} onclick
 */
function signButton(label, onclick) {
  return el("button", { type: "button", class: "primary", "data-testid": "sign-button", onclick }, label);
}

/** @param {boolean} isBusy */
function setBusy(isBusy) {
  const signer = byId("signer");
  signer.setAttribute("aria-busy", String(isBusy));
  for (const button of signer.querySelectorAll("button")) button.disabled = isBusy;
}
