/**
 * The sandbox's browser wallet, put into the bot's pages as an extension would: it announces itself by EIP-6963 and
 * speaks EIP-1193. It signs as the person who is acting, after asking.
 */
import { actingPerson } from "./acting.ts";
import { SandboxProvider } from "./provider.ts";

const ICON =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f5c63"/><path fill="#fff" d="M7 11a3 3 0 0 1 3-3h11v3H10.5v1H23a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H10a3 3 0 0 1-3-3zm13 5.5a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z"/></svg>',
  );

const detail = Object.freeze({
  info: Object.freeze({
    uuid: "6f2d3a52-0a0e-4f0e-9a64-5a2b8f1d7c11",
    name: "Sandbox wallet",
    icon: ICON,
    rdns: "local.allstop.sandbox",
  }),
  provider: new SandboxProvider(actingPerson()),
});

function announce(): void {
  window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
}

window.addEventListener("eip6963:requestProvider", announce);
announce();
