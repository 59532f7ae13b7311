import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Incident } from "./core/incident.ts";
import { quorumAt } from "./core/postmortem.ts";
import { verifyTimeline } from "./core/verify.ts";
import { bothStages } from "./rehearsal/both-stages.ts";
import { discordStage } from "./rehearsal/discord-stage.ts";
import { type Stage, stage } from "./rehearsal/stage.ts";
import { story } from "./rehearsal/story.ts";
import { type Sandbox, startSandbox } from "./start-sandbox.ts";

export const rehearsalPlatforms = ["slack", "discord", "both"] as const;
export type RehearsalPlatform = (typeof rehearsalPlatforms)[number];

export interface RehearsalResult {
  paused: boolean;
  timelineVerified: boolean;
  incident: string;
  transactionHash: string;
  seconds: {
    declareToRoom: number;
    declareToQuorum: number;
    lastSignatureToSent: number;
    lastSignatureToIncluded: number;
    declareToVerified: number;
  };
  events: number;
  postmortem: string;
  export: string;
}

/**
 * Runs the whole job unattended: scripted people act through the chat's real protocol and sign with their own keys on
 * the bot's own pages. Rejects when the story can't go on; resolves with what happened, as the chain and the exported
 * files say it.
 */
export async function rehearse({
  folder,
  log,
  tell,
  mode = "socket",
  platform = "slack",
  blockTimeSeconds,
}: {
  folder: string;
  log: Logger;
  /** One line per step: what, who, how long. */
  tell: (line: string) => void;
  mode?: "socket" | "http";
  /** Where the incident lives. */
  platform?: RehearsalPlatform;
  blockTimeSeconds?: number;
}): Promise<RehearsalResult> {
  const began = performance.now();
  const sandbox = await startSandbox({
    folder: join(folder, "sandbox"),
    port: 0,
    log,
    page: false,
    mode,
    blockTimeSeconds,
    chats: platform === "both" ? ["slack", "discord"] : [platform],
    progress: () => undefined,
  });
  tell(`The sandbox is up: a chain, a Safe, a chat workspace, Allstop (${seconds(performance.now() - began)} s)`);
  try {
    const people = peopleOf(sandbox, tell);
    const incident = await story(people);
    return await result(sandbox, people, incident, folder);
  } finally {
    await sandbox.close();
  }
}

function peopleOf({ slack, discord, chain }: Sandbox, tell: (line: string) => void): Stage {
  const onSlack = slack && stage({ slack, chain }, tell);
  const onDiscord = discord && discordStage({ discord, chain }, tell);
  if (onSlack && onDiscord) return bothStages(onSlack, onDiscord);
  const only = onSlack ?? onDiscord;
  if (only === undefined) throw new Error("The sandbox has no chat.");
  return only;
}

/** The figures come from the timeline, the verdict from the exported file, and "paused" from the vault itself. */
async function result({ chain, bot }: Sandbox, people: Stage, id: string, folder: string): Promise<RehearsalResult> {
  const incident = await bot.app.journal.state(`incident/${id}`);
  if (incident === undefined) throw new Error(`${id} is not on the timeline.`);
  const files = people.files(Object.values(incident.chats)[0]?.roomName ?? "");
  mkdirSync(folder, { recursive: true });
  const written = files.map(({ name, content }) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return { path, content };
  });
  const markdown = written.find(({ path }) => path.endsWith(".md"));
  const json = written.find(({ path }) => path.endsWith(".json"));
  if (markdown === undefined || json === undefined)
    throw new Error("The postmortem and the timeline are not in the room.");
  const verdict = await verifyTimeline(json.content);
  const paused = await chain.client.readContract({
    address: chain.vault,
    abi: chain.abi.vault,
    functionName: "paused",
  });
  return {
    paused,
    timelineVerified: verdict.ok,
    incident: id,
    transactionHash: incident.pauses[0]?.included?.transactionHash ?? "",
    seconds: await figures(bot.app.journal, incident),
    events: verdict.ok ? verdict.events : 0,
    postmortem: markdown.path,
    export: json.path,
  };
}

async function figures(
  journal: Sandbox["bot"]["app"]["journal"],
  incident: Incident,
): Promise<RehearsalResult["seconds"]> {
  const events = await journal.events(`incident/${incident.id}`);
  const recorded = (kind: string) => events.find(({ event }) => event.kind === kind)?.recordedAt;
  const declared = incident.declaredAt;
  const quorum = quorumAt(incident);
  return {
    declareToRoom: between(declared, recorded("room.card_posted")),
    declareToQuorum: between(declared, quorum),
    lastSignatureToSent: between(quorum, recorded("pause.broadcast")),
    lastSignatureToIncluded: between(quorum, recorded("pause.included")),
    declareToVerified: between(declared, recorded("pause.verified")),
  };
}

function between(from: string | undefined, to: string | undefined): number {
  if (from === undefined || to === undefined) return Number.NaN;
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
