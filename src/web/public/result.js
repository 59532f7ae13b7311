// @ts-check
import { byId, el } from "./dom.js";

/**
 * Tells what happened in the one place where it is told, `#result`: what it is, then what to do.
 *
 * @param {"info" | "good" | "warning" | "danger"} tone
 * @param {string} message
 * @param {string} remedy
 * @param {...Node} more
 */
export function tell(tone, message, remedy, ...more) {
  const result = byId("result");
  result.dataset.tone = tone;
  result.replaceChildren(el("p", { class: "what" }, message), ...(remedy ? [el("p", {}, remedy)] : []), ...more);
  result.hidden = false;
  result.scrollIntoView({ block: "nearest" });
}
