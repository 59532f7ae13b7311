import type { Overflow } from "@slack/types";
import { useRef, useState } from "preact/hooks";
import { PlainText } from "../text/view.tsx";
import { Icon } from "../ui/icons.tsx";
import { Popover } from "../ui/popover.tsx";
import { Failure } from "./button.tsx";
import { ConfirmDialog } from "./confirm.tsx";
import type { ElementPlace } from "./element.tsx";
import { usePressing } from "./surface.ts";

export type OverflowLike = Pick<Overflow, "type" | "options" | "confirm">;

export function OverflowElement({ element, blockId, actionId }: { element: OverflowLike } & ElementPlace) {
  const pressing = usePressing(blockId, actionId);
  const anchor = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [asking, setAsking] = useState<OverflowLike["options"][number]>();
  const send = (option: OverflowLike["options"][number]) =>
    void pressing.run({ type: "overflow", selected_option: option });

  return (
    <span class="pressable">
      <button
        ref={anchor}
        type="button"
        class={`button icon-button ${pressing.isWorking ? "working" : ""}`}
        aria-label="More actions"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        disabled={pressing.isWorking}
        data-action-id={actionId}
        onClick={() => setOpen(true)}
      >
        <Icon name="more" />
      </button>
      <Failure text={pressing.failure} />
      {isOpen && (
        <Popover anchor={anchor.current} label="More actions" role="menu" onClose={() => setOpen(false)}>
          {element.options.map((option) => (
            <button
              type="button"
              role="menuitem"
              class="menu-item"
              onClick={() => {
                setOpen(false);
                if (element.confirm) setAsking(option);
                else send(option);
              }}
            >
              <span>
                <PlainText text={option.text.text} />
                {option.description && <small>{option.description.text}</small>}
              </span>
            </button>
          ))}
        </Popover>
      )}
      {asking && element.confirm && (
        <ConfirmDialog
          confirmation={element.confirm}
          onAnswer={(isYes) => {
            setAsking(undefined);
            if (isYes) send(asking);
          }}
        />
      )}
    </span>
  );
}
