import type { z } from "zod";
import { messageOf, RetryableError, UserError } from "../core/errors.ts";
import type { Place } from "../core/ids.ts";
import { type Incident, isOver, openPauses, presenceOn } from "../core/incident.ts";
import { currentStep } from "../core/playbook-state.ts";
import type { App } from "../core/ports.ts";
import type { Risk } from "../core/risk-state.ts";
import { identify, personTyped, refuse } from "./access.ts";
import { errorCard, surpriseCard, usageCard } from "./cards/error.ts";
import { helpCard } from "./cards/help.ts";
import { homeCard } from "./cards/home.ts";
import { type Asked, type Command, commandFields } from "./command.ts";
import { formFor, optionsFor } from "./form-for.ts";
import { lackingFor } from "./lacking.ts";
import { localise } from "./localise.ts";
import type { Log } from "./log.ts";
import { optionNamed, parseWords } from "./parse.ts";
import { pinned } from "./pinned.ts";
import { type Answer, channelOf, type Door, type Inbound, type Opened, type Platform, platformOf } from "./platform.ts";
import type { View } from "./view.ts";

/** Every inbound word goes through here: one parser, one access check, one schema, whatever the platform. */
export function createDoor(options: {
  app: App;
  commands: Command[];
  platforms: Map<string, Platform>;
  log: Log;
}): Door {
  const { app, commands, platforms, log } = options;
  return {
    async open(inbound) {
      const opened = await guarded(log, inbound, () => open(app, commands, log, inbound));
      return asShownIn(platformOf(inbound.user), app, opened);
    },
    async pinned(act) {
      const platform = platforms.get(platformOf(act.message));
      const { incident } = await lookAround(app, act.message);
      if (platform !== undefined && incident !== undefined) await pinned({ app, platform, log }, incident, act);
    },
    async suggest(request) {
      const command = commands.find(({ name }) => name === request.command);
      const around = await lookAround(app, request.where);
      const options = command === undefined ? [] : optionsFor(app, command, request.field, around);
      const typed = request.typed.trim().toLowerCase();
      return options.filter(({ value, label }) => `${value} ${label}`.toLowerCase().includes(typed));
    },
    async home(user) {
      return localise(
        homeCard(app.plan(), await app.journal.incidents(), user, { now: app.clock.now() }),
        app.plan(),
        platformOf(user),
      );
    },
  };
}

/** What the door opens, in the terms of the chat that asked. */
function asShownIn(chat: string, app: App, opened: Opened): Opened {
  if (opened.kind === "form") return { ...opened, form: localise(opened.form, app.plan(), chat) };
  if (opened.kind === "mistakes") return opened;
  const { soon } = opened;
  return { kind: "run", run: async () => localise(await opened.run(), app.plan(), chat), ...(soon && { soon }) };
}

async function open(app: App, commands: Command[], log: Log, inbound: Inbound): Promise<Opened> {
  const named = nameCommand(app, commands, inbound);
  if ("view" in named) return { kind: "run", run: async () => named };
  const { command, surplus } = named;
  const here = await lookAround(app, inbound.where);
  const input = fillFromPlace(command, normalise(app, command, named.input, inbound), here);
  const actor = await identify(app, inbound);
  const refusal = refuse(app, command, actor, here.incident);
  if (refusal !== undefined) return { kind: "run", run: async () => ({ view: errorCard(refusal), failed: true }) };
  if (surplus.length > 0) {
    const view = usageCard(command, `I could not place: ${surplus.join(" ")}`);
    return { kind: "run", run: async () => ({ view, failed: true }) };
  }

  const given = typed(command, input);
  const mistakes = mistakesIn(command, given);
  const missing = commandFields(command).filter(({ name, required }) => required && input[name] === undefined);
  if (inbound.said.kind === "submit") for (const { name } of missing) mistakes[name] = "This is needed.";
  if (Object.keys(mistakes).length > 0) return sayMistakes(command, inbound, mistakes);
  const [lacking] = missing.flatMap((field) => lackingFor(field, here, input.incident) ?? []);
  if (lacking !== undefined) return { kind: "run", run: async () => ({ view: errorCard(lacking), failed: true }) };
  if (missing.length > 0) {
    return { kind: "form", form: formFor(app, command, { ...here, input }) };
  }
  const data = command.input.parse(given);
  const asked = await askedFor(app, command, data, inbound);
  if (asked !== undefined && inbound.said.kind !== "submit") {
    return { kind: "form", form: formFor(app, command, { ...here, input, asked }) };
  }
  const mistake = asked?.mistake ?? (asked?.required === true ? "This is needed." : undefined);
  if (asked !== undefined && mistake !== undefined) return sayMistakes(command, inbound, { [asked.field]: mistake });
  const cause = { by: inbound.user, byName: inbound.userName, invocation: inbound.id };
  const context = { app, actor: actor as never, cause, where: inbound.where, incident: here.incident?.id };
  const run = () =>
    answered(log, inbound, async () => {
      const answer = await command.handler(data, context);
      return answer.view === undefined && (await changedNothing(app, inbound))
        ? { view: unchangedCard((await command.unchanged?.(data, { app })) ?? "It is so already.") }
        : answer;
    });
  return { kind: "run", run, ...(command.soon !== undefined && { soon: soonCard(command.soon) }) };
}

