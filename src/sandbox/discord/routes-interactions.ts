import { fail } from "./errors.ts";
import type { Interaction } from "./interactions.ts";
import { EPHEMERAL, LOADING, type Message } from "./model.ts";
import type { Asked, RouteTable } from "./routes.ts";
import { messageShape, stamp, userShape } from "./shapes.ts";
import type { World } from "./world.ts";
import { editMessage } from "./writing.ts";

/** Interactions and their webhooks: whoever knows the token may use them. */
export const interactionRoutes: RouteTable = {
  "POST /interactions/:id/:token/callback": ({ scene, params, query, incoming }) => {
    const { world, interactions } = scene;
    const { interaction, message } = interactions.callback(params.id ?? "", params.token ?? "", incoming);
    if (query.get("with_response") !== "true") return undefined;
    const { id, type, answered, ephemeral, originalId } = interaction;
    const loading = answered === 5;
    const shown = loading ? thinking(world, interaction) : message && messageShape(world, message);
    return {
      interaction: {
        id,
        type,
        ...((loading || originalId !== undefined) && { response_message_id: originalId ?? id }),
        response_message_loading: loading,
        response_message_ephemeral: ephemeral,
      },
      resource: { type: answered, ...(shown && { message: shown }) },
    };
  },
  "POST /webhooks/:application/:token": (asked) =>
    messageShape(asked.scene.world, asked.scene.interactions.followUp(live(asked), asked.incoming)),
  "GET /webhooks/:application/:token/messages/@original": (asked) => {
    const { world } = asked.scene;
    const interaction = live(asked);
    if (isThinking(interaction)) return thinking(world, interaction);
    return messageShape(world, written(asked, interaction.originalId));
  },
  "PATCH /webhooks/:application/:token/messages/@original": (asked) =>
    messageShape(asked.scene.world, asked.scene.interactions.editOriginal(live(asked), asked.incoming)),
  "DELETE /webhooks/:application/:token/messages/@original": (asked) => {
    const interaction = live(asked);
    if (!isThinking(interaction)) return remove(asked, interaction.originalId);
    // What was only thought about is gone: there is nothing any more that could be filled.
    interaction.originalId = "";
    return undefined;
  },
  "GET /webhooks/:application/:token/messages/:message": (asked) => {
    live(asked);
    return messageShape(asked.scene.world, written(asked, asked.params.message));
  },
  "PATCH /webhooks/:application/:token/messages/:message": (asked) => {
    live(asked);
    return messageShape(
      asked.scene.world,
      editMessage(asked.scene.world, written(asked, asked.params.message), asked.incoming),
    );
  },
  "DELETE /webhooks/:application/:token/messages/:message": (asked) => {
    live(asked);
    return remove(asked, asked.params.message);
  },
};

function live({ scene, params }: Asked): Interaction {
  if (params.application !== scene.world.applicationId) throw fail.unknownWebhook();
  return scene.interactions.byToken(params.token ?? "");
}

function isThinking({ answered, originalId }: Interaction): boolean {
  return answered === 5 && originalId === undefined;
}

/** "is thinking…": what stands in a channel between a deferred answer and the answer. */
function thinking(world: World, { id, type, name, userId, channelId, at, ephemeral }: Interaction): object {
  const bot = world.people.get(world.botId);
  const person = world.people.get(userId);
  return {
    id,
    type: 20,
    channel_id: channelId,
    author: bot ? userShape(bot) : {},
    content: "",
    embeds: [],
    components: [],
    attachments: [],
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    pinned: false,
    tts: false,
    timestamp: stamp(at),
    edited_timestamp: null,
    flags: LOADING | (ephemeral ? EPHEMERAL : 0),
    application_id: world.applicationId,
    webhook_id: world.applicationId,
    interaction_metadata: {
      id,
      type,
      user: person ? userShape(person) : {},
      authorizing_integration_owners: { "0": world.guild.id },
      ...(name !== undefined && { name }),
    },
  };
}

/** A message of this interaction's own: its answer, a follow-up, or the one that bears the component. */
function written({ scene, params }: Asked, wanted: string | undefined): Message {
  const { channelId, id, originalId } = scene.interactions.byToken(params.token ?? "");
  const message = scene.world.channels.get(channelId)?.messages.get(wanted ?? "");
  if (message === undefined || (message.interaction?.id !== id && message.id !== originalId))
    throw fail.unknownMessage();
  return message;
}

function remove(asked: Asked, id: string | undefined): undefined {
  const { world } = asked.scene;
  const message = written(asked, id);
  const channel = world.channels.get(message.channelId);
  channel?.messages.delete(message.id);
  if (channel) channel.pins = channel.pins.filter((pinned) => pinned !== message.id);
  world.emit({ type: "message_deleted", message });
  return undefined;
}
