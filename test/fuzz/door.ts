import { commands } from "../../commands/index.ts";
import { incidentCard } from "../../src/chat/cards/incident-card.ts";
import { lineView } from "../../src/chat/cards/line.ts";
import { pauseCard } from "../../src/chat/cards/pause-card.ts";
import { playbookCard } from "../../src/chat/cards/playbook-card.ts";
import { commandFields } from "../../src/chat/command.ts";
import { localise } from "../../src/chat/localise.ts";
import type { Opened, Said } from "../../src/chat/platform.ts";
import type { Form, View } from "../../src/chat/view.ts";
import { renderForm as renderDiscordForm } from "../../src/platforms/discord/form.ts";
import { renderMessages as renderDiscord } from "../../src/platforms/discord/render.ts";
import { renderForm as renderSlackForm } from "../../src/platforms/slack/form.ts";
import { createOptionShelf } from "../../src/platforms/slack/options.ts";
import { renderMessages as renderSlack } from "../../src/platforms/slack/render.ts";
import { viewLines } from "../../src/platforms/terminal/render.ts";
import { MessageBody } from "../../src/sandbox/discord/message-body.ts";
import { ModalBody } from "../../src/sandbox/discord/modal-body.ts";
import { createValidator } from "../../src/sandbox/slack/validate.ts";
import type { Random } from "../sim/random.ts";
import { openStory, owners } from "../story.ts";
import { word } from "./nasty.ts";

const ROOM = "slack:T0/C0ROOM";
const USERS = [
  "U0NOOR",
  "U0SOFIA",
  "U0OWNER",
  "U0STRANGER",
  "discord:99",
  "terminal:noor",
  "discord:1234567890123456789",
];
const WHERES = ["", ROOM, `${ROOM}/1700000000.000100`, "slack:T0/C0GENERAL", "discord:1/2/3"];

/** The chat's own words, so that a random line is often nearly right. */
const KNOWN = [
  ...new Set(
    commands.flatMap((command) => [
      ...command.name.split(" "),
      ...commandFields(command).flatMap(({ name, options }) => [`--${name}`, `${name}:`, ...(options ?? [])]),
    ]),
  ),
  "INC-0001",
  "P-0001",
  "R-0001",
  "pause-vault",
  "active-exploit",
  "confirm-it",
  "@noor",
  "slack:U0SOFIA",
];

/**
 * One life of the door, with `acts` random acts of known people and strangers. Returns what went wrong: our own error
 * shown to anybody, an answer without words, or a card that a platform would refuse.
 */
export async function knockAtDoor(random: Random, acts: number): Promise<string[]> {
  const story = openStory();
  const wrong: string[] = [];
  const shown = await createViewCheck();
  await story.link("U0OWNER", owners[0]?.address ?? "0x");
  for (let count = 0; count < acts; count += 1) {
    const user = random.pick(USERS);
    const said = randomSaid(random);
    try {
      const { opened, answer } = await actAs(story, random, user, said);
      wrong.push(...shown.opened(opened), ...(answer?.view === undefined ? [] : shown.view(answer.view)));
    } catch (error) {
      wrong.push(`It threw ${error instanceof Error ? error.stack : error}`);
    }
    if (random.chance(0.02)) wrong.push(...(await roomCards(story, shown.view)));
    wrong.push(...story.logged.splice(0).map((entry) => `It logged ${JSON.stringify(entry)}`));
    if (wrong.length > 0) return [`After ${JSON.stringify({ user, said })}:`, ...wrong];
  }
  wrong.push(...(await roomCards(story, shown.view)));
  story.store.close();
  return wrong;
}

function randomSaid(random: Random): Said {
  const command = random.pick(commands);
  const name = random.chance(0.95) ? command.name : word(random, KNOWN);
  if (random.chance(0.5)) {
    const length = random.between(0, 8);
    const rest = Array.from({ length }, () => word(random, KNOWN)).join(random.pick([" ", "  ", "\n", "="]));
    return { kind: "line", line: random.chance(0.9) ? `${name} ${rest}` : rest };
  }
  const fields = commandFields(command).filter(() => random.chance(0.7));
  const input = Object.fromEntries(fields.map(({ name: field }) => [field, word(random, KNOWN)]));
  if (random.chance(0.1)) input[word(random)] = word(random);
  return { kind: random.pick(["press", "submit"] as const), command: name, input };
}

type Story = ReturnType<typeof openStory>;

async function actAs(story: Story, random: Random, user: string, said: Said) {
  const where = random.pick(WHERES) || undefined;
  if (random.chance(0.03)) {
    const command = random.pick(commands);
    const field = random.pick([...commandFields(command).map(({ name }) => name), word(random)]);
    await story.door.suggest({ user: `slack:${user}`, command: command.name, field, typed: word(random, KNOWN) });
  }
  if (said.kind === "line") return story.type(user, said.line, { where });
  if (said.kind === "submit") return story.submit(user, said.command, said.input);
  return story.press(user, said.command, said.input, { where });
}

/** Everything that the room would be shown now. */
async function roomCards(story: Story, check: (view: View) => string[]): Promise<string[]> {
  const wrong: string[] = [];
  const roster = await story.journal.state("roster");
  for (const incident of (await story.journal.incidents()).slice(0, 2)) {
    wrong.push(...check(incidentCard(story.app, incident)));
    const { links } = story.app;
    for (const pause of incident.pauses) wrong.push(...check(pauseCard(pause, { links, roster })));
    for (const run of incident.runs) wrong.push(...check(playbookCard(story.app, incident, run)));
    for (const stored of (await story.journal.events(`incident/${incident.id}`)).slice(-20)) {
      const line = lineView(stored);
      if (line !== undefined) wrong.push(...check(line));
    }
  }
  return wrong;
}

/** Whether each platform would take what is shown. Slack's and Discord's rules are those of their own servers here. */
async function createViewCheck() {
  const slack = await createValidator();
  const plan = openStory().app.plan();
  const around = { teamUrl: "https://example.slack.com/" };
  const view = (given: View): string[] => [
    ...failing("Slack", () => {
      for (const { blocks } of renderSlack(localise(given, plan, "slack"), around)) slack.blocks("message", blocks);
    }),
    ...failing("Discord", () => {
      for (const body of renderDiscord(localise(given, plan, "discord"), new Map())) MessageBody.parse(body);
    }),
    ...failing("The terminal", () =>
      viewLines(
        localise(given, plan, "terminal"),
        { columns: 60, timeZone: "UTC", nameOf: () => undefined },
        { numberOf: () => 1 },
      ),
    ),
  ];
  const form = (given: Form): string[] => [
    ...failing("Slack", () =>
      slack.modal(renderSlackForm(localise(given, plan, "slack"), { around, shelf: createOptionShelf() })),
    ),
    ...failing("Discord", () => ModalBody.parse(renderDiscordForm(localise(given, plan, "discord")))),
  ];
  return { view, opened: (opened: Opened) => (opened.kind === "form" ? form(opened.form) : []) };
}

function failing(who: string, render: () => unknown): string[] {
  try {
    render();
    return [];
  } catch (error) {
    const details = error instanceof Error ? `${error.message} ${JSON.stringify(error).slice(0, 500)}` : error;
    return [`${who} would refuse it: ${details}`];
  }
}
