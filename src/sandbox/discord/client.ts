import { flatten } from "./components.ts";
import { type Interaction, interactionTypes, type OpenModal } from "./interactions.ts";
import { type Channel, channelTypes, type Message } from "./model.ts";
import { bits, may } from "./permissions.ts";
import { react } from "./routes-messages.ts";
import type { Scene } from "./scene.ts";
import { memberShape, messageShape, userShape } from "./shapes.ts";
import { commandData } from "./slash.ts";
import { addMessage, directChannel } from "./world.ts";

/** What a person does, as in Discord's own app. Channels and messages by id. */
export type Act =
  | { do: "send"; channel: string; text: string }
  /** `command` with its subcommand: `incident declare`. A person, as an option's value, by id. */
  | { do: "slash"; channel: string; command: string; options?: Record<string, string | number | boolean> }
  | { do: "complete"; channel: string; command: string; options?: Record<string, string>; focused: string }
  | { do: "menu"; channel: string; message: string; name: string }
  | { do: "press"; channel: string; message: string; customId: string }
  | { do: "select"; channel: string; message: string; customId: string; values: string[] }
  /** Submits the open modal: values by the inputs' custom ids. */
  | { do: "submit"; values: Record<string, string | string[]> }
  | { do: "dismiss" }
  | { do: "react" | "unreact"; channel: string; message: string; emoji: string }
  | { do: "delete"; channel: string; message: string }
  | { do: "direct"; text: string }
  | { do: "closeDms"; closed: boolean };

export type ActResult =
  | { ok: true; message?: Message; choices?: { name: string; value: string | number }[] }
  | { ok: false; error: string };

const NO_ANSWER = "The application did not respond";

export interface GuildClient {
  /** Channels, threads and direct messages that a person sees, in the order in which they came. */
  channels(person: string): Channel[];
  /** Messages that a person sees in a channel, ephemeral ones of their own included. Oldest first. */
  messages(person: string, channel: string): Message[];
  /** The modal that is open for a person. */
  modal(person: string): OpenModal["modal"] | undefined;
  commands(): { name: string; type: number }[];
  act(person: string, what: Act): Promise<ActResult>;
}

