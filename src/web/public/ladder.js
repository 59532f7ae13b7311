// @ts-check
/** The page of rungs: signs one pause after another, each for one nonce, and goes on where it was left. */
import { byId, setText } from "./dom.js";
import { tell } from "./result.js";
import { getJson, postJson, ServerError } from "./server-api.js";
import { startSigner } from "./signer.js";
import { stayFresh } from "./stay-fresh.js";

/**
 * @typedef {{ nonce: string, state: "open" | "ready" | "used", count: string, signed: string[], who: string }} Rung
 * @typedef {{ tone: string, happening: string, todo: string, canSign: boolean, rungs: Rung[],
 *   owners: { owner: string, name?: string }[] }} State
 */

const page = byId("page");
const { api = "", chainId = "", chainName = "" } = page.dataset;
/** @type {State | undefined} */
let state;
/** @type {ReturnType<typeof startSigner> | undefined} */
let signer;

if (document.getElementById("signer")) {
  signer = startSigner({
    action: (account) => `Sign ${countWords(openFor(account).length)}`,
    chain: { id: Number(chainId), name: chainName },
    typedData,
    more: (account) => openFor(account).length > 0,
    judge,
    submit,
    submitSeveral,
    fallback: () => 'Press "Hand in this signature" when you are online again. Never paste it into a chat.',
  });
}
await stayFresh(api, show);

/**
 * What this account has not signed yet, the next nonce first.
 * @param {string} account
 */
function openFor(account) {
  return (state?.rungs ?? []).filter(
    ({ state: standing, signed }) => standing !== "used" && !signed.some((owner) => isSame(owner, account)),
  );
}

/**
 * @param {string} account
 * @returns {import("./signer.js").Verdict}
 */
function judge(account) {
  if (state === undefined) return { ok: false, tone: "info", text: "Waiting for Allstop to say who the owners are…" };
  const found = state.owners.find(({ owner }) => isSame(owner, account));
  if (found === undefined) {
    const text =
      "This account is not an owner of this Safe: its signatures would not count. Choose another account in your wallet.";
    return { ok: false, tone: "warning", text };
  }
  const who = found.name ? `${found.name}, an owner of this Safe` : "An owner of this Safe";
  const open = openFor(account);
  const living = state.rungs.filter((rung) => rung.state !== "used").length;
  if (open[0] === undefined) {
    return { ok: false, tone: "good", text: `${who}. Has signed all ${living}: nothing is left to do here.` };
  }
  compareWith(open[0].nonce);
  const done = living - open.length;
  return { ok: true, tone: "good", text: `${who}. Has signed ${done} of ${living}; next is nonce ${open[0].nonce}.` };
}

/**
 * @param {unknown} _nested
 * @param {string} account
 */
async function typedData(_nested, account) {
  const [next, ...others] = openFor(account);
  if (next === undefined) throw new Error("Nothing is left to sign.");
  compareWith(next.nonce);
  const then =
    others.length === 0 ? "It is the last one." : `${others.length} more after it; you can stop at any time.`;
  tell("info", `Look at your wallet now: nonce ${next.nonce}. Compare, then confirm or reject there.`, then);
  return getJson(`${api}/typed-data/${next.nonce}.json`);
}

/** @param {string} signature */
async function submit(signature) {
  const answer = await handOver(signature);
  const left = openFor(answer.owner).length;
  return {
    message: `${answer.counted}. The signature of ${answer.owner} is in.`,
    remedy: left === 0 ? "That was the last one of this owner. You can close this page." : `${countWords(left)} to go.`,
  };
}

/**
 * Whatever stands around them: one to a line, a list, a file that a tool wrote.
 * @param {string} text
 */
async function submitSeveral(text) {
  const found = text.match(/\b0x[0-9a-fA-F]{130}\b/g) ?? [];
  if (found.length === 0) throw new ServerError("There is no signature in it: one is 0x and 130 hex digits.", "", true);
  /** @type {import("./paste.js").HandedIn[]} */
  const handedIn = [];
  for (const [index, signature] of found.entries()) {
    try {
      const { counted, owner } = await handOver(signature);
      handedIn.push({ where: `Signature ${index + 1}`, state: "counted", text: `${counted}, of ${owner}.` });
    } catch (error) {
      if (!(error instanceof ServerError) || !error.isAnswer) throw error;
      handedIn.push({ where: `Signature ${index + 1}`, state: "refused", text: error.message });
    }
  }
  const counted = handedIn.filter((one) => one.state === "counted").length;
  return { message: `${counted} of ${found.length} were taken in.`, handedIn };
}

/**
 * @param {string} signature
 * @returns {Promise<{ owner: string, counted: string }>}
 */
async function handOver(signature) {
  const answer = await postJson(api, { signature });
  show(answer.state);
  return answer;
}

/**
 * The hash that the wallet's screen has to show now, wherever it stands on this page.
 * @param {string} nonce
 */
function compareWith(nonce) {
  const rung = document.querySelector(`.rung[data-nonce="${nonce}"]`);
  const hash = rung?.querySelector("dd")?.textContent ?? "";
  const template = document.getElementById("compare");
  const places = [byId("account"), ...(template instanceof HTMLTemplateElement ? [template.content] : [])];
  for (const place of places) {
    const [words, digits] = [place.querySelector(".now-nonce"), place.querySelector(".now-hash")];
    if (words instanceof HTMLElement) setText(words, `nonce ${nonce}`);
    if (digits instanceof HTMLElement) setText(digits, hash);
  }
  for (const one of document.querySelectorAll(".rung")) one.toggleAttribute("data-current", one === rung);
}

/** @param {State} next */
function show(next) {
  state = next;
  byId("strip").dataset.tone = next.tone;
  setText(byId("happening"), next.happening);
  setText(byId("todo"), next.todo);
  for (const { nonce, state: standing, count, who } of next.rungs) {
    const rung = document.querySelector(`.rung[data-nonce="${nonce}"]`);
    if (!(rung instanceof HTMLElement)) continue;
    rung.dataset.state = standing;
    for (const [name, text] of [
      ["count", count],
      ["who", who],
    ]) {
      const place = rung.querySelector(`.${name}`);
      if (place instanceof HTMLElement) setText(place, text ?? "");
    }
  }
  if (!next.canSign) signer?.close();
  page.classList.toggle("over", document.getElementById("signer")?.hidden !== false);
  signer?.refresh();
}

/** @param {number} count */
function countWords(count) {
  return count === 1 ? "1 pause" : `${count} pauses`;
}

/**
 * @param {string} a
 * @param {string} b
 */
function isSame(a, b) {
  return a.toLowerCase() === b.toLowerCase();
}
