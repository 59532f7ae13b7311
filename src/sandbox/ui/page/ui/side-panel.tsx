/** Beside the channel, or over all of a phone: a thread, the members, the pins. */
import type { ComponentChildren } from "preact";
import type { Channel } from "../../../slack/client-api.ts";
import { personOf, placeName, useAppState, useStore, useWorkspace } from "../client/context.ts";
import { writeRoute } from "../client/route.ts";
import { visibleMessages } from "../client/state.ts";
import { plainText } from "../text/mrkdwn.ts";
import { Avatar } from "./avatar.tsx";
import { Composer } from "./composer.tsx";
import { Icon } from "./icons.tsx";
import { MessageList } from "./message-list.tsx";
import { clockTime, dayOf } from "./time.ts";

export function Thread({ channel, threadTs }: { channel: Channel; threadTs: string }) {
  const state = useAppState();
  const store = useStore();
  const workspace = useWorkspace();
  const mayWrite = channel.members.includes(workspace.me.id) && !channel.archived;
  return (
    <Panel
      title="Thread"
      subtitle={placeName(workspace, channel)}
      testId="thread"
      onClose={() => store.go({ place: channel.id })}
    >
      <MessageList
        messages={visibleMessages(state, channel.id, threadTs)}
        place={`${state.as}/${channel.id}/${threadTs}`}
        inThread
        empty="There is no such thread."
      />
      {mayWrite && <Composer channel={channel.id} threadTs={threadTs} placeholder="Reply…" />}
    </Panel>
  );
}

export function Members({ channel, onClose }: { channel: Channel; onClose(): void }) {
  const workspace = useWorkspace();
  const store = useStore();
  return (
    <Panel title="Members" subtitle={`#${channel.name}`} testId="member-list" onClose={onClose}>
      <ul class="member-list">
        {channel.members
          .map((id) => personOf(workspace, id))
          .map((person) => (
            <li key={person.id}>
              <Avatar person={person} />
              <span class="person-words">
                <strong>
                  {person.name}
                  {person.id === workspace.me.id && " (you)"}
                </strong>
                <small>{person.title}</small>
                {person.address && <code>{person.address}</code>}
              </span>
              {!person.isBot && person.id !== workspace.me.id && (
                <button type="button" class="button" onClick={() => store.actAs(person.id)}>
                  Act as
                </button>
              )}
            </li>
          ))}
      </ul>
    </Panel>
  );
}

export function Pins({ channel, onClose }: { channel: Channel; onClose(): void }) {
  const workspace = useWorkspace();
  const state = useAppState();
  const pinned = (visibleMessages(state, channel.id) ?? []).filter((message) => channel.pins.includes(message.ts));
  return (
    <Panel title="Pinned" subtitle={`#${channel.name}`} testId="pin-list" onClose={onClose}>
      <ul class="pin-list">
        {pinned.map((message) => (
          <li key={message.ts}>
            <a href={writeRoute({ place: channel.id, at: message.ts })} onClick={onClose}>
              <span class="muted">
                {personOf(workspace, message.user).name} · {dayOf(message.ts)}, {clockTime(message.ts)}
              </span>
              <span class="pin-text">{plainText(message.text)}</span>
            </a>
          </li>
        ))}
      </ul>
      {pinned.length < channel.pins.length && <p class="quiet-note">Replies that are pinned are in their threads.</p>}
    </Panel>
  );
}

export function Panel(props: {
  title: string;
  subtitle?: string;
  testId: string;
  onClose(): void;
  children: ComponentChildren;
}) {
  return (
    <aside class="panel" aria-label={props.title} data-testid={props.testId}>
      <header class="place-header">
        <button type="button" class="button icon-button phone-only" aria-label="Back" onClick={props.onClose}>
          <Icon name="back" />
        </button>
        <div class="place-title">
          <h1>
            <span>{props.title}</span>
          </h1>
          {props.subtitle && <p class="topic">{props.subtitle}</p>}
        </div>
        <button type="button" class="button icon-button wide-only" aria-label="Close" onClick={props.onClose}>
          <Icon name="close" />
        </button>
      </header>
      {props.children}
    </aside>
  );
}
