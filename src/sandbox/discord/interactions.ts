import { randomBytes } from "node:crypto";
import { z } from "zod";
import { errorTree, fail } from "./errors.ts";
import { ModalBody } from "./modal-body.ts";
import { type Channel, EPHEMERAL, type Message } from "./model.ts";
import { parseBody } from "./parse.ts";
import { everything, permissionsIn } from "./permissions.ts";
import { channelShape, memberShape, messageShape, userShape } from "./shapes.ts";
import type { World } from "./world.ts";
import { createMessage, editMessage, type Incoming } from "./writing.ts";

const FIRST_ANSWER_MS = 3_000;
const TOKEN_MS = 15 * 60_000;
/** After this long an interaction is forgotten, so that a long run does not grow. */
const KEPT_MS = 60 * 60_000;
export const interactionTypes = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;

export interface Interaction {
  id: string;
  token: string;
  type: number;
  userId: string;
  channelId: string;
  at: number;
  name?: string;
  /** The message that bears the component. */
  messageId?: string;
  /** The callback type of the first answer. */
  answered?: number;
  ephemeral: boolean;
  /** The answer, once there is one to look at. */
  originalId?: string;
  choices?: { name: string; value: string | number }[];
}

export interface OpenModal {
  userId: string;
  channelId: string;
  messageId?: string;
  modal: ModalBody;
}

export interface Interactions {
  live: Map<string, Interaction>;
  modals: Map<string, OpenModal>;
  /** Sends it to the bot and resolves once it was answered; `undefined` when nobody did in time. */
  send(request: {
    type: number;
    userId: string;
    channel: Channel;
    data: object;
    message?: Message;
    name?: string;
  }): Promise<Interaction | undefined>;
  /** The bot's first answer. */
  callback(id: string, token: string, incoming: Incoming): { interaction: Interaction; message?: Message };
  /** The webhook behind an interaction's token, good for fifteen minutes. */
  byToken(token: string): Interaction;
  editOriginal(interaction: Interaction, incoming: Incoming): Message;
  followUp(interaction: Interaction, incoming: Incoming): Message;
}

const Callback = z.object({ type: z.literal([4, 5, 6, 7, 8, 9]), data: z.unknown().optional() });
const Flags = z.object({ flags: z.number().default(0) }).catch({ flags: 0 });
const Choices = z.object({
  choices: z
    .array(z.looseObject({ name: z.string().min(1).max(100), value: z.union([z.string().max(100), z.number()]) }))
    .max(25),
});

