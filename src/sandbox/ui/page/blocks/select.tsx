/**
 * All selects, one or many. The browser's own list does the choosing: it is the best one on every phone and for every
 * screen reader. Many are chosen one after another and stand as chips.
 */
import { useState } from "preact/hooks";
import type { ClientState } from "../../../slack/client-api.ts";
import type { SelectOption } from "../client/api.ts";
import { placeName, useWorkspace } from "../client/context.ts";
import { Failure } from "./button.tsx";
import { type Confirmation, ConfirmDialog } from "./confirm.tsx";
import type { ElementPlace } from "./element.tsx";
import { ExternalField } from "./external.tsx";
import { type Leaf, type Stateful, slotOf } from "./form-state.ts";
import { usePressing, useSurface } from "./surface.ts";

export interface SelectLike extends Stateful {
  placeholder?: { text: string };
  options?: SelectOption[];
  option_groups?: { label: { text: string }; options: SelectOption[] }[];
  max_selected_items?: number;
  min_query_length?: number;
  confirm?: Confirmation;
}

interface Entry {
  value: string;
  label: string;
  group?: string;
  option?: SelectOption;
}

export function SelectElement({ element, dispatches = true, ...place }: { element: SelectLike } & ElementPlace) {
  const { blockId, actionId, labelledBy, describedBy } = place;
  const surface = useSurface();
  const pressing = usePressing(blockId, actionId);
  const [asking, setAsking] = useState<Leaf>();
  const workspace = useWorkspace();
  const slot = slotOf(element.type)!;
  const isMany = element.type.startsWith("multi_");
  const current = surface.values[blockId]?.[actionId]?.[slot];
  const chosen: Entry[] = (Array.isArray(current) ? current : current ? [current] : []).map((value) =>
    entryOf(value, workspace),
  );

  function commit(leaf: Leaf): void {
    surface.setValue(blockId, actionId, leaf);
    if (dispatches) void pressing.run(leaf);
  }

  function choose(entries: Entry[]): void {
    const values = entries.map((entry) => entry.option ?? entry.value);
    const leaf: Leaf = { type: element.type, [slot]: isMany ? values : (values[0] ?? null) };
    if (element.confirm && dispatches) setAsking(leaf);
    else commit(leaf);
  }

  const pick = (entry: Entry | undefined) =>
    choose(isMany ? [...chosen, ...(entry ? [entry] : [])] : entry ? [entry] : []);
  const isFull = isMany && chosen.length >= (element.max_selected_items ?? 100);
  const common = {
    placeholder: element.placeholder?.text,
    labelledBy,
    describedBy,
    actionId,
    isBusy: pressing.isWorking,
  };

  return (
    <span class={isMany ? "select-many" : "select-one"}>
      {isMany && <Chips entries={chosen} onRemove={(entry) => choose(chosen.filter((each) => each !== entry))} />}
      {isFull ? null : element.type.endsWith("external_select") ? (
        <ExternalField
          {...common}
          blockId={blockId}
          shown={isMany ? "" : (chosen[0]?.label ?? "")}
          minLength={element.min_query_length ?? 3}
          onPick={(option) => pick({ value: option.value, label: option.text.text, option })}
        />
      ) : (
        <NativeSelect
          {...common}
          entries={entriesOf(element, workspace).filter(
            (entry) => !isMany || !chosen.some((each) => each.value === entry.value),
          )}
          value={isMany ? "" : (chosen[0]?.value ?? "")}
          onPick={pick}
        />
      )}
      <Failure text={pressing.failure} />
      {asking && element.confirm && (
        <ConfirmDialog
          confirmation={element.confirm}
          onAnswer={(isYes) => {
            setAsking(undefined);
            if (isYes) commit(asking);
          }}
        />
      )}
    </span>
  );
}

function Chips({ entries, onRemove }: { entries: Entry[]; onRemove(entry: Entry): void }) {
  return (
    <>
      {entries.map((entry) => (
        <span class="chip">
          {entry.label}
          <button type="button" aria-label={`Remove ${entry.label}`} onClick={() => onRemove(entry)}>
            ×
          </button>
        </span>
      ))}
    </>
  );
}

function NativeSelect(props: {
  entries: Entry[];
  value: string;
  placeholder?: string;
  labelledBy?: string;
  describedBy?: string;
  actionId: string;
  isBusy: boolean;
  onPick(entry: Entry | undefined): void;
}) {
  const groups = [...new Set(props.entries.map((entry) => entry.group))];
  const hint = props.placeholder ?? "Choose…";
  return (
    <select
      class={`field select ${props.value === "" ? "empty" : ""}`}
      value={props.value}
      aria-labelledby={props.labelledBy}
      aria-label={props.labelledBy ? undefined : hint}
      aria-describedby={props.describedBy}
      aria-busy={props.isBusy}
      data-action-id={props.actionId}
      onChange={(event) => {
        const { value } = event.currentTarget;
        props.onPick(props.entries.find((entry) => entry.value === value));
      }}
    >
      <option value="">{hint}</option>
      {groups.map((group) => {
        const entries = props.entries.filter((entry) => entry.group === group);
        const options = entries.map((entry) => <option value={entry.value}>{entry.label}</option>);
        return group ? <optgroup label={group}>{options}</optgroup> : options;
      })}
    </select>
  );
}

function entriesOf(element: SelectLike, workspace: ClientState): Entry[] {
  if (element.type.endsWith("users_select")) {
    return workspace.people.map((person) => ({ value: person.id, label: person.name }));
  }
  if (element.type.endsWith("channels_select") || element.type.endsWith("conversations_select")) {
    const takesAll = element.type.endsWith("conversations_select");
    const channels = workspace.channels.filter((channel) => takesAll || channel.kind === "public");
    return channels.map((channel) => entryOf(channel.id, workspace));
  }
  const grouped = element.option_groups?.flatMap(({ label, options }) =>
    options.map((option) => ({ option, group: label.text })),
  );
  const all: { option: SelectOption; group?: string }[] =
    grouped ?? (element.options ?? []).map((option) => ({ option }));
  return all.map(({ option, group }) => ({ value: option.value, label: option.text.text, option, group }));
}

/** A state's value as an entry: an option as it is, an id under its name. */
function entryOf(value: unknown, workspace: ClientState): Entry {
  if (typeof value !== "string") {
    const option = value as SelectOption;
    return { value: option.value, label: option.text.text, option };
  }
  const channel = workspace.channels.find((each) => each.id === value);
  if (channel) return { value, label: `${channel.kind === "im" ? "" : "#"}${placeName(workspace, channel)}` };
  return { value, label: workspace.people.find((person) => person.id === value)?.name ?? value };
}
