import type { ActResult } from "./client-api.ts";
import { SlackError } from "./errors.ts";
import type { Acting } from "./interactions.ts";
import { payloadName } from "./payloads.ts";
import { isMessageBody } from "./response-urls.ts";
import { handleOf } from "./shapes.ts";
import { canSee, personOf, roomOf } from "./workspace.ts";

/** A line that begins with a slash: to the bot if it is one of its commands, else Slack's own words about it. */
export async function runSlash(
  acting: Acting,
  as: string,
  at: { channel: string; text: string; threadTs?: string },
): Promise<ActResult> {
  const { workspace, road, triggers, responseUrls } = acting;
  const room = roomOf(workspace, at.channel);
  if (!canSee(room, as)) throw new SlackError("channel_not_found");
  const [, name = "", typed = ""] = /^(\/\S*)\s*([\s\S]*)$/.exec(at.text) ?? [];
  const say = (text: string): ActResult => {
    workspace.emit({ type: "notice", user: as, channel: room.id, text });
    return { ok: false, error: text };
  };
  const command = workspace.commands.find((each) => each.command === name);
  if (!command) return say(unknownCommand(name));
  if (at.threadTs !== undefined) return say(`${name} is not supported in threads. Sorry!`);
  const responseUrl = responseUrls.issue("commands", { channel: room.id, user: as });
  const outcome = await road.deliver("slash_commands", {
    token: "sandbox",
    team_id: workspace.team.id,
    team_domain: workspace.team.domain,
    channel_id: room.id,
    channel_name: payloadName(room),
    user_id: as,
    user_name: handleOf(personOf(workspace, as)),
    command: name,
    text: command.shouldEscape ? acting.compose(typed, "command") : typed,
    api_app_id: workspace.app.id,
    is_enterprise_install: "false",
    response_url: responseUrl,
    trigger_id: triggers.issue(as),
  });
  switch (outcome.kind) {
    case "acked": {
      const payload = typeof outcome.payload === "string" ? { text: outcome.payload } : outcome.payload;
      if (isMessageBody(payload)) acting.checked("slash ack", payload, () => responseUrls.reply(responseUrl, payload));
      return { ok: true };
    }
    case "timeout":
      return say(`${name} failed with the error "operation_timeout"`);
    case "unreachable":
    case "http_error":
      return say(`${name} failed with the error "dispatch_failed"`);
    default:
      return outcome satisfies never;
  }
}

function unknownCommand(name: string): string {
  return (
    `${name} is not a valid command. In Slack, all messages that start with the "/" character are interpreted as ` +
    'slash commands. If you are trying to send a message and not run a command, try preceding the "/" with an empty space.'
  );
}