export function createInteractions(world: World): Interactions {
  const live = new Map<string, Interaction>();
  const tokens = new Map<string, Interaction>();
  const waiting = new Map<string, (answered: Interaction | undefined) => void>();
  const modals = new Map<string, OpenModal>();

  function forgetOld(): void {
    for (const [id, { at, token }] of live) {
      if (world.now() - at < KEPT_MS) return;
      live.delete(id);
      tokens.delete(token);
    }
  }

  function write(interaction: Interaction, incoming: Incoming, ephemeral: boolean): Message {
    const channel = world.channels.get(interaction.channelId);
    if (channel === undefined) throw fail.unknownChannel();
    if (channel.thread?.archived === true) throw fail.archivedThread();
    const { id, type, userId, name } = interaction;
    const { flags } = Flags.parse(incoming.json);
    const message = createMessage(world, channel, incoming, {
      authorId: world.botId,
      interaction: { id, type, userId, ...(name !== undefined && { name }) },
      ...(ephemeral && { ephemeralTo: userId, flags: flags | EPHEMERAL }),
      ...(!ephemeral && { flags: flags & ~EPHEMERAL }),
    });
    return message;
  }

  function original(interaction: Interaction): Message {
    const channel = world.channels.get(interaction.channelId);
    const message = channel?.messages.get(interaction.originalId ?? "");
    if (message === undefined) throw fail.unknownMessage();
    return message;
  }

  /** Does what the first answer says. Throws where it does not fit what was asked. */
  function take(interaction: Interaction, type: number, data: unknown, files: Incoming["files"]): Message | undefined {
    const body = { json: data ?? {}, files };
    const ephemeral = (Flags.parse(data ?? {}).flags & EPHEMERAL) !== 0;
    switch (type) {
      case 4: {
        const message = write(interaction, body, ephemeral);
        interaction.ephemeral = ephemeral;
        interaction.originalId = message.id;
        return message;
      }
      case 5:
        interaction.ephemeral = ephemeral;
        return undefined;
      case 6:
        interaction.originalId = interaction.messageId ?? "";
        return undefined;
      case 7:
        interaction.originalId = interaction.messageId ?? "";
        return editMessage(world, original(interaction), body);
      case 8:
        interaction.choices = parseBody(Choices, data).choices;
        return undefined;
      default: {
        const modal = parseBody(ModalBody, data);
        const { userId, channelId, messageId } = interaction;
        modals.set(userId, { userId, channelId, modal, ...(messageId !== undefined && { messageId }) });
        return undefined;
      }
    }
  }

  return {
    live,
    modals,
    send({ type, userId, channel, data, message, name }) {
      forgetOld();
      const id = world.snowflake();
      const interaction: Interaction = {
        id,
        token: randomBytes(24).toString("hex"),
        type,
        userId,
        channelId: channel.id,
        at: world.now(),
        ephemeral: false,
        ...(name !== undefined && { name }),
        ...(message && { messageId: message.id }),
      };
      live.set(id, interaction);
      tokens.set(interaction.token, interaction);
      const done = new Promise<Interaction | undefined>((resolve) => {
        const cancel = world.clock.after(FIRST_ANSWER_MS, () => waiting.get(id)?.(undefined));
        waiting.set(id, (answered) => {
          waiting.delete(id);
          cancel();
          resolve(answered);
        });
      });
      const payload = payloadOf(world, interaction, channel, data, message);
      world.emit({ type: "interaction", payload, direct: channel.recipients.length > 0 });
      return done;
    },

    callback(id, token, incoming) {
      const interaction = live.get(id);
      if (interaction === undefined || interaction.token !== token) throw fail.unknownInteraction();
      if (interaction.answered !== undefined) throw fail.answered();
      if (world.now() - interaction.at > FIRST_ANSWER_MS) throw fail.unknownInteraction();
      const { type, data } = parseBody(Callback, incoming.json);
      fits(interaction, type);
      const message = take(interaction, type, data, incoming.files);
      interaction.answered = type;
      waiting.get(id)?.(interaction);
      return { interaction, ...(message && { message }) };
    },

    byToken(token) {
      const interaction = tokens.get(token);
      if (interaction === undefined) throw fail.unknownWebhook();
      if (world.now() - interaction.at > TOKEN_MS) throw fail.expiredToken();
      if (interaction.answered === undefined) throw fail.unknownWebhook();
      return interaction;
    },

    editOriginal(interaction, incoming) {
      if (interaction.originalId !== undefined) return editMessage(world, original(interaction), incoming);
      if (interaction.answered !== 5) throw fail.unknownMessage();
      const message = write(interaction, incoming, interaction.ephemeral);
      interaction.originalId = message.id;
      return message;
    },

    followUp(interaction, incoming) {
      // A deferred answer is filled by whatever comes first.
      if (interaction.answered === 5 && interaction.originalId === undefined)
        return this.editOriginal(interaction, incoming);
      return write(interaction, incoming, (Flags.parse(incoming.json).flags & EPHEMERAL) !== 0);
    },
  };
}

/** Which answers there are to what: choices only to an autocomplete, no form to a form, no update without a message. */
function fits({ type: asked, messageId }: Interaction, answer: number): void {
  const refuse = (message: string) => fail.invalid(errorTree([{ path: ["type"], code: "BASE_TYPE_CHOICES", message }]));
  if ((asked === interactionTypes.autocomplete) !== (answer === 8))
    throw refuse(answer === 8 ? "Only an autocomplete takes choices." : "An autocomplete takes only choices.");
  if (answer === 9 && asked === interactionTypes.modal) throw refuse("A modal can't answer a modal.");
  if ((answer === 6 || answer === 7) && messageId === undefined)
    throw refuse("Only a component's message can be updated.");
}

function payloadOf(
  world: World,
  interaction: Interaction,
  channel: Channel,
  data: object,
  message: Message | undefined,
): object {
  const person = world.people.get(interaction.userId);
  if (person === undefined) throw new Error(`Nobody has the id ${interaction.userId}.`);
  const direct = channel.recipients.length > 0;
  const permissions = (id: string) => (direct ? everything : permissionsIn(world, id, channel)).toString();
  return {
    id: interaction.id,
    application_id: world.applicationId,
    type: interaction.type,
    token: interaction.token,
    version: 1,
    channel_id: channel.id,
    channel: { ...channelShape(world, channel), permissions: permissions(person.id) },
    locale: "en-US",
    app_permissions: permissions(world.botId),
    entitlements: [],
    authorizing_integration_owners: { "0": direct ? "0" : world.guild.id },
    context: direct ? 1 : 0,
    attachment_size_limit: 10_485_760,
    ...(direct
      ? { user: userShape(person) }
      : {
          guild_id: world.guild.id,
          guild: { id: world.guild.id, locale: "en-US", features: [] },
          guild_locale: "en-US",
          member: { ...memberShape(person), permissions: permissions(person.id) },
        }),
    ...(message && { message: messageShape(world, message) }),
    data,
  };
}
