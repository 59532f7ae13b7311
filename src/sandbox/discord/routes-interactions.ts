import { fail } from "./errors.ts";
import type { Asked, RouteTable } from "./routes.ts";
import { messageShape } from "./shapes.ts";
import { editMessage } from "./writing.ts";

/** Interactions and their webhooks: whoever knows the token may use them. */
export const interactionRoutes: RouteTable = {
  "POST /interactions/:id/:token/callback": ({ scene, params, query, incoming }) => {
    const { interaction, message } = scene.interactions.callback(params.id ?? "", params.token ?? "", incoming);
    if (query.get("with_response") !== "true") return undefined;
    return {
      interaction: {
        id: interaction.id,
        type: interaction.type,
        ...(interaction.originalId !== undefined && { response_message_id: interaction.originalId }),
        response_message_loading: interaction.answered === 5,
        response_message_ephemeral: interaction.ephemeral,
      },
      resource: { type: interaction.answered, ...(message && { message: messageShape(scene.world, message) }) },
    };
  },
  "POST /webhooks/:application/:token": (asked) =>
    messageShape(asked.scene.world, asked.scene.interactions.followUp(live(asked), asked.incoming)),
  "GET /webhooks/:application/:token/messages/@original": (asked) =>
    messageShape(asked.scene.world, written(asked, live(asked).originalId)),
  "PATCH /webhooks/:application/:token/messages/@original": (asked) =>
    messageShape(asked.scene.world, asked.scene.interactions.editOriginal(live(asked), asked.incoming)),
  "DELETE /webhooks/:application/:token/messages/@original": (asked) => remove(asked, live(asked).originalId),
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

function live({ scene, params }: Asked) {
  if (params.application !== scene.world.applicationId) throw fail.unknownWebhook();
  return scene.interactions.byToken(params.token ?? "");
}

function written({ scene, params }: Asked, id: string | undefined) {
  const { channelId } = scene.interactions.byToken(params.token ?? "");
  const message = scene.world.channels.get(channelId)?.messages.get(id ?? "");
  if (message === undefined) throw fail.unknownMessage();
  return message;
}

function remove(asked: Asked, id: string | undefined): undefined {
  const message = written(asked, id);
  asked.scene.world.channels.get(message.channelId)?.messages.delete(message.id);
  asked.scene.world.emit({ type: "message_deleted", message });
  return undefined;
}
