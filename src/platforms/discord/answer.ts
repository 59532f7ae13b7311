import { type APIModalInteractionResponseCallbackData, type AutocompleteInteraction, MessageFlags } from "discord.js";
import { encodeInvoke, INVOKE_LENGTH_MAX } from "../../chat/invoke.ts";
import type { Log } from "../../chat/log.ts";
import { type Door, type Inbound, messageOf, type Opened, type UserRef } from "../../chat/platform.ts";
import { shorten } from "../../chat/prose.ts";
import type { Form, View } from "../../chat/view.ts";
import { CODES, discordCode } from "./errors.ts";
import { renderForm, typedEquivalent } from "./form.ts";
import type { Answerable, Said } from "./inbound.ts";
import { LIMITS } from "./limits.ts";
import { placeOf, userRefOf } from "./place.ts";
import { ASK_FIRST, type Confirmations, renderMessages } from "./render.ts";

const DRAFTS_MAX = 200;

export interface Answering {
  /** Lets the door decide, answers within Discord's three seconds, then does it and shows what came of it. */
  answer(act: Answerable, said: Extract<Said, { kind: "said" }>): Promise<void>;
  /** The second step of a button that asks first, seen by whoever pressed it. */
  ask(act: Answerable, asked: Extract<Said, { kind: "ask" }>): Promise<void>;
  suggest(act: AutocompleteInteraction, guild: string): Promise<void>;
}

