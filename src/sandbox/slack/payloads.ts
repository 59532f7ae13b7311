/** The parts that payloads of interactions share. */
import { type Fields, isFields } from "./json.ts";
import type { Room, StoredMessage } from "./model.ts";
import { handleOf, messageShape } from "./shapes.ts";
import type { Triggers } from "./triggers.ts";
import { personOf, type Workspace } from "./workspace.ts";

/** Who, where and in which app; with a trigger that the bot may spend. */
export function envelope(workspace: Workspace, triggers: Triggers, as: string, type: string, viewId?: string): Fields {
  const { team, app } = workspace;
  const handle = handleOf(personOf(workspace, as));
  return {
    type,
    user: { id: as, username: handle, name: handle, team_id: team.id },
    api_app_id: app.id,
    token: "sandbox",
    trigger_id: triggers.issue(as, viewId),
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** Where a message is. An ephemeral one is not passed along: the bot must know what it said. */
export function messageContext(workspace: Workspace, room: Room, message: StoredMessage): Fields {
  const isEphemeral = message.ephemeralTo !== undefined;
  return {
    container: {
      type: "message",
      message_ts: message.ts,
      channel_id: room.id,
      is_ephemeral: isEphemeral,
      ...(message.threadTs && { thread_ts: message.threadTs }),
    },
    channel: { id: room.id, name: payloadName(room) },
    ...(!isEphemeral && { message: messageShape(workspace, message) }),
  };
}

/** Payloads do not tell the names of private conversations. */
export function payloadName(room: Room): string {
  return { public: room.name, private: "privategroup", im: "directmessage" }[room.kind];
}

/** The options of an answer to `block_suggestion`, groups opened up. */
export function suggestedOptions(payload: unknown): { text: { type: "plain_text"; text: string }; value: string }[] {
  if (!isFields(payload)) return [];
  const groups = Array.isArray(payload.option_groups) ? payload.option_groups : [payload];
  return groups.flatMap((group: unknown) => {
    const options: unknown[] = isFields(group) && Array.isArray(group.options) ? group.options : [];
    return options.flatMap((option) => {
      if (!isFields(option) || !isFields(option.text)) return [];
      const { value } = option;
      const { text } = option.text;
      if (typeof value !== "string" || typeof text !== "string") return [];
      return [{ text: { type: "plain_text" as const, text }, value }];
    });
  });
}
