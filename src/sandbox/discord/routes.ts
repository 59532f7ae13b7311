import { channelRoutes } from "./routes-channels.ts";
import { guildRoutes } from "./routes-guild.ts";
import { interactionRoutes } from "./routes-interactions.ts";
import { messageRoutes } from "./routes-messages.ts";
import type { Scene } from "./scene.ts";
import type { Incoming } from "./writing.ts";

export interface Asked {
  scene: Scene;
  params: Record<string, string>;
  query: URLSearchParams;
  incoming: Incoming;
}

/** Undefined is a 204. */
export type Run = (asked: Asked) => object | undefined;

export interface Route {
  name: string;
  method: string;
  parts: string[];
  /** Wants the bot's token; interactions and their webhooks bear one in the path instead. */
  auth: boolean;
  run: Run;
}

/** `"GET /channels/:channel"` to what answers it. */
export type RouteTable = Record<string, Run>;

export const routes: Route[] = [
  ...read(guildRoutes, true),
  ...read(channelRoutes, true),
  ...read(messageRoutes, true),
  ...read(interactionRoutes, false),
];

function read(table: RouteTable, auth: boolean): Route[] {
  return Object.entries(table).map(([name, run]) => {
    const [method = "", path = ""] = name.split(" ");
    return { name, method, parts: path.split("/").filter((part) => part !== ""), auth, run };
  });
}
