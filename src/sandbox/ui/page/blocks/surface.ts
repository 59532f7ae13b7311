/** What a block needs of the message, modal or App Home that it stands in. */
import { createContext } from "preact";
import { useContext, useState } from "preact/hooks";
import type { ActResult, ViewState } from "../../../slack/client-api.ts";
import type { SelectOption } from "../client/api.ts";
import type { Leaf } from "./form-state.ts";

export interface Surface {
  kind: "message" | "modal" | "home";
  values: ViewState;
  setValue(blockId: string, actionId: string, leaf: Leaf): void;
  /** Under each input, by block id. */
  errors: Record<string, string>;
  press(blockId: string, actionId: string, selected?: Leaf): Promise<ActResult>;
  options(blockId: string, actionId: string, typed: string): Promise<SelectOption[]>;
}

export const SurfaceContext = createContext<Surface | undefined>(undefined);

export function useSurface(): Surface {
  const surface = useContext(SurfaceContext);
  if (!surface) throw new Error("Blocks must be inside SurfaceContext.");
  return surface;
}

export interface Pressing {
  isWorking: boolean;
  /** What went wrong, until the next press. */
  failure?: string;
  run(selected?: Leaf): Promise<void>;
}

/** A press from finger to acknowledgement: working until the bot has answered, failed when it has not. */
export function usePressing(blockId: string, actionId: string): Pressing {
  const surface = useSurface();
  const [status, setStatus] = useState<{ isWorking: boolean; failure?: string }>({ isWorking: false });
  return {
    ...status,
    async run(selected) {
      setStatus({ isWorking: true });
      const result = await surface.press(blockId, actionId, selected);
      setStatus({ isWorking: false, failure: result.ok ? undefined : result.error });
    },
  };
}
