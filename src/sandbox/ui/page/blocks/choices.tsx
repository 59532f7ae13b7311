import type { Checkboxes, RadioButtons } from "@slack/types";
import { useId } from "preact/hooks";
import { TextObject } from "../text/view.tsx";
import { Failure } from "./button.tsx";
import type { ElementPlace } from "./element.tsx";
import { usePressing, useSurface } from "./surface.ts";

export type ChoicesLike = Pick<Checkboxes, "type" | "options"> | Pick<RadioButtons, "type" | "options">;

type Choice = ChoicesLike["options"][number];

/** Checkboxes and radio buttons: the same list, one or many of it. */
export function Choices({
  element,
  blockId,
  actionId,
  labelledBy,
  describedBy,
  dispatches = true,
}: { element: ChoicesLike } & ElementPlace) {
  const surface = useSurface();
  const pressing = usePressing(blockId, actionId);
  const name = useId();
  const isMany = element.type === "checkboxes";
  const leaf = surface.values[blockId]?.[actionId];
  const chosen = (isMany ? leaf?.selected_options : [leaf?.selected_option]) as
    | (Choice | null | undefined)[]
    | undefined;
  const isChosen = (choice: Choice) => chosen?.some((each) => each?.value === choice.value) ?? false;

  function choose(choice: Choice, isOn: boolean): void {
    const selected_options = element.options.filter((each) => (each === choice ? isOn : isChosen(each)));
    const next = isMany ? { type: element.type, selected_options } : { type: element.type, selected_option: choice };
    surface.setValue(blockId, actionId, next);
    if (dispatches) void pressing.run(next);
  }

  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: a group and a radio group are both labelled by the input's label.
    <div
      class="choices"
      role={isMany ? "group" : "radiogroup"}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      data-action-id={actionId}
    >
      {element.options.map((choice) => (
        <label class="choice">
          <input
            type={isMany ? "checkbox" : "radio"}
            name={name}
            value={choice.value}
            checked={isChosen(choice)}
            onChange={(event) => choose(choice, event.currentTarget.checked)}
          />
          <span>
            <TextObject of={choice.text} />
            {choice.description && <small>{choice.description.text}</small>}
          </span>
        </label>
      ))}
      <Failure text={pressing.failure} />
    </div>
  );
}
