import { SLASH_COMMANDS } from "../src/chat/slash.ts";
import { sandboxPeople } from "../src/sandbox/chain/index.ts";
import { type SlackServer, startSlackServer } from "../src/sandbox/slack/server.ts";
import { ALERTS_CHANNEL, GENERAL_CHANNEL } from "../src/start-sandbox.ts";

export const PERSON = "U0NOOR";

/** The sandbox's people and channels, without its rate limits: what is measured is the bot. */
export function startBenchWorkspace(): Promise<SlackServer> {
  const people = sandboxPeople.map(({ slackId, name }) => ({ id: slackId, name, title: "" }));
  const members = people.map(({ id }) => id);
  return startSlackServer({
    rateLimits: false,
    people,
    channels: [
      { id: GENERAL_CHANNEL, name: "general", members, bot: true },
      { id: ALERTS_CHANNEL, name: "security-alerts", members, bot: true },
    ],
    commands: SLASH_COMMANDS.map(({ command, description, usageHint }) => ({ command, description, usageHint })),
  });
}

/** A message with one button, which says `/incident list`. Resolves with the press of it by the person. */
export async function postButton(server: SlackServer): Promise<() => Promise<void>> {
  const response = await fetch(`${server.apiUrl}chat.postMessage`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.botToken}`, "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({
      channel: GENERAL_CHANNEL,
      text: "A button",
      blocks: [
        {
          type: "actions",
          block_id: "row",
          elements: [{ type: "button", action_id: "incident list", text: { type: "plain_text", text: "List" } }],
        },
      ],
    }),
  });
  const { ts } = (await response.json()) as { ts: string };
  const press = { do: "press", channel: GENERAL_CHANNEL, ts, blockId: "row", actionId: "incident list" } as const;
  return async () => acknowledged(await server.client.act(PERSON, press));
}

/** Types a line and resolves when the bot has acknowledged it. */
export async function type(server: SlackServer, text: string, channel = GENERAL_CHANNEL): Promise<void> {
  acknowledged(await server.client.act(PERSON, { do: "send", channel, text }));
}

function acknowledged({ ok }: { ok: boolean }): void {
  if (!ok) throw new Error("An act was not acknowledged.");
}
