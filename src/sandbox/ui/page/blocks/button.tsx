import type { Button } from "@slack/types";
import { useState } from "preact/hooks";
import { useStore } from "../client/context.ts";
import { resolveLink } from "../client/route.ts";
import { PlainText } from "../text/view.tsx";
import { type Confirmation, ConfirmDialog } from "./confirm.tsx";
import type { ElementPlace } from "./element.tsx";
import { usePressing } from "./surface.ts";

export type ButtonLike = Pick<Button, "type" | "text" | "value" | "url" | "style" | "accessibility_label" | "confirm">;

/** A link button opens its page at once and tells the bot as well, as Slack does. */
export function ButtonElement({ element, blockId, actionId }: { element: ButtonLike } & ElementPlace) {
  const pressing = usePressing(blockId, actionId);
  const [asking, setAsking] = useState<Confirmation>();
  const { as } = useStore().get();
  const className = `button ${element.style ?? ""} ${pressing.isWorking ? "working" : ""} ${pressing.failure ? "failed" : ""}`;
  const label = <PlainText text={element.text.text} emoji={element.text.emoji} />;

  function press(): void {
    const link = element.url ? resolveLink(element.url, as, location) : undefined;
    if (link?.kind === "place") location.hash = link.hash;
    if (link?.kind === "tab") window.open(link.url, "_blank", "noopener");
    void pressing.run();
  }

  return (
    <span class="pressable">
      <button
        type="button"
        class={className}
        aria-label={element.accessibility_label}
        aria-busy={pressing.isWorking}
        disabled={pressing.isWorking}
        data-action-id={actionId}
        onClick={() => (element.confirm ? setAsking(element.confirm) : press())}
      >
        {label}
        {element.url && (
          <span class="external" aria-hidden="true">
            ↗
          </span>
        )}
      </button>
      <Failure text={pressing.failure} />
      {asking && (
        <ConfirmDialog
          confirmation={asking}
          onAnswer={(isYes) => {
            setAsking(undefined);
            if (isYes) press();
          }}
        />
      )}
    </span>
  );
}

/** What a person sees when the bot did not answer the press. */
export function Failure({ text }: { text?: string }) {
  return text ? (
    <span class="failure" role="alert">
      ⚠ {text}
    </span>
  ) : null;
}
