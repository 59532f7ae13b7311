// @ts-check
/** The signing page: keeps what the server says fresh, and signs the proposal's typed data. */
import { byId, el, setText } from "./dom.js";
import { getJson, postJson } from "./server-api.js";
import { startSigner } from "./signer.js";

/**
 * @typedef {{ owner: string, name?: string, state: "yes" | "no" | "waiting", detail: string }} Entry
 * @typedef {{ have: number, need: number, entries: Entry[] }} Tally
 * @typedef {{ proposal: string, status: string, tone: string, happening: string, todo: string, effect?: string, canSign: boolean,
 *   signatures: Tally, acknowledgements: Tally, transaction?: { hash: string, url?: string } }} State
 */

const POLL_MS = 2000;

const page = byId("page");
const { api = "", proposal = "", chainId = "", chainName = "" } = page.dataset;
/** @type {State | undefined} */
let state;
/** @type {ReturnType<typeof startSigner> | undefined} */
let signer;
let lastSeen = new Date();

if (document.getElementById("signer")) {
  signer = startSigner({
    action: `Sign ${proposal}`,
    chain: { id: Number(chainId), name: chainName },
    typedData: () => getJson(`${api}/typed-data.json`),
    judge,
    submit,
    fallback: () => `Press "Hand in this signature", or paste it in chat: /pause confirm ${proposal} 0x…`,
  });
}
await poll();

/** @param {string} account */
function judge(account) {
  if (state === undefined) return { ok: false, text: "Waiting for Allstop to say who the owners are…" };
  const entry = state.signatures.entries.find((one) => one.owner.toLowerCase() === account.toLowerCase());
  if (entry === undefined || entry.state === "no") {
    return {
      ok: false,
      text: "This account is not an owner of this Safe: its signature would not count. Choose another account in your wallet.",
    };
  }
  const name = entry.name ? `${entry.name}, an` : "An";
  if (entry.state === "yes")
    return { ok: false, text: `${name} owner of this Safe, who has signed already. Nothing is left to do here.` };
  return { ok: true, text: `${name} owner of this Safe.` };
}

/** @param {string} signature */
async function submit(signature) {
  const answer = await postJson(api, { signature });
  show(answer.state);
  return {
    message: `${answer.counted}. The signature of ${answer.owner} is in.`,
    remedy: "You can close this page, or watch the pause here.",
  };
}

/** Asks again and again while the page is looked at. */
async function poll() {
  if (!document.hidden) {
    try {
      show(await getJson(api));
      lastSeen = new Date();
      byId("stale").hidden = true;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      setText(byId("stale"), `${why} What you see is as of ${lastSeen.toLocaleTimeString()}; asking again.`);
      byId("stale").hidden = false;
    }
  }
  setTimeout(poll, POLL_MS);
}

/** @param {State} next */
function show(next) {
  state = next;
  const strip = byId("strip");
  strip.dataset.tone = next.tone;
  strip.dataset.status = next.status;
  setText(byId("happening"), next.happening);
  setText(byId("todo"), next.todo);
  setText(byId("effect"), next.effect ?? "");
  for (const part of strip.querySelectorAll(".effect")) part.toggleAttribute("hidden", next.effect === undefined);
  showTransaction(next.transaction);
  showTally("signatures", next.signatures);
  showTally("acknowledgements", next.acknowledgements);
  if (!next.canSign) signer?.close();
  signer?.refresh();
}

/** @param {State["transaction"]} transaction */
function showTransaction(transaction) {
  const place = byId("transaction");
  for (const part of byId("strip").querySelectorAll(".transaction"))
    part.toggleAttribute("hidden", transaction === undefined);
  if (transaction === undefined || place.textContent === transaction.hash) return;
  const { hash, url } = transaction;
  place.replaceChildren(url ? el("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, hash) : hash);
}

/**
 * @param {string} id
 * @param {Tally} tally
 */
function showTally(id, { have, need, entries }) {
  const place = byId(id);
  const list = place.querySelector("ul");
  const count = place.querySelector(".count");
  if (list === null || !(count instanceof HTMLElement)) throw new Error(`The page has no list in #${id}.`);
  setText(count, `${have} of ${need}`);
  list.replaceChildren(
    ...entries.map(({ owner, name, state: standing, detail }) =>
      el(
        "li",
        { "data-state": standing },
        el("span", { class: "who" }, name ?? "Nobody linked"),
        " ",
        el("span", { class: "detail" }, detail),
        el("span", { class: "address mono" }, owner),
      ),
    ),
  );
}
