// @ts-check
/** Talking to the bot. Its errors say what is wrong and what to do, and are shown as they are. */

export class ServerError extends Error {
  /**
   * @param {string} message
   * @param {string} remedy
   * @param {boolean} isAnswer false when nobody answered
   */
  constructor(message, remedy, isAnswer) {
    super(message);
    this.remedy = remedy;
    this.isAnswer = isAnswer;
  }
}

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
export function getJson(path) {
  return ask(path, { headers: { accept: "application/json" } });
}

/**
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<any>}
 */
export function postJson(path, body) {
  const headers = { accept: "application/json", "content-type": "application/json" };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/**
 * @param {string} path
 * @param {RequestInit} request
 */
async function ask(path, request) {
  let response;
  let answer;
  try {
    response = await fetch(path, request);
    answer = await response.json();
  } catch {
    throw new ServerError("Allstop did not answer.", "Check the connection and try again.", false);
  }
  if (response.ok) return answer;
  const { message, remedy } = answer?.error ?? {};
  throw new ServerError(message ?? `Allstop answered ${response.status}.`, remedy ?? "Try again.", true);
}
