import type { RequestListener } from "node:http";
import { type App, HTTPReceiver } from "@slack/bolt";
import type { Log } from "../../chat/log.ts";
import { boltLogger } from "./bolt-log.ts";

export const EVENTS_PATH = "/slack/events";
/** Bolt refuses what is older. One from the future would be good for as long as it lies. */
const CLOCK_SKEW_S_MAX = 300;

/** Takes what Slack posts, signed, to `/slack/events`; every other path is answered 404. */
export function createHttpListener(
  app: App,
  { signingSecret, log }: { signingSecret: string; log: Log },
): RequestListener {
  const receiver = new HTTPReceiver({ signingSecret, endpoints: EVENTS_PATH, logger: boltLogger(log) });
  receiver.init(app);
  return (request, response) => {
    const stamp = Number(request.headers["x-slack-request-timestamp"] ?? 0);
    if (!(stamp <= Date.now() / 1000 + CLOCK_SKEW_S_MAX)) {
      log.warn({ stamp }, "A request from the future was refused");
      response.writeHead(401).end();
      return;
    }
    try {
      receiver.requestListener(request, response);
    } catch (error) {
      // Bolt throws at paths that are not its own.
      log.warn({ url: request.url, err: error }, "A request to Slack's address was for nothing there");
      response.writeHead(404).end();
    }
  };
}
