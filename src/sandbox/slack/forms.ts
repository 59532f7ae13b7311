import type { ActResult, ViewState } from "./client-api.ts";
import { mistakesIn, stateOf } from "./elements.ts";
import { payloadError } from "./errors.ts";
import type { Acting } from "./interactions.ts";
import { type Fields, isFields } from "./json.ts";
import type { LiveView } from "./model.ts";
import { envelope } from "./payloads.ts";
import { closeView, findView, pushView, updateView, viewShape } from "./views.ts";
import { personOf } from "./workspace.ts";

/** What a modal says when the app does not answer a submission. */
export const FORM_NO_ANSWER = "We had some trouble connecting. Try again?";

/** Submits a modal, and does what the bot's acknowledgement asks for: errors, another view, or closing. */
export async function submitView(acting: Acting, as: string, viewId: string, filled: ViewState): Promise<ActResult> {
  const { workspace, triggers, responseUrls } = acting;
  const { view } = findView(workspace, { id: viewId });
  const values = stateOf(view.blocks, filled);
  const mistakes = mistakesIn(view.blocks, values);
  if (Object.keys(mistakes).length > 0) {
    return { ok: false, error: "Please complete this required field.", errors: mistakes };
  }
  const outcome = await acting.road.deliver("interactive", {
    ...envelope(workspace, triggers, as, "view_submission", view.id),
    view: viewShape(workspace, view, values),
    response_urls: responseTargets(view, values).map(({ channel, ...at }) => ({
      ...at,
      channel_id: channel,
      response_url: responseUrls.issue("actions", { channel, user: as }),
    })),
  });
  if (outcome.kind !== "acked") return { ok: false, error: FORM_NO_ANSWER };
  const answer = isFields(outcome.payload) ? outcome.payload : {};
  const result = acting.checked("view_submission ack", answer, () => obey(acting, as, view, answer));
  return result ?? { ok: false, error: FORM_NO_ANSWER };
}

/** Closes a modal by hand. The bot hears of it only if the view asked for that. */
export async function dismissView(acting: Acting, as: string, viewId: string): Promise<ActResult> {
  const { workspace, triggers } = acting;
  const { view } = findView(workspace, { id: viewId });
  const isCleared = view.type === "modal" && view.clear_on_close === true;
  const closed = closeView(workspace, as, isCleared ? "all" : viewId);
  for (const each of closed.reverse()) {
    if (each.type !== "modal" || each.notify_on_close !== true) continue;
    const { trigger_id: _none, ...common } = envelope(workspace, triggers, as, "view_closed");
    const payload = { ...common, view: viewShape(workspace, each), is_cleared: isCleared };
    await acting.road.deliver("interactive", payload);
  }
  return { ok: true };
}

function obey(acting: Acting, as: string, view: LiveView, answer: Fields): ActResult {
  const { workspace, validator } = acting;
  switch (answer.response_action) {
    case undefined:
      // An update that the bot made while it was being submitted does not keep the modal open.
      if (isOpen(acting, as, view.id)) closeView(workspace, as, view.id);
      return { ok: true };
    case "clear":
      closeView(workspace, as, "all");
      return { ok: true };
    case "errors":
      return { ok: false, error: "Some fields need another look.", errors: errorsFor(view, answer.errors) };
    case "update":
      updateView(workspace, view.id, validator.modal(answer.view));
      return { ok: true };
    case "push":
      pushView(workspace, as, validator.modal(answer.view));
      return { ok: true };
    default:
      throw payloadError("invalid_response_action", [`[ERROR] unknown response_action: ${answer.response_action}`]);
  }
}

function isOpen({ workspace }: Acting, as: string, id: string): boolean {
  return (workspace.views.get(personOf(workspace, as).id) ?? []).some((view) => view.id === id);
}

/** Errors stand under input blocks; under anything else Slack shows only that there was trouble. */
function errorsFor(view: LiveView, errors: unknown): Record<string, string> {
  const inputs = new Set(view.blocks.flatMap(({ type, block_id }) => (type === "input" && block_id ? [block_id] : [])));
  const entries = isFields(errors) ? Object.entries(errors) : [];
  const wrong = entries.filter(([blockId, text]) => !inputs.has(blockId) || typeof text !== "string" || text === "");
  if (entries.length === 0 || wrong.length > 0) {
    throw payloadError("invalid_errors", [
      `[ERROR] errors must name input blocks: ${wrong.map(([blockId]) => blockId).join(", ") || "none given"}`,
    ]);
  }
  return Object.fromEntries(entries.map(([blockId, text]) => [blockId, String(text)]));
}

/** Conversations that a person chose in an element with `response_url_enabled`. */
function responseTargets(
  view: LiveView,
  values: ViewState,
): { block_id: string; action_id: string; channel: string }[] {
  return view.blocks.flatMap((block) => {
    if (block.type !== "input" || !("element" in block) || !isFields(block.element)) return [];
    const { response_url_enabled, action_id } = block.element;
    if (response_url_enabled !== true || typeof action_id !== "string" || !block.block_id) return [];
    const state = values[block.block_id]?.[action_id];
    const channel = state?.selected_conversation ?? state?.selected_channel;
    return typeof channel === "string" ? [{ block_id: block.block_id, action_id, channel }] : [];
  });
}
