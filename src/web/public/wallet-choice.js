// @ts-check
import { el } from "./dom.js";

/**
 * What stands in `#wallets`: a button for each wallet of this browser, or what to do when there is none.
 *
 * @typedef {import("./wallets.js").Wallet} Wallet
 * @param {Wallet[]} found
 * @param {(wallet: Wallet) => void} choose
 */
export function walletChoice(found, choose) {
  if (found.length === 0) return noWallet();
  return [
    el("p", { class: "step" }, "Choose the wallet that holds your owner key."),
    ...found.map((wallet) =>
      el(
        "button",
        {
          type: "button",
          class: "wallet",
          "data-testid": "wallet-option",
          "data-wallet": wallet.id,
          onclick: () => choose(wallet),
        },
        wallet.icon
          ? el("img", { src: wallet.icon, alt: "", width: "32", height: "32" })
          : el("span", { class: "blank" }),
        el("span", {}, wallet.name),
      ),
    ),
  ];
}

function noWallet() {
  return [
    el("p", { class: "step", "data-testid": "no-wallet" }, el("strong", {}, "No wallet was found in this browser.")),
    el(
      "p",
      {},
      "On a phone, open this page in your wallet's own browser. On a computer, use the browser that has your wallet. Or paste a signature below.",
    ),
    el("button", { type: "button", class: "secondary", onclick: copyAddress }, "Copy this page's address"),
  ];
}

/** @param {Event} event */
async function copyAddress(event) {
  const button = /** @type {HTMLElement} */ (event.currentTarget);
  try {
    await navigator.clipboard.writeText(location.href);
    button.textContent = "Copied. Open it in your wallet's browser";
  } catch {
    button.textContent = "Copy it from the address bar";
  }
}
