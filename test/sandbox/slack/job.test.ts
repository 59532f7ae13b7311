import type { App } from "@slack/bolt";
import type { KnownBlock, ModalView } from "@slack/types";
import { afterEach, describe, expect, test } from "vitest";
import { type SlackServer, startSlackServer } from "../../../src/sandbox/slack/server.ts";
import { httpApp, socketApp } from "./bolt.ts";
import { ANA, BEN, CAST } from "./people.ts";

const form: ModalView = {
  type: "modal",
  callback_id: "declare",
  title: { type: "plain_text", text: "Declare an incident" },
  submit: { type: "plain_text", text: "Declare" },
  blocks: [
    {
      type: "input",
      block_id: "title",
      label: { type: "plain_text", text: "What is happening?" },
      element: { type: "plain_text_input", action_id: "value" },
    },
    {
      type: "input",
      block_id: "severity",
      label: { type: "plain_text", text: "Severity" },
      element: {
        type: "static_select",
        action_id: "value",
        options: ["critical", "low"].map((value) => ({ value, text: { type: "plain_text", text: value } })),
      },
    },
  ],
};

const card = (state: string): KnownBlock[] => [
  { type: "section", text: { type: "mrkdwn", text: `*Incident* ${state}` } },
  {
    type: "actions",
    block_id: "buttons",
    elements: [
      { type: "button", action_id: "acknowledge", value: "P-1", text: { type: "plain_text", text: "Acknowledge" } },
    ],
  },
];

/** A small bot that does the whole job: command, form, room, card, button. */
function incidentBot(app: App): void {
  app.command("/incident", async ({ ack, client, body }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: form });
  });
  app.view("declare", async ({ ack, view, client, body }) => {
    const title = view.state.values.title?.value?.value ?? "";
    if (title === "nothing") {
      await ack({ response_action: "errors", errors: { title: "Something must be happening." } });
      return;
    }
    await ack();
    const made = await client.conversations.create({ name: "inc-0042-drain", is_private: true });
    const channel = made.channel?.id ?? "";
    await client.conversations.invite({ channel, users: [body.user.id, BEN].join(",") });
    const metadata = { event_type: "card", event_payload: { incident: "INC-0042" } };
    const posted = await client.chat.postMessage({ channel, text: "Incident", blocks: card("open"), metadata });
    await client.pins.add({ channel, timestamp: posted.ts ?? "" });
  });
  app.action("acknowledge", async ({ ack, body, client, respond }) => {
    await ack();
    if (body.type !== "block_actions" || !body.message || !body.channel) return;
    const blocks = card(`acknowledged by <@${body.user.id}>`);
    await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: "Incident", blocks });
    await respond({ text: "Thank you.", response_type: "ephemeral" });
  });
}

describe.each(["socket", "http"] as const)("the whole job over %s", (mode) => {
  let server: SlackServer;
  let bot: { stop(): Promise<unknown> };
  afterEach(async () => {
    await bot.stop();
    await server.close();
  });

  test("a person declares, the bot opens a room, another person acknowledges", async () => {
    server = await startSlackServer(CAST);
    if (mode === "http") {
      const app = await httpApp(server, incidentBot);
      bot = app;
      await server.useHttp(app.url);
    } else {
      bot = await socketApp(server, incidentBot);
    }
    const { client, workspace, until } = server;
    expect(client.state(ANA).appOnline).toBe(true);

    expect(await client.act(ANA, { do: "send", channel: "C0GENERAL", text: "/incident declare" })).toEqual({
      ok: true,
    });
    const modal = await until(() => client.state(ANA).views[0], { what: "the form" });
    expect(modal).toMatchObject({ callback_id: "declare", blocks: [{ block_id: "title" }, { block_id: "severity" }] });

    // Slack's client itself asks for what is missing; the bot hears nothing of it.
    const missing = await client.act(ANA, { do: "submit", viewId: modal.id, state: {} });
    expect(missing).toMatchObject({ ok: false, errors: { title: "Please complete this required field." } });

    const fill = (title: string) => ({
      title: { value: { value: title } },
      severity: { value: { selected_option: "critical" } },
    });
    const wrong = await client.act(ANA, { do: "submit", viewId: modal.id, state: fill("nothing") });
    expect(wrong).toMatchObject({ ok: false, errors: { title: "Something must be happening." } });
    expect(client.state(ANA).views).toHaveLength(1);

    expect(await client.act(ANA, { do: "submit", viewId: modal.id, state: fill("drain") })).toEqual({ ok: true });
    expect(client.state(ANA).views).toHaveLength(0);
    const room = await until(() => client.state(BEN).channels.find(({ pins }) => pins.length > 0), {
      what: "the room",
    });
    expect(room).toMatchObject({ name: "inc-0042-drain", kind: "private", members: [server.botUserId, ANA, BEN] });

    const ts = room.pins[0] ?? "";
    const press = { do: "press" as const, channel: room.id, ts, blockId: "buttons", actionId: "acknowledge" };
    expect(await client.act(BEN, press)).toEqual({ ok: true });
    await until(() => client.messages(BEN, { channel: room.id }).some(({ text }) => text === "Thank you."));
    const shown = client.messages(ANA, { channel: room.id });
    expect(shown.find((message) => message.ts === ts)).toMatchObject({
      pinned: true,
      blocks: [{ text: { text: `*Incident* acknowledged by <@${BEN}>` } }, {}],
    });
    // What was said to Ben alone, Ana does not see.
    expect(shown.some(({ text }) => text === "Thank you.")).toBe(false);
    expect(workspace.rooms.get(room.id)?.messages.get(ts)?.metadata?.event_payload).toEqual({ incident: "INC-0042" });
    expect(server.problems).toEqual([]);
  });
});
