import { findElement } from "./blocks.ts";
import type { ActResult, ViewState } from "./client-api.ts";
import type { Road } from "./delivery.ts";
import { actionOf, ImpossibleAct, stateAfter, stateOf } from "./elements.ts";
import { payloadError, SlackError } from "./errors.ts";
import type { Fields } from "./json.ts";
import type { Room, StoredMessage } from "./model.ts";
import { envelope, messageContext, suggestedOptions } from "./payloads.ts";
import type { ResponseUrls } from "./response-urls.ts";
import { messageShape } from "./shapes.ts";
import type { Outcome } from "./traffic.ts";
import type { Triggers } from "./triggers.ts";
import type { Validator } from "./validate.ts";
import { findView, viewShape } from "./views.ts";
import { canSee, roomOf, type Workspace } from "./workspace.ts";

/** What acts need: the workspace, the way to the bot, and what they entitle it to. */
export interface Acting {
  workspace: Workspace;
  road: Road;
  validator: Validator;
  triggers: Triggers;
  responseUrls: ResponseUrls;
  /** Runs what the bot asked for; a malformed payload becomes a problem on the list, and undefined. */
  checked<T>(what: string, payload: Fields, run: () => T): T | undefined;
  /** Typed text as Slack sends it on: escaped, with mentions and links marked up. */
  compose(typed: string, use: "message" | "command"): string;
}

/** What a person sees when an app does not answer a press. */
export const NO_ANSWER = "Oh no, something went wrong. Please try that again.";

export interface Press {
  blockId: string;
  actionId: string;
  state?: ViewState;
  selected?: unknown;
}

/** A press on an element of a message, ephemeral ones included. */
export async function pressMessage(
  acting: Acting,
  as: string,
  at: { channel: string; ts: string },
  press: Press,
): Promise<ActResult> {
  const { workspace, triggers, responseUrls } = acting;
  const { room, message } = shownMessage(workspace, as, at);
  const parts = pressed(workspace, message.blocks, press);
  const payload = {
    ...envelope(workspace, triggers, as, "block_actions"),
    ...messageContext(workspace, room, message),
    response_url: responseUrls.issue("actions", responsePlace(message, as)),
    ...parts,
  };
  const outcome = await acting.road.deliver("interactive", payload);
  if (outcome.kind !== "acked") workspace.emit({ type: "notice", user: as, channel: room.id, text: NO_ANSWER });
  return answered(outcome);
}

/** A press inside a modal, or with `viewId` "home" on the App Home. */
export async function pressView(acting: Acting, as: string, viewId: string, press: Press): Promise<ActResult> {
  const { workspace, triggers } = acting;
  const view = viewId === "home" ? homeOf(workspace, as) : findView(workspace, { id: viewId }).view;
  const { actions, state } = pressed(workspace, view.blocks, press);
  const outcome = await acting.road.deliver("interactive", {
    ...envelope(workspace, triggers, as, "block_actions", view.type === "modal" ? view.id : undefined),
    container: { type: "view", view_id: view.id },
    view: viewShape(workspace, view, state.values),
    actions,
  });
  return answered(outcome);
}

/** A message shortcut, when there is a message, or a global one. */
export async function runShortcut(
  acting: Acting,
  as: string,
  callbackId: string,
  at?: { channel: string; ts: string },
): Promise<ActResult> {
  const { workspace, triggers, responseUrls, road } = acting;
  const type = at ? "message" : "global";
  if (!workspace.shortcuts.some((each) => each.callbackId === callbackId && each.type === type)) {
    throw new ImpossibleAct(`There is no ${type} shortcut ${callbackId}.`);
  }
  const common = { callback_id: callbackId, action_ts: workspace.nextTs() };
  if (!at) {
    return answered(await road.deliver("interactive", { ...envelope(workspace, triggers, as, "shortcut"), ...common }));
  }
  const { room, message } = shownMessage(workspace, as, at);
  const { channel } = messageContext(workspace, room, message);
  const outcome = await road.deliver("interactive", {
    ...envelope(workspace, triggers, as, "message_action"),
    ...common,
    channel,
    message_ts: message.ts,
    message: messageShape(workspace, message),
    response_url: responseUrls.issue("actions", responsePlace(message, as)),
  });
  return answered(outcome);
}

/** Asks the bot for the options of an external select. Empty when it does not answer, as in the client. */
export async function suggest(
  acting: Acting,
  as: string,
  at: { viewId?: string; channel?: string; ts?: string; blockId: string; actionId: string; typed: string },
): Promise<ReturnType<typeof suggestedOptions>> {
  const { workspace, triggers } = acting;
  const { trigger_id: _none, ...common } = envelope(workspace, triggers, as, "block_suggestion");
  const outcome = await acting.road.deliver("interactive", {
    ...common,
    ...suggestionContext(workspace, as, at),
    block_id: at.blockId,
    action_id: at.actionId,
    value: at.typed,
  });
  const options = outcome.kind === "acked" ? suggestedOptions(outcome.payload) : [];
  const outsize = options.find(({ text, value }) => text.text.length > 75 || value.length > 75);
  if (options.length > 100 || outsize) {
    acting.checked("block_suggestion ack", { options }, () => {
      throw payloadError("invalid_options", ["[ERROR] no more than 100 options of 75 characters"]);
    });
  }
  return options;
}

/** The message as this person has it before them. */
export function shownMessage(
  workspace: Workspace,
  as: string,
  at: { channel: string; ts: string },
): { room: Room; message: StoredMessage } {
  const room = roomOf(workspace, at.channel);
  if (!canSee(room, as)) throw new SlackError("channel_not_found");
  const ephemeral = room.ephemerals.get(at.ts);
  const message = ephemeral?.ephemeralTo === as ? ephemeral : room.messages.get(at.ts);
  if (!message) throw new ImpossibleAct(`There is no message ${at.ts} in ${at.channel} for ${as}.`);
  return { room, message };
}

function responsePlace(message: StoredMessage, as: string) {
  const { channel, ts, threadTs } = message;
  return { channel, ts, user: as, ...(threadTs !== undefined && { threadTs }) };
}

function pressed(
  workspace: Workspace,
  blocks: unknown,
  press: Press,
): { actions: Fields[]; state: { values: ViewState } } {
  const placed = findElement(blocks, press.blockId, press.actionId);
  if (!placed) throw new ImpossibleAct(`There is nothing to press at ${press.blockId}/${press.actionId}.`);
  const values = stateOf(blocks, stateAfter(placed, press.state, press.selected));
  return { actions: [actionOf(placed, values, press.selected, workspace.nextTs())], state: { values } };
}

function suggestionContext(
  workspace: Workspace,
  as: string,
  at: { viewId?: string; channel?: string; ts?: string },
): Fields {
  if (at.channel !== undefined && at.ts !== undefined) {
    const { room, message } = shownMessage(workspace, as, { channel: at.channel, ts: at.ts });
    return messageContext(workspace, room, message);
  }
  const view = at.viewId === "home" ? homeOf(workspace, as) : findView(workspace, { id: at.viewId ?? "" }).view;
  return { container: { type: "view", view_id: view.id }, view: viewShape(workspace, view, stateOf(view.blocks)) };
}

function homeOf(workspace: Workspace, as: string) {
  const home = workspace.homes.get(as);
  if (!home) throw new ImpossibleAct("The app has published no home for this person.");
  return { ...home, rootViewId: home.id };
}

function answered(outcome: Outcome): ActResult {
  return outcome.kind === "acked" ? { ok: true } : { ok: false, error: NO_ANSWER };
}
