/** A small bot on real Bolt that shows every kind of block, so that the page has something real to draw. */
import type { App } from "@slack/bolt";
import type { KnownBlock, ModalView } from "@slack/types";

export const plain = (text: string) => ({ type: "plain_text" as const, text });
export const mrkdwn = (text: string) => ({ type: "mrkdwn" as const, text });

export const HASH = "0x8f4e1b6a97c02d35f08e4b1f6c9d7a3e52b0c8d19e6f47a3b5c2d1e0f9a8b7c6";
export const SAFE = "0x4e59b44847b379578588920cA78FbF26c0B4956C";

/** What the bot heard, for tests to look at. */
export interface Heard {
  presses: { user: string; actionId: string; value?: string; values: unknown }[];
  forms: { user: string; values: unknown }[];
}

export function listenTo(app: App): Heard {
  const heard: Heard = { presses: [], forms: [] };
  app.command("/incident", async ({ ack, command, client, respond }) => {
    await ack();
    if (command.text === "help") await respond({ text: "help", blocks: HELP });
    else await client.views.open({ trigger_id: command.trigger_id, view: declareForm() });
  });
  app.command("/silent", async () => {
    // Never acknowledged: the person must be told.
  });
  app.view("declare", async ({ ack, view, body, client }) => {
    const values = view.state.values;
    const title = values.title?.title?.value ?? "";
    if (title.length < 5) return ack({ response_action: "errors", errors: { title: "Say a little more than that." } });
    await ack();
    heard.forms.push({ user: body.user.id, values });
    await client.chat.postMessage({ channel: "C0WAR", text: `Declared: ${title}`, blocks: severityCard(title) });
  });
  app.action("complete", async ({ ack, respond, body, action }) => {
    await ack();
    heard.presses.push(pressOf(body, action));
    await respond({
      replace_original: false,
      response_type: "ephemeral",
      text: "Step 1 is complete. The next one is yours.",
    });
  });
  app.action("mute", async () => {
    // Never acknowledged either.
  });
  app.action(/.*/, async ({ ack, body, action }) => {
    await ack();
    if ("action_id" in action && action.action_id !== "complete") heard.presses.push(pressOf(body, action));
  });
  app.options("runbook", async ({ ack, payload }) => {
    const all = ["Active exploit", "Oracle drift", "Key loss"].map((name) => ({ text: plain(name), value: name }));
    await ack({ options: all.filter(({ value }) => value.toLowerCase().includes(payload.value.toLowerCase())) });
  });
  app.shortcut("timeline_add", async ({ ack, shortcut, client }) => {
    await ack();
    if (shortcut.type !== "message_action") return;
    await client.reactions.add({ channel: shortcut.channel.id, timestamp: shortcut.message.ts, name: "pushpin" });
  });
  return heard;
}

function pressOf(body: { user: { id: string } }, action: object): Heard["presses"][number] {
  const actionId = "action_id" in action ? String(action.action_id) : "";
  const values = "state" in body ? body.state : undefined;
  return { user: body.user.id, actionId, ...("value" in action && { value: String(action.value) }), values };
}

const HELP: KnownBlock[] = [
  { type: "header", text: plain("Commands") },
  {
    type: "section",
    text: mrkdwn(
      "`/incident declare`  open a room\n`/incident status`  where we are\n`/pause propose`  stop the contract",
    ),
  },
];

export function severityCard(title: string): KnownBlock[] {
  return [
    { type: "header", text: plain(`:rotating_light: INC-0042  ${title}`) },
    {
      type: "section",
      fields: [
        mrkdwn("*Severity*\nCRITICAL"),
        mrkdwn("*Commander*\n<@U0ANA>"),
        mrkdwn("*Status*\nInvestigating"),
        mrkdwn("*Declared*\n<!date^1763695740^{date_short_pretty} at {time}|2025-11-21 03:29 UTC>"),
      ],
    },
    { type: "divider" },
    {
      type: "section",
      text: mrkdwn("*Step 1 of 7: Confirm the exploit.* Look at the last withdrawals; two people agree before we act."),
    },
    {
      type: "actions",
      block_id: "step",
      elements: [
        { type: "button", action_id: "complete", text: plain("Complete"), style: "primary", value: "step-1" },
        { type: "button", action_id: "skip", text: plain("Skip…") },
        {
          type: "button",
          action_id: "propose",
          text: plain("Propose the pause"),
          style: "danger",
          confirm: {
            title: plain("Propose the pause?"),
            text: mrkdwn("All *five owners* get a direct message."),
            confirm: plain("Propose"),
            deny: plain("Not yet"),
            style: "danger",
          },
        },
        {
          type: "overflow",
          action_id: "more",
          options: [
            { text: plain("Assign…"), value: "assign" },
            { text: plain("Note…"), value: "note" },
          ],
        },
      ],
    },
    { type: "context", elements: [mrkdwn("Playbook *active-exploit* · updated just now by <@U0BEN>")] },
  ];
}

