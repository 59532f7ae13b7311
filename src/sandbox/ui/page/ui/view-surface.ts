import type { View } from "@slack/types";
import { useState } from "preact/hooks";
import type { ViewState } from "../../../slack/client-api.ts";
import { initialState, type Leaf } from "../blocks/form-state.ts";
import type { Surface } from "../blocks/surface.ts";
import { getOptions } from "../client/api.ts";
import { useStore } from "../client/context.ts";

/** What has been filled into a view so far. Survives the bot's updates of it, field by field, as in Slack. */
export function useViewSurface(view: View, viewId: string, errors: Record<string, string>): Surface {
  const store = useStore();
  const [filled, setFilled] = useState<ViewState>({});
  const values = initialState(view.blocks, filled);
  return {
    kind: view.type === "home" ? "home" : "modal",
    values,
    errors,
    setValue: (blockId, actionId, leaf: Leaf) =>
      setFilled((before) => ({ ...before, [blockId]: { ...before[blockId], [actionId]: leaf } })),
    press: (blockId, actionId, selected) =>
      store.act({ do: "press_view", viewId, blockId, actionId, state: values, selected }),
    options: (blockId, actionId, typed) => getOptions(store.get().as, { viewId, blockId, actionId, typed }),
  };
}