/** What is wrong with the fields that were given, each by itself: a form that is shown for the others holds only good ones. */
function mistakesIn({ input: { shape } }: Command, given: Record<string, unknown>): Record<string, string> {
  const mistakes: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const field = Object.hasOwn(shape, name) ? (shape[name] as z.ZodType) : undefined;
    const [issue] = field?.safeParse(value).error?.issues ?? [];
    if (issue !== undefined) mistakes[name] = issue.message;
  }
  return mistakes;
}

function sayMistakes(command: Command, { said }: Inbound, mistakes: Record<string, string>): Opened {
  if (said.kind === "submit") return { kind: "mistakes", mistakes };
  const view = usageCard(command, [...new Set(Object.values(mistakes))].join(" "));
  return { kind: "run", run: async () => ({ view, failed: true }) };
}

/** A second press may be silent; whoever typed something is never left without a word. */
async function changedNothing({ journal }: App, { said, id }: Inbound): Promise<boolean> {
  const isTyped = said.kind !== "press" || said.typed === true;
  return isTyped && (await journal.streamOf(id)) === undefined;
}

function unchangedCard(text: string): View {
  return { tone: "info", title: "Nothing was changed", body: [{ kind: "text", text }], buttons: [] };
}

function soonCard(text: string): View {
  return { tone: "info", title: "A moment…", body: [{ kind: "text", text }], buttons: [] };
}

type Named = { command: Command; input: Record<string, string>; surplus: string[] } | Required<Answer>;

function nameCommand(app: App, commands: Command[], { said }: Inbound): Named {
  if (said.kind !== "line") {
    const command = commands.find(({ name }) => name === said.command);
    if (command !== undefined) return { command, input: said.input, surplus: [] };
    return {
      failed: true,
      view: errorCard(
        new UserError(
          "unknown_button",
          "This button is from an older version and does nothing any more.",
          "Use the newest card in this channel, or type `/incident help`.",
        ),
      ),
    };
  }
  const [noun = "", verb = ""] = said.line.trim().split(/\s+/, 2);
  const known = commands.filter(({ name }) => name.startsWith(`${noun.toLowerCase()} `));
  const command = known.find(({ name }) => name === `${noun} ${verb}`.toLowerCase());
  if (command === undefined || verb === "help") {
    const failed = verb !== "help" && (verb !== "" || known.length === 0);
    return { failed, view: helpCard(known.length > 0 ? commands : [], noun, verb) };
  }
  const rest = said.line.trim().slice(noun.length).trimStart().slice(verb.length);
  return { command, ...parseWords(command, rest, app.plan()) };
}

