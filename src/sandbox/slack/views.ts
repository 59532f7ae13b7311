import { randomBytes } from "node:crypto";
import type { HomeView, ModalView, View } from "@slack/types";
import { withIds } from "./blocks.ts";
import { SlackError } from "./errors.ts";
import type { Fields } from "./json.ts";
import type { LiveView } from "./model.ts";
import { newId, type Workspace } from "./workspace.ts";

/** Modals that can lie on top of each other. */
export const VIEW_DEPTH_MAX = 3;

/** Opens a modal as the person's only one. Throws `duplicate_external_id`. */
export function openView(workspace: Workspace, user: string, modal: ModalView): LiveView {
  const id = newId("V");
  const view: LiveView = { ...prepare(workspace, modal), id, hash: newHash(workspace), rootViewId: id };
  setStack(workspace, user, [view]);
  return view;
}

/** Lays a modal on top of the person's open ones. Throws `push_limit_reached`, `view_not_found`. */
export function pushView(workspace: Workspace, user: string, modal: ModalView): LiveView {
  const stack = workspace.views.get(user) ?? [];
  const top = stack.at(-1);
  if (!top) throw new SlackError("view_not_found");
  if (stack.length >= VIEW_DEPTH_MAX) throw new SlackError("push_limit_reached");
  const view: LiveView = {
    ...prepare(workspace, modal),
    id: newId("V"),
    hash: newHash(workspace),
    rootViewId: top.rootViewId,
    previousViewId: top.id,
  };
  setStack(workspace, user, [...stack, view]);
  return view;
}

/** Puts new content into an open modal; its hash changes. Throws `not_found`. */
export function updateView(workspace: Workspace, id: string, modal: ModalView): LiveView {
  const { user, view } = findView(workspace, { id });
  const { rootViewId, previousViewId } = view;
  const changed: LiveView = {
    ...prepare(workspace, modal, id),
    id,
    hash: newHash(workspace),
    rootViewId,
    ...(previousViewId !== undefined && { previousViewId }),
  };
  const stack = workspace.views.get(user) ?? [];
  setStack(
    workspace,
    user,
    stack.map((each) => (each.id === id ? changed : each)),
  );
  return changed;
}

/** Closes one modal and what lies on top of it, or all of the person's. */
export function closeView(workspace: Workspace, user: string, id: string | "all"): LiveView[] {
  const stack = workspace.views.get(user) ?? [];
  const from = id === "all" ? 0 : stack.findIndex((view) => view.id === id);
  if (from < 0) throw new SlackError("not_found");
  setStack(workspace, user, stack.slice(0, from));
  return stack.slice(from);
}

/** Throws `not_found`: a modal that its person has closed is gone. */
export function findView(
  workspace: Workspace,
  by: { id?: string; externalId?: string },
): { user: string; view: LiveView } {
  for (const [user, stack] of workspace.views) {
    for (const view of stack) {
      if (by.id !== undefined ? view.id === by.id : view.external_id === by.externalId) return { user, view };
    }
  }
  throw new SlackError("not_found");
}

export function publishHome(workspace: Workspace, user: string, home: HomeView): Fields {
  const id = workspace.homes.get(user)?.id ?? newId("V");
  const view = { ...home, blocks: withIds(home.blocks), id, hash: newHash(workspace) };
  workspace.homes.set(user, view);
  workspace.emit({ type: "home_published", user, view });
  return viewShape(workspace, { ...view, rootViewId: id });
}

/** A view as the Web API and the payloads show it. `values` is the state of its inputs. */
export function viewShape(
  workspace: Workspace,
  view: View & { id: string; hash: string; rootViewId: string; previousViewId?: string },
  values: Fields = {},
): Fields {
  const { rootViewId, previousViewId, ...content } = view;
  const modal = view.type === "modal" ? view : undefined;
  return {
    team_id: workspace.team.id,
    ...content,
    private_metadata: view.private_metadata ?? "",
    callback_id: view.callback_id ?? "",
    external_id: view.external_id ?? "",
    state: { values },
    title: modal?.title ?? { type: "plain_text", text: "View Title", emoji: true },
    close: modal?.close ?? null,
    submit: modal?.submit ?? null,
    clear_on_close: modal?.clear_on_close ?? false,
    notify_on_close: modal?.notify_on_close ?? false,
    previous_view_id: previousViewId ?? null,
    root_view_id: rootViewId,
    app_id: workspace.app.id,
    bot_id: workspace.app.botId,
    app_installed_team_id: workspace.team.id,
  };
}

function prepare(workspace: Workspace, modal: ModalView, updating?: string): ModalView {
  for (const view of [...workspace.views.values()].flat()) {
    if (modal.external_id && view.external_id === modal.external_id && view.id !== updating) {
      throw new SlackError("duplicate_external_id");
    }
  }
  return { ...modal, blocks: withIds(modal.blocks) };
}

function setStack(workspace: Workspace, user: string, stack: LiveView[]): void {
  workspace.views.set(user, stack);
  workspace.emit({ type: "views_changed", user });
}

function newHash(workspace: Workspace): string {
  return `${Math.floor(workspace.clock.now() / 1000)}.${randomBytes(4).toString("hex")}`;
}
