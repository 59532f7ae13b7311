// @ts-check
import { byId, setText } from "./dom.js";
import { getJson } from "./server-api.js";

const POLL_MS = 2000;

/**
 * Shows what the bot says now, and again and again while the page is looked at. Where it does not answer, the page says
 * as of when it is.
 * @param {string} path
 * @param {(next: any) => void} show
 */
export async function stayFresh(path, show) {
  let lastSeen = new Date();
  async function look() {
    if (!document.hidden) {
      try {
        show(await getJson(path));
        lastSeen = new Date();
        byId("stale").hidden = true;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        setText(byId("stale"), `${why} What you see is as of ${lastSeen.toLocaleTimeString()}; asking again.`);
        byId("stale").hidden = false;
      }
    }
    setTimeout(look, POLL_MS);
  }
  await look();
}