/** What this case asks for beside the schema, and was not given. */
/** What a form has to ask for, or to ask for again. */
async function askedFor(
  app: App,
  command: Command,
  data: Record<string, unknown>,
  { said }: Inbound,
): Promise<Asked | undefined> {
  const asked = await command.asks?.(data, { app });
  if (asked === undefined || data[asked.field] === undefined) return asked;
  return said.kind === "submit" && asked.mistake !== undefined ? asked : undefined;
}

interface Surroundings {
  incidents: Incident[];
  risks: readonly Risk[];
  incident?: Incident;
  where?: Place;
}

/** Which incident's room this is, if any. Deterministic and without network: states are in memory. */
async function lookAround(app: App, where: Place | undefined): Promise<Surroundings> {
  const incidents = await app.journal.incidents();
  const risks = (await app.journal.state("risk-register"))?.risks ?? [];
  const channel = where === undefined ? undefined : channelOf(where);
  const here = (incident: Incident) =>
    channel !== undefined && presenceOn(incident, platformOf(channel)).room === channel;
  return { incidents, risks, where, incident: incidents.find(here) };
}

/** What the place already says need not be typed: the room's incident, its one open proposal, its current step. */
function fillFromPlace(command: Command, input: Record<string, string>, here: Surroundings): Record<string, string> {
  const filled = { ...input };
  const { incident } = here;
  const wants = (from: string) =>
    commandFields(command).find((field) => field.from === from && filled[field.name] === undefined)?.name;
  const named = here.incidents.find(({ id }) => id === filled.incident) ?? incident;
  const set = (from: string, value: string | undefined) => {
    const name = wants(from);
    if (name !== undefined && value !== undefined) filled[name] = value;
  };
  const open = here.incidents.filter((incident) => !isOver(incident));
  set("room", incident?.id);
  set("incident", incident?.id ?? (open.length === 1 ? open[0]?.id : undefined));
  const pauses = named ? openPauses(named) : open.flatMap(openPauses);
  const thread = pauses.find(({ cards }) => here.where !== undefined && cards[platformOf(here.where)] === here.where);
  set("proposal", thread?.id ?? (pauses.length === 1 ? pauses[0]?.id : undefined));
  const runs = (named ? [named] : open).flatMap((one) => one.runs.filter((run) => currentStep(run) !== undefined));
  set("run", runs.length === 1 ? runs[0]?.id : undefined);
  const run = (named ? [named] : open).flatMap((one) => one.runs).find(({ id }) => id === filled.run);
  set("step", run && currentStep(run)?.step.id);
  return filled;
}

/** Options as people write them; a person as the platform's own ref. Empty answers are no answers. */
function normalise(
  app: App,
  command: Command,
  input: Record<string, string>,
  inbound: Inbound,
): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, given] of Object.entries(input)) {
    const value = given.trim();
    if (value === "") continue;
    const field = commandFields(command).find((candidate) => candidate.name === name);
    const option = field && optionNamed(field, value, app.plan(), { bareNumber: true });
    const person = field?.widget === "person" && !value.includes(":");
    out[name] = option ?? (person ? personTyped(app, value.replace(/^@/, ""), platformOf(inbound.user)) : value);
  }
  return out;
}

function typed(command: Command, input: Record<string, string>): Record<string, unknown> {
  const toggles = new Set(commandFields(command).flatMap(({ name, type }) => (type === "toggle" ? [name] : [])));
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name,
      toggles.has(name) ? !/^(false|no|off|0)$/i.test(value.trim()) : value,
    ]),
  );
}

async function answered(log: Log, inbound: Inbound, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) return { view: errorCard(error), failed: true };
    if (error instanceof RetryableError) {
      return {
        failed: true,
        view: errorCard(new UserError("try_again", error.message, "Nothing was changed. Try again in a moment.")),
      };
    }
    log.error({ err: error, inbound: inbound.id }, "A command failed");
    return { view: surpriseCard(messageOf(error), inbound.id), failed: true };
  }
}

async function guarded(log: Log, inbound: Inbound, work: () => Promise<Opened>): Promise<Opened> {
  try {
    return await work();
  } catch (error) {
    const answer = await answered(log, inbound, () => Promise.reject(error));
    return { kind: "run", run: async () => answer };
  }
}
