/** Who is acting. Being eight people is what this page is for, so it is always at hand: a row of faces, and a list. */
import { useRef, useState } from "preact/hooks";
import type { Person } from "../../../slack/client-api.ts";
import { useAppState, useStore } from "../client/context.ts";
import { useIsPhone } from "../client/viewport.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icons.tsx";
import { Popover } from "./popover.tsx";

export function PeopleBar() {
  const { workspace, as, nudges } = useAppState();
  const store = useStore();
  const isPhone = useIsPhone();
  const anchor = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const people = workspace?.people.filter((person) => !person.isBot) ?? [];
  const me = people.find((person) => person.id === as);
  const waiting = people.filter((person) => person.id !== as && nudges[person.id]).length;
  return (
    <div class="people-bar">
      {!isPhone && (
        <div class="faces">
          {people
            .filter((person) => person.id !== as)
            .map((person) => (
              <button
                type="button"
                class="face"
                key={person.id}
                title={`Act as ${person.name}: ${person.title}`}
                aria-label={`Act as ${person.name}${nudges[person.id] ? ", something is waiting" : ""}`}
                data-testid={`act-as-${person.id}`}
                onClick={() => store.actAs(person.id)}
              >
                <Avatar person={person} size="sm" />
                {nudges[person.id] ? <span class="nudge" /> : null}
              </button>
            ))}
        </div>
      )}
      <button
        ref={anchor}
        type="button"
        class="act-as"
        data-testid="act-as"
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {me && <Avatar person={me} size="sm" />}
        <span class="act-as-words">
          <small>Acting as</small>
          <strong>{me?.name ?? "…"}</strong>
        </span>
        <Icon name="down" />
        {isPhone && waiting > 0 && <span class="nudge" />}
      </button>
      {isOpen && (
        <Popover anchor={anchor.current} label="Act as" role="listbox" onClose={() => setOpen(false)}>
          <p class="popover-title">Act as</p>
          {people.map((person) => (
            <PersonOption
              person={person}
              isMe={person.id === as}
              waiting={nudges[person.id] ?? 0}
              onPick={() => {
                setOpen(false);
                store.actAs(person.id);
              }}
            />
          ))}
        </Popover>
      )}
    </div>
  );
}

function PersonOption({
  person,
  isMe,
  waiting,
  onPick,
}: {
  person: Person;
  isMe: boolean;
  waiting: number;
  onPick(): void;
}) {
  return (
    <button
      type="button"
      role="option"
      aria-selected={isMe}
      class="menu-item person"
      data-testid={`act-as-option-${person.id}`}
      onClick={onPick}
    >
      <Avatar person={person} />
      <span class="person-words">
        <strong>{person.name}</strong>
        <small>{person.title}</small>
        {person.address && (
          <code title={person.address}>
            {person.address.slice(0, 6)}…{person.address.slice(-4)}
          </code>
        )}
      </span>
      {isMe ? <Icon name="check" /> : waiting > 0 && <span class="badge">{waiting}</span>}
    </button>
  );
}
