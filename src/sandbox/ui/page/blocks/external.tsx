import { useEffect, useId, useState } from "preact/hooks";
import type { SelectOption } from "../client/api.ts";
import { useSurface } from "./surface.ts";

/** Long enough for a word to be typed before the bot is asked about its beginning. */
const TYPING_PAUSE_MS = 200;

/** A select whose options the bot gives while the person types. */
export function ExternalField(props: {
  blockId: string;
  actionId: string;
  shown: string;
  minLength: number;
  placeholder?: string;
  labelledBy?: string;
  describedBy?: string;
  isBusy: boolean;
  onPick(option: SelectOption): void;
}) {
  const surface = useSurface();
  const listId = useId();
  const [typed, setTyped] = useState<string>();
  const [options, setOptions] = useState<SelectOption[]>([]);

  useEffect(() => {
    if (typed === undefined || typed.length < props.minLength) return setOptions([]);
    let isStale = false;
    const timer = setTimeout(async () => {
      const found = await surface.options(props.blockId, props.actionId, typed);
      if (!isStale) setOptions(found);
    }, TYPING_PAUSE_MS);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [typed]);

  return (
    <span class="external-field">
      <input
        class="field"
        role="combobox"
        aria-expanded={options.length > 0}
        aria-controls={listId}
        aria-labelledby={props.labelledBy}
        aria-label={props.labelledBy ? undefined : (props.placeholder ?? "Search")}
        aria-describedby={props.describedBy}
        aria-busy={props.isBusy}
        placeholder={props.placeholder ?? "Type to search…"}
        value={typed ?? props.shown}
        data-action-id={props.actionId}
        onFocus={() => setTyped(typed ?? "")}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <span class="suggestions" id={listId} role="listbox" hidden={options.length === 0}>
        {options.map((option) => (
          <button
            type="button"
            role="option"
            class="menu-item"
            onClick={() => {
              props.onPick(option);
              setTyped(undefined);
            }}
          >
            {option.text.text}
          </button>
        ))}
      </span>
    </span>
  );
}
