import type { RequestListener } from "node:http";
import { z } from "zod";
import type { Inbox } from "../../chat/inbox.ts";
import type { Log } from "../../chat/log.ts";
import { type Door, messageOf, type Platform } from "../../chat/platform.ts";
import { type Answering, createAnswering } from "./answer.ts";
import { createApi } from "./api.ts";
import { createBoltApp } from "./bolt.ts";
import { bookmark } from "./bookmarks.ts";
import { createHttpListener } from "./http.ts";
import { readAct } from "./inbound.ts";
import { invite } from "./invite.ts";
import { createMessages } from "./messages.ts";
import { createOptionShelf } from "./options.ts";
import { createPeople } from "./people.ts";
import { slackId } from "./place.ts";
import { renderHome } from "./render.ts";
import { openRoom } from "./room.ts";
import { type Connection, createSockets } from "./sockets.ts";
import { upload } from "./upload.ts";
import { readWorkspace, type Workspace } from "./workspace.ts";

export interface SlackOptions {
  mode: "socket" | "http";
  botToken: string;
  /** Wanted in `socket` mode. */
  appToken?: string;
  /** Wanted in `http` mode. */
  signingSecret?: string;
  /** `https://slack.com/api/`, or that of a server that speaks the same. */
  apiUrl: string;
  inbox: Inbox;
  log: Log;
  /** Slack does not take our tokens any more: whoever runs us has to act. May be called more than once. */
  onFatal: (why: Error) => void;
  /** Between the openings of the two sockets; eight seconds unless a test is in a hurry. */
  socketStaggerMs?: number;
}

export interface SlackPlatform extends Platform {
  /**
   * Handles an act that was written before a crash and never finished. It can't be acknowledged any more, and no form can
   * be opened: who asked for one is told how to type it. Marks it done. Never rejects.
   */
  replay(id: string, body: unknown): Promise<void>;
  /** HTTP mode: takes what Slack posts to `/slack/events`. Answers 503 until connected, and in socket mode. */
  readonly listener: RequestListener;
  /** Sockets that are connected now. */
  liveSockets(): number;
  /** Resolves when nothing goes on behind a finished call any more: topics, purposes. */
  settled(): Promise<void>;
}

/** Slack, over Bolt: Socket Mode or signed HTTP inwards, the Web API outwards. */
export function createSlackPlatform(options: SlackOptions): SlackPlatform {
  const { inbox, log, onFatal } = options;
  const api = createApi({ token: options.botToken, apiUrl: options.apiUrl, log, onFatal });
  const people = createPeople(api, log);
  const messages = createMessages(api, workspace);
  const shelf = createOptionShelf();
  const behind = new Set<Promise<void>>();
  let known: Workspace | undefined;
  let answering: Answering | undefined;
  let sockets: Connection | undefined;
  let listen: RequestListener | undefined;

  function workspace(): Workspace {
    if (known === undefined) throw new Error("Slack is not connected yet.");
    return known;
  }

  async function settled(): Promise<void> {
    while (behind.size > 0) await Promise.allSettled(behind);
  }

  return {
    name: "slack",
    get home() {
      return known && `slack:${known.team}`;
    },

    async connect(door: Door) {
      known = await readWorkspace(api);
      answering = createAnswering({ api, messages, people, shelf, workspace, door, log });
      const app = createBoltApp({ ...options, workspace: known, answering, shelf });
      if (options.mode === "http") {
        listen = createHttpListener(app, { signingSecret: wanted(options.signingSecret, "signing secret"), log });
      } else {
        const appToken = wanted(options.appToken, "app token");
        const { apiUrl, socketStaggerMs: staggerMs } = options;
        sockets = createSockets(app, { appToken, apiUrl, log, onFatal, ...(staggerMs !== undefined && { staggerMs }) });
        await sockets.open();
      }
      log.info({ team: known.team, mode: options.mode }, "Slack is connected");
    },

    async close() {
      listen = undefined;
      await sockets?.close();
      await settled();
    },

    async replay(id, body) {
      try {
        const act = readAct(body, workspace());
        if (act !== undefined) await answering?.handle(act, undefined);
      } catch (error) {
        // It failed before the crash or now: a third time would be no better.
        log.error({ id, why: messageOf(error) }, "An act from before a crash could not be handled");
      }
      await inbox.done(id);
    },

    listener(request, response) {
      if (listen !== undefined) listen(request, response);
      else response.writeHead(503, { "retry-after": "5" }).end();
    },
    liveSockets: () => sockets?.live() ?? 0,
    settled,

    openRoom: (request) => openRoom({ api, workspace: workspace(), log, background }, request),
    invite: (room, users) => invite(api, room, users),
    post: messages.post,
    findPost: messages.findPost,
    edit: messages.edit,
    pin: messages.pin,
    bookmark: (room, link) => bookmark(api, room, link),
    directMessage: messages.directMessage,
    upload: (at, file, options) => upload({ api, workspace: workspace() }, at, file, options),
    read: messages.read,
    async setHome(user, view) {
      await api.call("views.publish", { user_id: slackId(user), view: renderHome(view, workspace()) }, anything);
    },
    whisper: (user, at, view) => messages.whisper(user, at, view),
    describeUser: people.describe,
  };

  function background(work: Promise<void>): void {
    const done = work.catch((error: unknown) => log.error({ why: messageOf(error) }, "Work behind a call failed"));
    behind.add(done);
    done.finally(() => behind.delete(done));
  }
}

const anything = z.object({});

function wanted(value: string | undefined, what: string): string {
  if (value === undefined || value === "") throw new Error(`Slack needs the ${what} in this mode.`);
  return value;
}
