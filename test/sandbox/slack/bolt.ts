/** A real Bolt app on the sandbox's Slack, for tests. */
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from "@slack/bolt";
import type { SlackServer } from "../../../src/sandbox/slack/server.ts";

const quiet = LogLevel.ERROR;

/** Bolt as the bot builds it: receivers of its own, so that retries and time limits stay apart. */
export async function socketApp(server: SlackServer, listen: (app: App) => void, sockets = 1) {
  const makeReceiver = () =>
    new SocketModeReceiver({
      appToken: server.appToken,
      logLevel: quiet,
      clientPingTimeout: 1000,
      serverPingTimeout: 30_000,
      installerOptions: { clientOptions: { slackApiUrl: server.apiUrl } },
    });
  const receivers = Array.from({ length: sockets }, makeReceiver);
  const [first, ...others] = receivers;
  const app = new App({
    token: server.botToken,
    receiver: first!,
    logLevel: quiet,
    clientOptions: clientOptions(server),
    deferInitialization: true,
  });
  await app.init();
  for (const receiver of others) receiver.init(app);
  listen(app);
  await app.start();
  for (const receiver of others) await receiver.start();
  return {
    app,
    async stop() {
      for (const receiver of receivers) await receiver.stop();
      await server.until(() => server.connections() === 0, { what: "the sockets to close" });
    },
  };
}

/** Bolt in HTTP mode on a free port. */
export async function httpApp(server: SlackServer, listen: (app: App) => void) {
  const receiver = new HTTPReceiver({ signingSecret: server.signingSecret, logLevel: quiet });
  const app = new App({ token: server.botToken, receiver, logLevel: quiet, clientOptions: clientOptions(server) });
  listen(app);
  const http = await app.start({ port: 0, host: "127.0.0.1" });
  const address = http.address();
  if (address === null || typeof address === "string") throw new Error("Bolt listens on no port.");
  return { app, url: `http://127.0.0.1:${address.port}/slack/events`, stop: () => app.stop() };
}

/** Two quick tries, as the bot has it: tests must not sit out Slack's half hour of retries. */
function clientOptions(server: SlackServer) {
  return {
    slackApiUrl: server.apiUrl,
    timeout: 8000,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 2, minTimeout: 10, maxTimeout: 20 },
  };
}
