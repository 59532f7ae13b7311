/** Elements in which a person writes: text, numbers, addresses, dates and times. */

import { Failure } from "./button.tsx";
import type { ElementPlace } from "./element.tsx";
import { type Stateful, slotOf } from "./form-state.ts";
import { usePressing, useSurface } from "./surface.ts";

export interface TextFieldLike extends Stateful {
  placeholder?: { text: string };
  multiline?: boolean;
  focus_on_load?: boolean;
}

/** Which keyboard a phone shows. What is wrong with an answer is said under the field, by us, not by the browser. */
const KEYBOARDS: Record<string, "email" | "url" | "decimal"> = {
  email_text_input: "email",
  url_text_input: "url",
  number_input: "decimal",
};

export function TextField({
  element,
  blockId,
  actionId,
  labelledBy,
  describedBy,
  dispatches = false,
}: { element: TextFieldLike } & ElementPlace) {
  const surface = useSurface();
  const pressing = usePressing(blockId, actionId);
  const isRich = element.type === "rich_text_input";
  const leaf = surface.values[blockId]?.[actionId];
  const value = isRich ? richToText(leaf?.rich_text_value) : String(leaf?.value ?? "");
  const leafFor = (text: string) =>
    isRich
      ? { type: element.type, rich_text_value: textToRich(text) }
      : { type: element.type, value: text === "" ? null : text };

  const common = {
    class: "field",
    id: `${blockId}/${actionId}`,
    value,
    placeholder: element.placeholder?.text,
    autofocus: element.focus_on_load,
    "aria-labelledby": labelledBy,
    "aria-describedby": describedBy,
    "aria-invalid": surface.errors[blockId] !== undefined,
    "data-action-id": actionId,
    onInput: (event: { currentTarget: { value: string } }) =>
      surface.setValue(blockId, actionId, leafFor(event.currentTarget.value)),
  };
  if (element.multiline || isRich)
    return (
      <>
        <textarea rows={4} {...common} />
        <Counter element={element} length={value.length} />
      </>
    );
  return (
    <>
      <input
        type="text"
        inputMode={KEYBOARDS[element.type] ?? "text"}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !dispatches) return;
          event.preventDefault();
          void pressing.run(leafFor(value));
        }}
        {...common}
      />
      <Counter element={element} length={value.length} />
      <Failure text={pressing.failure} />
    </>
  );
}

/** Speaks up when the room runs out, as Slack does. */
function Counter({ element, length }: { element: TextFieldLike; length: number }) {
  const { max_length: max } = element;
  if (max === undefined || length < max * 0.8) return null;
  return (
    <span class={length > max ? "counter over" : "counter"} aria-live="polite">
      {max - length} left
    </span>
  );
}

export interface TimeFieldLike extends Stateful {
  placeholder?: { text: string };
  timezone?: string;
}

const TIME_TYPES: Record<string, "date" | "time" | "datetime-local"> = {
  datepicker: "date",
  timepicker: "time",
  datetimepicker: "datetime-local",
};

export function TimeField({
  element,
  blockId,
  actionId,
  labelledBy,
  describedBy,
  dispatches = true,
}: { element: TimeFieldLike } & ElementPlace) {
  const surface = useSurface();
  const pressing = usePressing(blockId, actionId);
  const slot = slotOf(element.type)!;
  const current = surface.values[blockId]?.[actionId]?.[slot];
  const type = TIME_TYPES[element.type] ?? "date";

  function change(text: string): void {
    const next = {
      type: element.type,
      [slot]: text === "" ? null : type === "datetime-local" ? Date.parse(text) / 1000 : text,
    };
    surface.setValue(blockId, actionId, next);
    if (dispatches && text !== "") void pressing.run(next);
  }

  return (
    <>
      <input
        class="field time"
        type={type}
        id={`${blockId}/${actionId}`}
        value={typeof current === "number" ? localDateTime(current) : String(current ?? "")}
        aria-labelledby={labelledBy}
        aria-label={labelledBy ? undefined : (element.placeholder?.text ?? "Date or time")}
        aria-describedby={describedBy}
        data-action-id={actionId}
        onChange={(event) => change(event.currentTarget.value)}
      />
      <Failure text={pressing.failure} />
    </>
  );
}

/** Seconds since 1970 as `datetime-local` wants them, in the reader's own time zone. */
function localDateTime(seconds: number): string {
  const at = new Date(seconds * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function textToRich(text: string) {
  if (text === "") return null;
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

function richToText(value: unknown): string {
  if (typeof value !== "object" || value === null) return "";
  if ("text" in value && typeof value.text === "string") return value.text;
  return "elements" in value && Array.isArray(value.elements) ? value.elements.map(richToText).join("") : "";
}
