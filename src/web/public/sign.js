// @ts-check
/** The signing page: keeps what the server says fresh, and signs the proposal's typed data. */
import { byId, el, setText } from "./dom.js";
import { getJson, postJson } from "./server-api.js";
import { startSigner } from "./signer.js";
import { stayFresh } from "./stay-fresh.js";

/**
 * @typedef {{ state: "yes" | "no" | "waiting", text: string }} Mark
 * @typedef {{ way: "sign" | "approve", domainHash: string, messageHash: string,
 *   safe?: { version: string, have: number, need: number, owners: { owner: string, signed: boolean }[] } }} Nested
 * @typedef {{ owner: string, name?: string, isOwner: boolean, signature: Mark, acknowledgement: Mark, nested?: Nested }} Owner
 * @typedef {{ have: number, need: number }} Count
 * @typedef {{ proposal: string, status: string, tone: string, happening: string, todo: string, effect?: string, canSign: boolean,
 *   signatures: Count, acknowledgements: Count, owners: Owner[], transaction?: { hash: string, url?: string } }} State
 */

const page = byId("page");
const { api = "", proposal = "", chainId = "", chainName = "" } = page.dataset;
/** @type {State | undefined} */
let state;
/** @type {ReturnType<typeof startSigner> | undefined} */
let signer;

if (document.getElementById("signer")) {
  signer = startSigner({
    action: `Sign ${proposal}`,
    chain: { id: Number(chainId), name: chainName },
    typedData: (nested) => getJson(`${api}/${nested ? `nested/${nested.owner}/` : ""}typed-data.json`),
    judge,
    submit,
    submitSeveral,
    fallback: () => `Press "Hand in", or paste it in chat: /pause confirm ${proposal} 0x…`,
  });
}
await stayFresh(api, show);

/**
 * @param {string} account
 * @returns {import("./signer.js").Verdict}
 */
function judge(account) {
  if (state === undefined) return { ok: false, tone: "info", text: "Waiting for Allstop to say who the owners are…" };
  const found = state.owners.find(({ owner }) => owner.toLowerCase() === account.toLowerCase());
  // A key's own signature first; then what it can sign for a Safe that is an owner.
  const nested = found?.isOwner && found.signature.state !== "yes" ? undefined : judgeNested(state.owners, account);
  if (nested) return nested;
  if (!found?.isOwner) {
    const text =
      "This account is not an owner of this Safe: its signature would not count. Choose another account in your wallet.";
    return { ok: false, tone: "warning", text };
  }
  const who = found.name ? `${found.name}, an owner of this Safe` : "An owner of this Safe";
  if (found.signature.state === "yes")
    return { ok: false, tone: "good", text: `${who}. Has signed: nothing is left to do here.` };
  return { ok: true, tone: "good", text: `${who}.` };
}

/**
 * Whether the account owns a Safe that is an owner here.
 * @param {Owner[]} owners
 * @param {string} account
 * @returns {import("./signer.js").Verdict | undefined}
 */
function judgeNested(owners, account) {
  for (const { owner, isOwner, signature, nested } of owners) {
    const one = nested?.safe?.owners.find((each) => each.owner.toLowerCase() === account.toLowerCase());
    if (!isOwner || !nested?.safe || !one || signature.state === "yes") continue;
    const { have, need } = nested.safe;
    const who = `An owner of the Safe ${owner}, which is an owner of this one`;
    if (nested.way === "approve")
      return { ok: false, tone: "warning", text: `${who}. That Safe has to approve on the chain: see below.` };
    if (one.signed) return { ok: false, tone: "good", text: `${who}. Has signed for it, ${have} of ${need}.` };
    const text = `${who}. It needs ${need} of its owners; ${have} signed.`;
    return { ok: true, tone: "good", text, nested: { owner, ...nested } };
  }
  return undefined;
}

/**
 * @param {string} signatures
 * @param {"paste" | "file"} from
 */
async function submitSeveral(signatures, from) {
  const answer = await postJson(api, { signatures, from });
  show(answer.state);
  return { message: answer.counted, handedIn: answer.handedIn };
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
  showCount("signatures", next.signatures);
  showCount("acknowledgements", next.acknowledgements);
  showOwners(next.owners);
  if (!next.canSign) signer?.close();
  page.classList.toggle("over", document.getElementById("signer")?.hidden !== false);
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
 * @param {Count} count
 */
function showCount(id, { have, need }) {
  const count = byId(id).querySelector("b");
  if (count) setText(count, `${have} of ${need}`);
}

/** @param {Owner[]} owners */
function showOwners(owners) {
  byId("owners").replaceChildren(
    ...owners.map(({ owner, name, signature, acknowledgement }) =>
      el(
        "li",
        {},
        el("span", { class: "who" }, name ?? "Nobody linked"),
        " ",
        el("span", { class: "address mono" }, owner),
        given(signature),
        " ",
        given(acknowledgement),
      ),
    ),
  );
}

/** @param {Mark} mark */
function given({ state: standing, text }) {
  return el("span", { class: "given", "data-state": standing }, text);
}
