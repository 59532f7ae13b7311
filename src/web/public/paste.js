// @ts-check
import { byId } from "./dom.js";
import { tell } from "./result.js";

const SIGNATURE = /^0x[0-9a-fA-F]{130}$/;

/**
 * The form for a signature that was made elsewhere. Half of one is told at once, and is not handed in.
 *
 * @param {(doing: string, work: () => Promise<void>) => Promise<void>} run
 * @param {(signature: string) => Promise<{ message: string, remedy: string }>} submit
 */
export function preparePaste(run, submit) {
  const input = /** @type {HTMLTextAreaElement} */ (byId("signature"));
  const mistake = byId("paste-mistake");
  byId("paste").addEventListener("submit", (event) => {
    event.preventDefault();
    const signature = input.value.trim();
    const isWhole = SIGNATURE.test(signature);
    mistake.hidden = isWhole;
    input.setAttribute("aria-invalid", String(!isWhole));
    if (!isWhole) {
      mistake.textContent = `A signature is 0x and 130 hex digits; this has ${signature.length} characters, not 132. Copy it whole.`;
      input.focus();
      return;
    }
    run("Handing it in…", async () => {
      const { message, remedy } = await submit(signature);
      input.value = "";
      tell("good", message, remedy);
    });
  });
}
