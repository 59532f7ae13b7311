// @ts-check
/** The link page: signs the challenge that ties a chat account to an owner address. */
import { byId, setText } from "./dom.js";
import { getJson, postJson } from "./server-api.js";
import { startSigner } from "./signer.js";

const page = byId("page");
const { api = "", expires = "", now = "" } = page.dataset;
// By the server's clock: this device's may be wrong.
const end = performance.now() + Date.parse(expires) - Date.parse(now);
let isLinked = false;

const signer = startSigner({
  action: "Sign the link",
  typedData: () => getJson(`${api}/typed-data.json`),
  judge: () => ({
    ok: true,
    tone: "info",
    text: "This address will be linked, if it is an owner of a Safe in the response plan.",
  }),
  submit,
  fallback: () => 'Press "Hand in this signature" when you are online again.',
});
countDown();

/** @param {string} signature */
async function submit(signature) {
  const { owner, name } = await postJson(api, { signature });
  isLinked = true;
  // Told first, so that the outcome stays when all else goes.
  setTimeout(() => signer.close());
  const message = `Linked: ${owner} is now ${name}'s.`;
  const remedy = "Go back to chat. You can close this page.";
  finish("good", `${name} is linked.`, remedy);
  return { message, remedy };
}

function countDown() {
  if (isLinked) return;
  const left = Math.floor((end - performance.now()) / 1000);
  if (left <= 0) {
    finish("warning", "This link has expired.", "Ask for a new one with /signer link.");
    signer.close();
    return;
  }
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  setText(byId("until"), `${expires.slice(11, 19)} UTC, ${clock} from now`);
  setTimeout(countDown, 1000);
}

/**
 * @param {string} tone
 * @param {string} happening
 * @param {string} todo
 */
function finish(tone, happening, todo) {
  byId("strip").dataset.tone = tone;
  setText(byId("happening"), happening);
  setText(byId("todo"), todo);
  for (const part of byId("strip").querySelectorAll(".before")) part.toggleAttribute("hidden", true);
}
