// @ts-check
import { byId, el } from "./dom.js";
import { tell } from "./result.js";

const SIGNATURE = /^0x[0-9a-fA-F]{130}$/;
/** As much as the bot reads. */
const FILE_BYTES_MAX = 60_000;

/**
 * @typedef {{ where: string, state: "counted" | "known" | "part" | "refused", text: string }} HandedIn
 * @typedef {(text: string, from: "paste" | "file") => Promise<{ message: string, handedIn: HandedIn[] }>} SubmitSeveral
 */

/**
 * The form for signatures that were made elsewhere. Half of one is told at once, and is not handed in.
 *
 * @param {(doing: string, work: () => Promise<void>) => Promise<void>} run
 * @param {(signature: string) => Promise<{ message: string, remedy: string }>} submit
 * @param {SubmitSeveral} [submitSeveral]
 */
export function preparePaste(run, submit, submitSeveral) {
  const input = /** @type {HTMLTextAreaElement} */ (byId("signature"));
  const file = /** @type {HTMLInputElement | null} */ (document.getElementById("signature-file"));
  byId("paste").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (SIGNATURE.test(text)) {
      complain("");
      run("Handing it in…", async () => {
        const { message, remedy } = await submit(text);
        input.value = "";
        tell("good", message, remedy);
      });
      return;
    }
    if (submitSeveral === undefined || !looksLikeSeveral(text)) {
      complain(`A signature is 0x and 130 hex digits; this has ${text.length} characters, not 132. Copy it whole.`);
      input.focus();
      return;
    }
    complain("");
    handInSeveral(text, "paste");
  });
  file?.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    if (chosen === undefined) return;
    complain("");
    if (chosen.size > FILE_BYTES_MAX) {
      complain(`${chosen.name} has ${chosen.size} bytes; a file of signatures has ${FILE_BYTES_MAX} at most.`);
      file.value = "";
      return;
    }
    chosen.text().then((text) => handInSeveral(text, "file"));
  });

  /**
   * @param {string} text
   * @param {"paste" | "file"} from
   */
  function handInSeveral(text, from) {
    return run("Handing them in…", async () => {
      if (submitSeveral === undefined) return;
      const { message, handedIn } = await submitSeveral(text, from);
      if (from === "paste") input.value = "";
      if (file) file.value = "";
      const isGood = handedIn.every(({ state }) => state !== "refused");
      tell(isGood ? "good" : "warning", message, "", outcomes(handedIn));
    });
  }

  /** @param {string} mistake */
  function complain(mistake) {
    byId("paste-mistake").textContent = mistake;
    byId("paste-mistake").hidden = mistake === "";
    input.setAttribute("aria-invalid", String(mistake !== ""));
  }
}

/** More than one word, a list, or more bytes than one signature has. @param {string} text */
function looksLikeSeveral(text) {
  return /^[[{"]/.test(text) || /[\s,;]/.test(text) || /^0x[0-9a-fA-F]{131,}$/.test(text);
}

/** What came of each. @param {HandedIn[]} handedIn */
function outcomes(handedIn) {
  return el(
    "ul",
    { class: "outcomes", "data-testid": "outcomes" },
    ...handedIn.map(({ where, state, text }) => el("li", { "data-state": state }, el("b", {}, where), `: ${text}`)),
  );
}
