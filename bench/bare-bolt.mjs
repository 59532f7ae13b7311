import { App, LogLevel, SocketModeReceiver } from "@slack/bolt";

/** The floor: a Bolt app in Socket Mode that acknowledges and does nothing. Says `ready` when it is connected. */
const clientOptions = { slackApiUrl: process.env.SLACK_API_URL };
const logLevel = LogLevel.ERROR;
const receiver = new SocketModeReceiver({
  appToken: process.env.SLACK_APP_TOKEN,
  logLevel,
  installerOptions: { clientOptions },
});
const app = new App({ token: process.env.SLACK_BOT_TOKEN, receiver, logLevel, clientOptions });
app.command(/.*/, async ({ ack }) => ack());
app.action(/.*/, async ({ ack }) => ack());
await app.start();
console.log("ready");
