import { dirname, join } from "node:path";
import type { Logger } from "pino";
import type { Inbox } from "./chat/inbox.ts";
import type { Door, Platform } from "./chat/platform.ts";
import { sheltered } from "./chats.ts";
import { chatLane, type Effect, type Lane } from "./core/effects.ts";
import { messageOf } from "./core/errors.ts";
import { type Incident, isOver, openPauses, presenceOn } from "./core/incident.ts";
import type { App } from "./core/ports.ts";
import { recordIncident } from "./core/record-incident.ts";
import { createTerminalPlatform, socketPathFor } from "./platforms/terminal/index.ts";

const NAME = "terminal";
const BOT = { by: "allstop" } as const;

export interface ConsoleChatOptions {
  app: App;
  door: Door;
  platforms: Map<string, Platform>;
  inbox: Inbox & { unfinished(): { id: string; body: unknown }[] };
  pump: { start(lane: Lane): void };
  /** `file:PATH`: the socket and the files that consoles are given lie beside it. */
  databaseUrl: string;
  log: Logger;
}

/**
 * The console as one more chat, in which nobody is until somebody attaches: only then is it owed anything. What it shows
 * is in memory, so each life of the bot shows the open incidents anew to the first console that comes.
 */
export function keepConsole({ app, door, platforms, inbox, pump, databaseUrl, log }: ConsoleChatOptions) {
  const folder = dirname(databaseUrl.replace(/^file:/, ""));
  let begun = false;
  const terminal = createTerminalPlatform({
    socketPath: socketPathFor(databaseUrl),
    filesFolder: join(folder, "allstop-files"),
    people: () => Object.entries(app.plan().people).map(([key, { name }]) => ({ key, name })),
    inbox,
    log,
    onAttached: () => {
      if (begun) return;
      begun = true;
      begin().catch((err: unknown) => log.error({ err }, "The console could not be shown what is open"));
    },
  });

  async function begin(): Promise<void> {
    for (const incident of await app.journal.incidents()) {
      if (isOver(incident)) continue;
      await recordIncident(app, BOT, incident.id, (state) => ({ events: [], effects: owedAtFirst(state) }));
    }
    pump.start(chatLane(NAME));
  }

  return {
    /** The chats that this adds to those in which every incident has a room. */
    chats: (): string[] => (terminal.home === undefined ? [] : [NAME]),

    /** Begins to listen. A socket that can't be had is told to operators, and holds up nothing else. */
    async open(): Promise<void> {
      const left = inbox.unfinished().filter(({ id }) => id.startsWith(`${NAME}:`));
      platforms.set(
        NAME,
        sheltered(app, terminal, () => true),
      );
      try {
        await terminal.connect(door);
      } catch (error) {
        platforms.delete(NAME);
        log.error({ why: messageOf(error) }, "Consoles can't attach");
        return;
      }
      for (const { id, body } of left) await terminal.replay(id, body);
    },
    close: () => terminal.close(),
  };
}

/** A room where there is none; else all that the room showed before the bot was restarted. */
function owedAtFirst(incident: Incident): Effect[] {
  const on = { incident: incident.id, on: NAME };
  if (presenceOn(incident, NAME).room === undefined) return [{ kind: "open_room", ...on }];
  return [
    { kind: "refresh_card", ...on },
    ...incident.runs.map(({ id: run }): Effect => ({ kind: "refresh_playbook", run, ...on })),
    ...openPauses(incident).map(({ id: proposal }): Effect => ({ kind: "refresh_pause", proposal, ...on })),
  ];
}