export function createAnswering({
  door,
  asking,
  log,
  tell,
}: {
  door: Door;
  asking: Confirmations;
  log: Log;
  /** Says it to the person directly, where Discord takes no answer any more. */
  tell: (user: UserRef, view: View) => Promise<void>;
}): Answering {
  /** What was filled into a form that came back with mistakes, by person and form: the next one begins with it. */
  const drafts = new Map<string, Record<string, string>>();

  async function answer(act: Answerable, { inbound }: Extract<Said, { kind: "said" }>): Promise<void> {
    const opened = await door.open(inbound);
    switch (opened.kind) {
      case "form":
        return openForm(act, inbound, opened.form);
      case "mistakes":
        return act.reply(ephemeral(await mistaken(inbound, opened.mistakes))).then(() => undefined);
      case "run":
        return run(act, opened);
      default:
        return opened satisfies never;
    }
  }

  /** A modal has to be the first answer, and can't follow another modal: the same can always be typed. */
  async function openForm(act: Answerable, inbound: Inbound, form: Form): Promise<void> {
    if (act.isModalSubmit()) return void (await act.reply(ephemeral(typeIt(form))));
    const modal = renderForm(form, drafts.get(draftKey(inbound.user, form.command)));
    await act.showModal(modal as unknown as APIModalInteractionResponseCallbackData);
  }

  /** Acknowledged at once; what takes time comes after. A button's own message stays as it is. */
  async function run(act: Answerable, { run: work }: Extract<Opened, { kind: "run" }>): Promise<void> {
    const onMessage = act.isButton() || (act.isModalSubmit() && act.isFromMessage());
    const inTime = await acknowledge(act, onMessage);
    const { view } = await work();
    try {
      if (!inTime) return view && (await tell(userRefOf(act.user.id), view));
      if (view === undefined) {
        if (!onMessage) await act.deleteReply();
        return;
      }
      const [first, ...more] = renderMessages(view, asking);
      if (first === undefined) return;
      const body = { components: first.components as never, flags: MessageFlags.IsComponentsV2 as const };
      if (onMessage) await act.followUp({ ...body, flags: [MessageFlags.IsComponentsV2, MessageFlags.Ephemeral] });
      else await act.editReply(body);
      for (const part of more) {
        const flags = [MessageFlags.IsComponentsV2, MessageFlags.Ephemeral] as const;
        await act.followUp({ components: part.components as never, flags: [...flags] });
      }
    } catch (error) {
      // What is done is done, even if the answer comes too late to be shown.
      log.error({ interaction: act.id, why: messageOf(error) }, "An answer could not be shown");
      if (inTime && view !== undefined && isLate(error)) await tell(userRefOf(act.user.id), view);
    }
  }

  /** Says whether Discord still waits for the answer. */
  async function acknowledge(act: Answerable, onMessage: boolean): Promise<boolean> {
    try {
      if (!onMessage) await act.deferReply({ flags: MessageFlags.Ephemeral });
      else if (act.isButton() || act.isModalSubmit()) await act.deferUpdate();
      return true;
    } catch (error) {
      const code = discordCode(error);
      if (code !== CODES.unknownInteraction && code !== CODES.answeredAlready) throw error;
      // It came too late, as after a resumed connection, or twice. The act itself is on disk, and counts.
      log.warn({ interaction: act.id, code }, "An interaction could not be acknowledged in time");
      return false;
    }
  }

  async function mistaken({ user, said }: Inbound, mistakes: Record<string, string>): Promise<View> {
    if (said.kind === "line") throw new Error("A typed line has no form to correct.");
    remember(drafts, draftKey(user, said.command), said.input);
    const known = Object.fromEntries(Object.entries(said.input).filter(([, value]) => value.length <= 20));
    const fits = encodedLength(said.command, known) <= INVOKE_LENGTH_MAX;
    return {
      tone: "warning",
      title: `/${said.command} was not done`,
      body: [{ kind: "fields", fields: Object.entries(mistakes).map(([label, value]) => ({ label, value })) }],
      buttons: [
        { label: "Correct it…", command: said.command, input: fits ? carriedOf(said.input) : {}, style: "primary" },
      ],
    };
  }

  return {
    answer,

    async ask(act, { id, label }) {
      const confirm = asking.get(id);
      const invoke = id.slice(ASK_FIRST.length);
      const [command = "", query = ""] = invoke.split("?");
      const view: View = {
        tone: "warning",
        title: confirm?.title ?? `${label}?`,
        body: [{ kind: "text", text: confirm?.text ?? "Press once more to do it." }],
        buttons: [
          {
            label: confirm?.yes ?? label,
            command,
            input: Object.fromEntries(new URLSearchParams(query)),
            style: "danger",
          },
        ],
      };
      await act.reply(ephemeral(view));
    },

    async suggest(act, guild) {
      const { name, value } = act.options.getFocused(true);
      const command = [act.commandName, act.options.getSubcommand(false)].filter((part) => part !== null).join(" ");
      const thread =
        act.channel?.isThread() === true && act.channel.parentId !== null ? act.channel.parentId : undefined;
      const found = await door.suggest({
        user: userRefOf(act.user.id),
        where: placeOf({ guild, channel: thread ?? act.channelId }),
        command,
        field: name,
        typed: String(value),
      });
      const choices = found
        .slice(0, LIMITS.choices)
        .map((one) => ({ name: shorten(one.label, LIMITS.optionLabel), value: one.value }));
      await act.respond(choices.filter((choice) => choice.value.length <= LIMITS.optionLabel));
    },
  };

  function ephemeral(view: View) {
    const [first] = renderMessages(view, asking);
    const flags: (MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral)[] = [
      MessageFlags.IsComponentsV2,
      MessageFlags.Ephemeral,
    ];
    return { components: (first?.components ?? []) as never, flags };
  }
}

/** The fifteen minutes are over in which Discord takes answers. */
function isLate(error: unknown): boolean {
  const code = discordCode(error);
  return code === CODES.expiredToken || code === CODES.unknownWebhook;
}

function draftKey(user: string, command: string): string {
  return `${user} ${command}`;
}

/** Ids that a form carries, and not what was filled in: those are short and have no spaces. */
function carriedOf(input: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => /^[A-Z]{1,4}-\d{4,}$/.test(value)));
}

function encodedLength(command: string, input: Record<string, string>): number {
  try {
    return encodeInvoke({ command, input }).length;
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

function typeIt(form: Form): View {
  return {
    tone: "warning",
    title: "More is needed",
    body: [
      { kind: "text", text: "A form can't open another one here. Type it instead:" },
      { kind: "code", code: typedEquivalent(form) },
    ],
    buttons: [],
  };
}

function remember(drafts: Map<string, Record<string, string>>, key: string, input: Record<string, string>): void {
  drafts.set(key, input);
  const [oldest] = drafts.keys();
  if (drafts.size > DRAFTS_MAX && oldest !== undefined) drafts.delete(oldest);
}
