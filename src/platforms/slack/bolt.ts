import { App, type ReceiverEvent } from "@slack/bolt";
import type { Inbox } from "../../chat/inbox.ts";
import type { Log } from "../../chat/log.ts";
import { messageOf } from "../../chat/platform.ts";
import type { Acknowledge, Answering } from "./answer.ts";
import { boltLogger } from "./bolt-log.ts";
import { type Act, keyOf, readAct } from "./inbound.ts";
import type { OptionShelf } from "./options.ts";
import type { Workspace } from "./workspace.ts";

/**
 * The Bolt app. Everything that it hears takes one way: read, written down, acknowledged, answered. Receivers are
 * attached by their owner.
 */
export function createBoltApp(parts: {
  botToken: string;
  apiUrl: string;
  workspace: Workspace;
  answering: Answering;
  shelf: OptionShelf;
  inbox: Inbox;
  log: Log;
}): App {
  const { botToken, apiUrl, workspace, answering, shelf, log } = parts;
  const { botUserId, botId, team } = workspace;
  const app = new App({
    // The receivers come and go; the app itself needs none.
    receiver: { init() {}, start: async () => undefined, stop: async () => undefined },
    authorize: async () => ({ botToken, botUserId, teamId: team, ...(botId !== undefined && { botId }) }),
    clientOptions: { slackApiUrl: apiUrl, timeout: 8_000, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
    logger: boltLogger(log),
    // It would keep something of every channel for ever.
    convoStore: false,
  });

  // Read once, before it is written down; Bolt hands on the very same body.
  const read = new WeakMap<object, Act>();
  const handle = async (body: object, ack?: Acknowledge) => {
    const act = read.get(body) ?? readAct(body, workspace);
    if (act === undefined) log.warn({ type: typeOf(body) }, "Slack sent something that we can't read");
    else await answering.handle(act, ack);
  };
  app.command(/[\s\S]*/, ({ body, ack }) => handle(body, () => ack()));
  app.action(/[\s\S]*/, ({ body, ack }) => handle(body, () => ack()));
  app.shortcut(/[\s\S]*/, ({ body, ack }) => handle(body, () => ack()));
  // Bolt's type of this acknowledgement takes nothing at all; Slack takes a response action.
  app.view(/[\s\S]*/, ({ body, ack }) => handle(body, ack as Acknowledge));
  for (const event of ["reaction_added", "reaction_removed", "app_home_opened"] as const) {
    // Bolt has acknowledged these before it calls.
    app.event(event, ({ body }) => handle(body, async () => undefined));
  }
  app.options(/[\s\S]*/, async ({ options, ack }) => {
    const found = shelf.search(options.action_id, options.value);
    if (found === undefined) log.warn({ action: options.action_id }, "A form from before a restart asked for its list");
    await ack({ options: found ?? [] });
  });

  writeFirst(app, { ...parts, read });
  return app;
}

/**
 * Bolt acknowledges an event before any listener runs, and a listener that throws is never called again. So what came
 * in is on disk before Bolt sees it. If it can't be written nothing is acknowledged, and Slack delivers it again. If it
 * is there already, it is the same act, and is acknowledged only.
 */
function writeFirst(
  app: App,
  {
    inbox,
    answering,
    workspace,
    read,
    log,
  }: { inbox: Inbox; answering: Answering; workspace: Workspace; read: WeakMap<object, Act>; log: Log },
): void {
  const process = app.processEvent.bind(app);
  app.processEvent = async (event: ReceiverEvent) => {
    const act = readAct(event.body, workspace);
    if (act !== undefined) read.set(event.body, act);
    const key = act && keyOf(act);
    // The connection may close before the acknowledgement is out: the act is on disk, and goes on.
    const ack: ReceiverEvent["ack"] = async (response) => {
      try {
        await event.ack(response);
      } catch (error) {
        log.warn({ key, why: messageOf(error) }, "Slack could not be told that we have it");
      }
    };
    if (key === undefined) return process({ ...event, ack });
    if ((await inbox.seen(key, event.body)) === "repeated" && !answering.mayComeAgain(key)) return ack();
    await process({ ...event, ack });
    await inbox.done(key);
  };
}

function typeOf(body: unknown): unknown {
  return typeof body === "object" && body !== null && "type" in body ? body.type : typeof body;
}
