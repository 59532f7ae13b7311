import { z } from "zod";
import { payloadError, SlackError } from "../errors.ts";
import { isFields } from "../json.ts";
import { findView, openView, publishHome, pushView, updateView, viewShape } from "../views.ts";
import { personOf } from "../workspace.ts";
import { json, type Method, method } from "./method.ts";

/** Modals and the App Home. */
export const viewMethods: Record<string, Method> = {
  "views.open": method({
    tier: "tier4",
    args: z.object({ trigger_id: z.string(), view: json }),
    run(call, { trigger_id, view }) {
      // A malformed view is refused before the trigger is spent.
      const modal = call.validator.modal(view);
      const { user } = call.triggers.spend(trigger_id);
      return { view: viewShape(call.workspace, openView(call.workspace, user, modal)) };
    },
  }),

  "views.push": method({
    tier: "tier4",
    args: z.object({ trigger_id: z.string(), view: json }),
    run(call, { trigger_id, view }) {
      const modal = call.validator.modal(view);
      const { user, viewId } = call.triggers.spend(trigger_id);
      // Only what happened inside a modal can put another on top of it.
      if (viewId === undefined) throw new SlackError("invalid_trigger_id");
      return { view: viewShape(call.workspace, pushView(call.workspace, user, modal)) };
    },
  }),

  "views.update": method({
    tier: "tier4",
    args: z.object({
      view_id: z.string().optional(),
      external_id: z.string().optional(),
      hash: z.string().optional(),
      view: json,
    }),
    run(call, { view_id, external_id, hash, view }) {
      if (view_id === undefined && external_id === undefined) {
        throw payloadError("invalid_arguments", ["[ERROR] missing required field: view_id"]);
      }
      const modal = call.validator.modal(view);
      const { view: open } = findView(call.workspace, { id: view_id, externalId: external_id });
      if (hash !== undefined && hash !== open.hash) throw new SlackError("hash_conflict");
      return { view: viewShape(call.workspace, updateView(call.workspace, open.id, modal)) };
    },
  }),

  "views.publish": method({
    tier: "tier4",
    args: z.object({ user_id: z.string(), hash: z.string().optional(), view: json }),
    run(call, { user_id, hash, view }) {
      const home = call.validator.home(view);
      const user = personOf(call.workspace, user_id).id;
      const current = call.workspace.homes.get(user);
      if (hash !== undefined && current && current.hash !== hash) throw new SlackError("hash_conflict");
      const shape = publishHome(call.workspace, user, home);
      return { view: isFields(shape) ? shape : {} };
    },
  }),
};
