import { afterEach, describe, expect, it } from "vitest";
import { contactsCard, notifiedCard } from "../../src/chat/cards/contacts-card.ts";
import { reminderCard, ringCard } from "../../src/chat/cards/reminder-card.ts";
import { localise } from "../../src/chat/localise.ts";
import type { Form, View } from "../../src/chat/view.ts";
import { contactsNamed, NOTICE_LENGTH_MAX } from "../../src/core/contacts.ts";
import { renderForm as renderDiscordForm } from "../../src/platforms/discord/form.ts";
import { renderMessages as renderDiscord } from "../../src/platforms/discord/render.ts";
import { renderForm as renderSlackForm } from "../../src/platforms/slack/form.ts";
import { createOptionShelf } from "../../src/platforms/slack/options.ts";
import { renderMessages as renderSlack, renderMessage as renderSlackEdit } from "../../src/platforms/slack/render.ts";
import { viewLines } from "../../src/platforms/terminal/render.ts";
import { formOf } from "../story.ts";
import { HOUR, openReminding, remindingPlan } from "./rig.ts";

let world: ReturnType<typeof openReminding>;
afterEach(() => {
  expect(world.failures).toEqual([]);
  world.store.close();
});

const around = { teamUrl: "https://example.slack.com/" };
/** As every chat shows it. Each throws where something does not fit. */
function shown(view: View, { edited = false } = {}): string {
  const plan = world.app.plan();
  const slack = renderSlack(localise(view, plan, "slack"), around);
  const discord = renderDiscord(localise(view, plan, "discord"), new Map());
  if (edited) {
    renderSlackEdit(localise(view, plan, "slack"), around);
    expect(discord).toHaveLength(1);
  }
  expect(Math.max(slack.length, discord.length)).toBeLessThan(12);
  const options = { columns: 60, timeZone: "UTC", nameOf: () => undefined };
  return viewLines(localise(view, plan, "terminal"), options, { numberOf: () => 1 })
    .map((line) => line.map((span) => span.text).join(""))
    .join("\n");
}
function shownForm(form: Form): void {
  const plan = world.app.plan();
  renderSlackForm(localise(form, plan, "slack"), { around, shelf: createOptionShelf() });
  renderDiscordForm(localise(form, plan, "discord"));
}

describe("What is shown", () => {
  it("reminders fit as one message on every chat, and read at a terminal", async () => {
    world = openReminding();
    await world.declare();
    await world.act("U0SOFIA", "playbook start", { playbook: "look-around" });
    await world.pass(2 * HOUR);
    const incident = await world.incident();
    const read = incident.reminders.map((reminder) => {
      const plan = world.app.plan();
      shown(ringCard(plan, incident, reminder, reminder.users), { edited: true });
      return shown(reminderCard(plan, incident, reminder), { edited: true });
    });
    expect(read.join("\n\n")).toMatchInlineSnapshot(`
      "[!] The update is overdue
        @terminal:dee: say where it stands. That nothing has
        changed is news, too.
        Was due 2026-11-21 03:30 UTC, and then every 30 min. Said
        4 times.
        [1] Post the update…   [1] I take it   [1] Snooze 10 min
        [1] Snooze longer…

      [!] Overdue: Look at the vault
        @terminal:sofia: do this step of Look around, or give it
        away.
        Was due 2026-11-21 03:10 UTC. Said 4 times.
        [1] Complete   [1] I take it   [1] Snooze 10 min
        [1] Snooze longer…

      [!] Nobody is scribe yet
        Critical calls for this role. Take one, or give it to
        somebody.
        Asked for since 2026-11-21 03:05 UTC. Said 8 times.
        [1] Take scribe   [1] Give a role to somebody…
        [1] Snooze 10 min   [1] Snooze longer…"
    `);
  });

  it("the longest contacts, of every kind, page by page; and the words that go to them, whole", async () => {
    const sentence = "x".repeat(300);
    const contact = (index: number) => ({
      name: `${index} ${"n".repeat(290)}`,
      via: `${"v".repeat(295)}`,
      hours: sentence,
      note: sentence,
    });
    const one = {
      name: "*".repeat(300),
      kind: "stablecoin issuer",
      uses: sentence,
      contacts: Array.from({ length: 20 }, (_, index) => contact(index)),
      degraded: Array.from({ length: 10 }, () => sentence),
      message: "notice",
    };
    const dependencies = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`d-${index}-${"k".repeat(30)}`, one]),
    );
    const messages = { notice: { title: "All", text: "{organisation}".repeat(100) } };
    world = openReminding({ plan: remindingPlan({ dependencies, messages }) });
    await world.declare();
    const plan = world.app.plan();
    const incident = await world.incident();
    shown(contactsCard(plan, { incident }));
    for (const page of [1, 2]) shown(contactsCard(plan, { incident, kind: "stablecoin issuer", page }));
    const [told] = contactsNamed(plan, undefined);
    if (told === undefined) throw new Error("There is nobody.");
    shown(notifiedCard(told, "`".repeat(NOTICE_LENGTH_MAX), []));
    const { opened } = await world.press("U0DEE", "incident notify", { incident: "INC-0001", contact: told.key });
    shownForm(formOf(opened));
    const all = await world.press("U0DEE", "incident notify", { incident: "INC-0001" });
    shownForm(formOf(all.opened));
  });
});