export function tallyCard(signUrl: string): KnownBlock[] {
  return [
    { type: "header", text: plain("Pause deposits of Vault-USDC") },
    {
      type: "section",
      text: mrkdwn(`Safe \`${SAFE}\` on *Sandbox* (31337), nonce *7*\nSafe transaction hash\n\`${HASH}\``),
    },
    {
      type: "section",
      text: mrkdwn(`\`\`\`signed        2 of 3   Ana, Ben\nacknowledged  1 of 2   Ana\n${HASH}\`\`\``),
    },
    { type: "section", text: mrkdwn("> Withdrawals stay open.\n_Missing:_ <@U0GIL> &amp; others, ~not Emil~") },
    {
      type: "actions",
      elements: [
        { type: "button", action_id: "acknowledge", text: plain("Acknowledge"), style: "primary" },
        { type: "button", action_id: "sign", text: plain("Sign"), url: signUrl },
        { type: "button", action_id: "mute", text: plain("Execute"), style: "danger" },
      ],
    },
  ];
}

export function everything(): KnownBlock[] {
  return [
    {
      type: "rich_text",
      elements: [
        {
          type: "rich_text_section",
          elements: [
            { type: "text", text: "Rich text: " },
            { type: "text", text: "bold", style: { bold: true } },
            { type: "text", text: " and " },
            { type: "text", text: "code", style: { code: true } },
            { type: "text", text: ", " },
            { type: "user", user_id: "U0BEN" },
            { type: "text", text: " in " },
            { type: "channel", channel_id: "C0GENERAL" },
            { type: "text", text: " " },
            { type: "emoji", name: "fire" },
            { type: "link", url: "https://example.org/runbook", text: "runbook" },
          ],
        },
        {
          type: "rich_text_list",
          style: "ordered",
          elements: ["Stop deposits", "Tell users"].map((text) => ({
            type: "rich_text_section" as const,
            elements: [{ type: "text" as const, text }],
          })),
        },
        { type: "rich_text_quote", elements: [{ type: "text", text: "We saw a withdrawal that nobody can explain." }] },
        { type: "rich_text_preformatted", elements: [{ type: "text", text: `cast call ${SAFE} "paused()(bool)"` }] },
      ],
    },
    {
      type: "markdown",
      text: "## Key times\n\n| what | when | who |\n|---|---:|---|\n| declared | 03:29 | Ana |\n| **paused** | 03:41 | Ben |\n\n- [x] close deposits\n- [ ] tell users",
    },
    {
      type: "table",
      rows: [
        [
          { type: "raw_text", text: "Owner" },
          { type: "raw_text", text: "Signed" },
        ],
        [
          { type: "raw_text", text: SAFE },
          { type: "raw_text", text: "yes" },
        ],
      ],
    },
    {
      type: "actions",
      block_id: "pickers",
      elements: [
        {
          type: "static_select",
          action_id: "severity",
          placeholder: plain("Severity"),
          options: ["critical", "high", "low"].map((value) => ({ text: plain(value), value })),
        },
        { type: "users_select", action_id: "assignee", placeholder: plain("Assign to…") },
        { type: "datepicker", action_id: "day", initial_date: "2026-11-21" },
        { type: "timepicker", action_id: "time", initial_time: "03:29" },
      ],
    },
    {
      type: "section",
      text: mrkdwn("Who has looked at it?"),
      accessory: {
        type: "checkboxes",
        action_id: "looked",
        options: [
          { text: mrkdwn("*Ana*"), value: "ana" },
          { text: plain("Ben"), value: "ben" },
        ],
      },
    },
    {
      type: "video",
      video_url: "https://example.org/v",
      thumbnail_url: "https://example.org/t.png",
      alt_text: "v",
      title: plain("v"),
    },
  ];
}

function declareForm(): ModalView {
  return {
    type: "modal",
    callback_id: "declare",
    title: plain("Declare an incident"),
    submit: plain("Declare"),
    close: plain("Cancel"),
    blocks: [
      { type: "section", text: mrkdwn("A private room is opened, and the on-call people are invited.") },
      {
        type: "input",
        block_id: "title",
        label: plain("What is happening?"),
        element: {
          type: "plain_text_input",
          action_id: "title",
          max_length: 80,
          placeholder: plain("Vault-USDC is being drained"),
        },
      },
      {
        type: "input",
        block_id: "severity",
        label: plain("Severity"),
        hint: plain("Critical invites the signers."),
        element: {
          type: "static_select",
          action_id: "severity",
          options: ["critical", "high", "medium"].map((value) => ({ text: plain(value), value })),
        },
      },
      {
        type: "input",
        block_id: "people",
        optional: true,
        label: plain("Whom else to invite"),
        element: { type: "multi_users_select", action_id: "people", placeholder: plain("Add people") },
      },
      {
        type: "input",
        block_id: "runbook",
        optional: true,
        label: plain("Playbook"),
        element: {
          type: "external_select",
          action_id: "runbook",
          min_query_length: 1,
          placeholder: plain("Type to search"),
        },
      },
      {
        type: "input",
        block_id: "visible",
        label: plain("Who may know"),
        element: {
          type: "radio_buttons",
          action_id: "visible",
          initial_option: { text: plain("The room only"), value: "room" },
          options: [
            { text: plain("The room only"), value: "room" },
            { text: plain("Everybody"), value: "all", description: plain("Posts in #general as well") },
          ],
        },
      },
      {
        type: "input",
        block_id: "notes",
        optional: true,
        label: plain("What we know so far"),
        element: { type: "plain_text_input", action_id: "notes", multiline: true },
      },
    ],
  };
}
