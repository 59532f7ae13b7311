import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "./client.ts";
import type { WorkspaceClient } from "./client-api.ts";
import { completeClock } from "./clock.ts";
import { compose } from "./compose.ts";
import { type Controls, createControls } from "./controls.ts";
import { createRoad, type Road } from "./delivery.ts";
import { SlackError } from "./errors.ts";
import { startEvents } from "./events.ts";
import { createFaults } from "./faults.ts";
import type { Acting } from "./interactions.ts";
import { type SlackServerOptions, withDefaults } from "./options.ts";
import { createRateLimit } from "./ratelimit.ts";
import { createResponseUrls } from "./response-urls.ts";
import { answerRequest } from "./routes.ts";
import { seedWorkspace } from "./seed.ts";
import { createSockets } from "./socket.ts";
import type { Delivery, JournalEntry, Problem } from "./traffic.ts";
import { createTriggers } from "./triggers.ts";
import { createValidator } from "./validate.ts";
import { noteProblem, type Tokens } from "./web-api.ts";
import type { Workspace } from "./workspace.ts";

export type { Person } from "./client-api.ts";
export { type Clock, type VirtualClock, virtualClock } from "./clock.ts";
export type { Fault } from "./faults.ts";
export type { SlackServerOptions } from "./options.ts";

/** A running workspace: where the bot connects, what people do in it, and what can be made to go wrong. */
export interface SlackServer extends Controls {
  /** For the bot: `http://127.0.0.1:PORT/api/`. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly botUserId: string;
  readonly appId: string;
  readonly teamId: string;
  /** What people see and do. */
  readonly client: WorkspaceClient;
  /** The model itself, for assertions. */
  readonly workspace: Workspace;
  /** Every request of the bot, oldest first; the newest 2,000 at least. */
  readonly journal: JournalEntry[];
  /** Every event, command and interaction sent to the bot, with what came of it. */
  readonly deliveries: Delivery[];
  /** Payloads that Slack would have refused as malformed. A test of a healthy bot ends by asserting that there are none. */
  readonly problems: Problem[];
  close(): Promise<void>;
}

/**
 * Starts a workspace that speaks Slack's Web API, Socket Mode and signed HTTP on loopback. It needs `ajv`, which is a
 * development dependency, to check what the bot sends.
 */
export async function startSlackServer(options: SlackServerOptions = {}): Promise<SlackServer> {
  const settings = withDefaults(options);
  const clock = completeClock(settings.clock);
  const workspace = seedWorkspace(settings, clock);
  const validator = await createValidator();
  const sockets = createSockets(workspace, settings);
  const road = createRoad(workspace, sockets);
  const triggers = createTriggers(workspace);
  const responseUrls = createResponseUrls(workspace, validator);
  const faults = createFaults();
  const tokens: Tokens = { bot: settings.botToken, app: settings.appToken, revoked: new Map() };
  const scopes = new Set(settings.scopes);
  const journal: JournalEntry[] = [];
  const problems: Problem[] = [];
  const acting = actingOf({ workspace, road, validator, triggers, responseUrls }, problems);
  const api = {
    workspace,
    tokens,
    scopes,
    faults,
    rateLimit: settings.rateLimits ? createRateLimit(clock) : undefined,
    journal,
    problems,
    parts: { validator, sockets, triggers, uploads: new Map<string, { fileId: string }>() },
    responseUrls,
  };

  const http = createServer((request, response) => {
    answerRequest(api, request, response).catch((error: unknown) => {
      // A defect of the sandbox itself: it must be loud, and must not look like Slack's answer.
      response.writeHead(501).end(String(error));
      problems.push({ method: request.url ?? "", error: "sandbox_defect", messages: [String(error)], args: {} });
    });
  });
  http.on("upgrade", (request: IncomingMessage, socket, head) => sockets.upgrade(request, socket, head));
  workspace.origin = await listen(http, settings.host, settings.port);
  startEvents(workspace, road, new Set(settings.subscribedEvents));
  const controls = createControls({ workspace, sockets, road, faults, tokens, scopes, settings });
  if (settings.eventsUrl) road.useHttp({ url: settings.eventsUrl, signingSecret: settings.signingSecret });

  return {
    ...controls,
    apiUrl: `${workspace.origin}/api/`,
    botToken: settings.botToken,
    appToken: settings.appToken,
    signingSecret: settings.signingSecret,
    botUserId: workspace.app.userId,
    appId: workspace.app.id,
    teamId: workspace.team.id,
    client: createClient(acting),
    workspace,
    journal,
    deliveries: road.deliveries,
    problems,
    async close() {
      sockets.close();
      faults.release();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

function actingOf(
  parts: { workspace: Workspace; road: Road } & Pick<Acting, "validator" | "triggers" | "responseUrls">,
  problems: Problem[],
): Acting {
  return {
    ...parts,
    compose: (typed, use) => compose(parts.workspace, typed, use),
    checked(what, payload, run) {
      try {
        return run();
      } catch (error) {
        if (!(error instanceof SlackError)) throw error;
        noteProblem({ problems }, what, error, payload);
        return undefined;
      }
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("The sandbox's Slack has no port.");
  return `http://${host}:${address.port}`;
}