export function createClient(scene: Scene): GuildClient {
  const { world, interactions } = scene;
  const sees = (person: string, channel: Channel) => may(world, person, channel, bits.viewChannel);

  function channelFor(person: string, id: string): Channel {
    const channel = world.channels.get(id);
    if (channel === undefined || !sees(person, channel)) throw new Error(`${person} sees no channel ${id}.`);
    return channel;
  }
  function messageFor(person: string, channel: Channel, id: string): Message {
    const message = channel.messages.get(id);
    if (message === undefined || (message.ephemeralTo !== undefined && message.ephemeralTo !== person)) {
      throw new Error(`${person} sees no message ${id}.`);
    }
    return message;
  }
  const outcome = (answered: Interaction | undefined): ActResult =>
    answered === undefined
      ? { ok: false, error: NO_ANSWER }
      : { ok: true, ...(answered.choices && { choices: answered.choices }) };

  async function component(person: string, channelId: string, messageId: string, customId: string, values?: string[]) {
    const channel = channelFor(person, channelId);
    const message = messageFor(person, channel, messageId);
    const found = flatten(message.components).find((one) => one.custom_id === customId) as
      | { type: number; disabled?: boolean }
      | undefined;
    if (found === undefined) return { ok: false as const, error: "This component is not on the message." };
    if (found.disabled === true) return { ok: false as const, error: "This component is disabled." };
    const resolved = values && resolvedPeople(values);
    const data = { custom_id: customId, component_type: found.type, ...(values && { values, resolved }) };
    const { component: type } = interactionTypes;
    return outcome(await interactions.send({ type, userId: person, channel, message, data }));
  }

  function resolvedPeople(ids: string[]): object {
    const found = ids.flatMap((id) => world.people.get(id) ?? []);
    return {
      users: Object.fromEntries(found.map((one) => [one.id, userShape(one)])),
      members: Object.fromEntries(found.map((one) => [one.id, { ...memberShape(one), permissions: "0" }])),
    };
  }

  async function submit(person: string, values: Record<string, string | string[]>): Promise<ActResult> {
    const open = interactions.modals.get(person);
    if (open === undefined) return { ok: false, error: "No form is open." };
    const { modal, channelId, messageId } = open;
    const missing = flatten(modal.components).find((one) => {
      const input = one as { custom_id?: string; required?: boolean; type?: number };
      const given = values[input.custom_id ?? ""];
      return input.custom_id !== undefined && input.required !== false && (given === undefined || given.length === 0);
    });
    if (missing !== undefined) return { ok: false, error: `“${missing.custom_id}” is required.` };
    interactions.modals.delete(person);
    const channel = channelFor(person, channelId);
    const message = messageId === undefined ? undefined : channel.messages.get(messageId);
    const components = modal.components.flatMap((top) => filled(top, values));
    const people = Object.values(values).flat();
    const known = people.some((id) => world.people.has(id));
    const data = { custom_id: modal.custom_id, components, ...(known && { resolved: resolvedPeople(people) }) };
    const request = { type: interactionTypes.modal, userId: person, channel, data, ...(message && { message }) };
    return outcome(await interactions.send(request));
  }

  return {
    channels: (person) => [...world.channels.values()].filter((channel) => sees(person, channel)),
    messages: (person, channel) =>
      [...channelFor(person, channel).messages.values()].filter(
        ({ ephemeralTo }) => ephemeralTo === undefined || ephemeralTo === person,
      ),
    modal: (person) => interactions.modals.get(person)?.modal,
    commands: () => [...world.commands.values()].map(({ body }) => ({ name: body.name, type: body.type })),
    async act(person, what) {
      switch (what.do) {
        case "send": {
          const channel = channelFor(person, what.channel);
          return { ok: true, message: addMessage(world, channel, { authorId: person, content: what.text }) };
        }
        case "direct":
          return {
            ok: true,
            message: addMessage(world, directChannel(world, person), { authorId: person, content: what.text }),
          };
        case "slash":
        case "complete": {
          const channel = channelFor(person, what.channel);
          const focused = what.do === "complete" ? what.focused : undefined;
          const data = commandData(world, what.command, what.options ?? {}, { focused, resolve: resolvedPeople });
          if (typeof data === "string") return { ok: false, error: data };
          const type = focused === undefined ? interactionTypes.command : interactionTypes.autocomplete;
          return outcome(await interactions.send({ type, userId: person, channel, data, name: what.command }));
        }
        case "menu": {
          const channel = channelFor(person, what.channel);
          const message = messageFor(person, channel, what.message);
          const command = [...world.commands.values()].find(({ body }) => body.type === 3 && body.name === what.name);
          if (command === undefined) return { ok: false, error: `There is no ${what.name}.` };
          const resolved = { messages: { [message.id]: messageShape(world, message) } };
          const data = {
            id: command.id,
            name: what.name,
            type: 3,
            target_id: message.id,
            resolved,
            guild_id: world.guild.id,
          };
          return outcome(
            await interactions.send({ type: interactionTypes.command, userId: person, channel, data, name: what.name }),
          );
        }
        case "press":
          return component(person, what.channel, what.message, what.customId);
        case "select":
          return component(person, what.channel, what.message, what.customId, what.values);
        case "submit":
          return submit(person, what.values);
        case "dismiss":
          interactions.modals.delete(person);
          return { ok: true };
        case "react":
        case "unreact": {
          const message = messageFor(person, channelFor(person, what.channel), what.message);
          react(world, message, person, what.emoji, what.do === "react");
          return { ok: true };
        }
        case "delete": {
          const channel = channelFor(person, what.channel);
          const message = messageFor(person, channel, what.message);
          channel.messages.delete(message.id);
          world.emit({ type: "message_deleted", message });
          return { ok: true };
        }
        case "closeDms": {
          const known = world.people.get(person);
          if (known !== undefined) known.closedDms = what.closed;
          return { ok: true };
        }
        default:
          return what satisfies never;
      }
    },
  };
}

/** A modal's components as they come back: with what was filled in, and nothing else. */
function filled(top: unknown, values: Record<string, string | string[]>): object[] {
  const { type, component, components } = top as { type: number; component?: unknown; components?: unknown[] };
  const input = (one: unknown) => {
    const { type: kind, custom_id: id } = one as { type: number; custom_id: string };
    const value = values[id];
    if (kind === 4) return { type: kind, id: 1, custom_id: id, value: typeof value === "string" ? value : "" };
    return { type: kind, id: 1, custom_id: id, values: value === undefined ? [] : [value].flat() };
  };
  if (type === 18) return [{ type, id: 1, component: input(component) }];
  if (type === 1) return [{ type, id: 1, components: (components ?? []).map(input) }];
  return [];
}

export { channelTypes };
