import type { InputBlock } from "@slack/types";
import { useId } from "preact/hooks";
import { PlainText } from "../text/view.tsx";
import { Element } from "./element.tsx";
import { actionIdOf } from "./form-state.ts";
import { useSurface } from "./surface.ts";

/** A label, its element, a hint, and under them what is wrong with the answer. */
export function InputBlockView({ block, blockId }: { block: InputBlock; blockId: string }) {
  const { errors } = useSurface();
  const id = useId();
  const error = errors[blockId];
  const describedBy = [error && `${id}-error`, block.hint && `${id}-hint`].filter(Boolean).join(" ") || undefined;
  return (
    <div class={error ? "block input invalid" : "block input"} data-block-id={blockId}>
      <div class="label" id={`${id}-label`}>
        <PlainText text={block.label.text} />
        {block.optional && <span class="optional"> (optional)</span>}
      </div>
      <Element
        element={block.element}
        blockId={blockId}
        actionId={actionIdOf(block.element, 0)}
        labelledBy={`${id}-label`}
        describedBy={describedBy}
        dispatches={block.dispatch_action === true}
      />
      {error && (
        <p class="error" id={`${id}-error`} role="alert" data-testid={`error-${blockId}`}>
          {error}
        </p>
      )}
      {block.hint && (
        <p class="hint" id={`${id}-hint`}>
          <PlainText text={block.hint.text} />
        </p>
      )}
    </div>
  );
}
