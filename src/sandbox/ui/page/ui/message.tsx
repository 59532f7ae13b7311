import { useMemo, useState } from "preact/hooks";
import type { Message, Person } from "../../../slack/client-api.ts";
import { Blocks } from "../blocks/blocks.tsx";
import { initialState, type Leaf } from "../blocks/form-state.ts";
import { type Surface, SurfaceContext } from "../blocks/surface.ts";
import { getOptions } from "../client/api.ts";
import { personOf, useAppState, useStore, useWorkspace } from "../client/context.ts";
import { writeRoute } from "../client/route.ts";
import { Emoji, Mrkdwn } from "../text/view.tsx";
import { Attachments } from "./attachments.tsx";
import { Avatar } from "./avatar.tsx";
import { Files } from "./files.tsx";
import { Icon } from "./icons.tsx";
import { MessageTools } from "./message-tools.tsx";
import { isSystemLine, SystemLine } from "./system-line.tsx";
import { clockTime, fullTime, relativeTime } from "./time.ts";

/** `isFollowUp`: the same person wrote the line above a moment ago, so name and face need not come again. */
export function MessageView({
  message,
  isFollowUp,
  inThread,
}: {
  message: Message;
  isFollowUp: boolean;
  inThread: boolean;
}) {
  const { route } = useAppState();
  const workspace = useWorkspace();
  const person = personOf(workspace, message.user);
  if (isSystemLine(message)) return <SystemLine message={message} person={person} />;
  const className = [
    "message",
    isFollowUp && "follow-up",
    person.isBot && "from-app",
    message.ephemeralTo && "ephemeral",
    message.pinned && "is-pinned",
    route.at === message.ts && "lit",
  ];
  return (
    <article
      class={className.filter(Boolean).join(" ")}
      data-testid={`message-${message.ts}`}
      data-ts={message.ts}
      aria-label={`${person.name}, ${clockTime(message.ts)}`}
    >
      <div class="gutter">
        {isFollowUp ? (
          <span class="small-time" aria-hidden="true">
            {clockTime(message.ts)}
          </span>
        ) : (
          <Avatar person={person} />
        )}
      </div>
      <div class="message-body">
        {message.ephemeralTo && <EphemeralMark ts={message.ts} />}
        {message.pinned && (
          <p class="mark-line pinned-mark">
            <Icon name="pin" /> Pinned
          </p>
        )}
        {!isFollowUp && <Byline message={message} person={person} />}
        <Content message={message} />
        <Reactions message={message} />
        {!inThread && message.replyCount ? <ThreadLink message={message} /> : null}
      </div>
      {!message.ephemeralTo && <MessageTools message={message} inThread={inThread} />}
    </article>
  );
}

function Byline({ message, person }: { message: Message; person: Person }) {
  return (
    <header class="byline">
      <strong>{person.name}</strong>
      {person.isBot ? <span class="app-tag">APP</span> : <span class="title">{person.title}</span>}
      <a class="when" href={writeRoute({ place: message.channel, at: message.ts })} title={fullTime(message.ts)}>
        {clockTime(message.ts)}
      </a>
    </header>
  );
}

function EphemeralMark({ ts }: { ts: string }) {
  const store = useStore();
  return (
    <p class="mark-line">
      <Icon name="eye" /> Only visible to you
      <button type="button" class="link-button" onClick={() => store.dismissEphemeral(ts)}>
        Dismiss
      </button>
    </p>
  );
}

/** Blocks replace the text, as in Slack: the text is for notifications then. */
function Content({ message }: { message: Message }) {
  const surface = useMessageSurface(message);
  const edited = message.edited && <span class="edited"> (edited)</span>;
  return (
    <SurfaceContext.Provider value={surface}>
      {message.blocks?.length ? (
        <div class="card">
          <Blocks blocks={message.blocks} />
          {edited}
        </div>
      ) : (
        message.text && <Mrkdwn text={message.text} trail={edited} />
      )}
      {message.attachments && <Attachments attachments={message.attachments} />}
      {message.files && <Files files={message.files} />}
    </SurfaceContext.Provider>
  );
}

function useMessageSurface(message: Message): Surface {
  const store = useStore();
  const [filled, setFilled] = useState<Record<string, Record<string, Leaf>>>({});
  const values = useMemo(() => initialState(message.blocks ?? [], filled), [message.blocks, filled]);
  const { channel, ts } = message;
  return {
    kind: "message",
    values,
    errors: {},
    setValue: (blockId, actionId, leaf) =>
      setFilled((before) => ({ ...before, [blockId]: { ...before[blockId], [actionId]: leaf } })),
    press: (blockId, actionId, selected) =>
      store.act({ do: "press", channel, ts, blockId, actionId, state: values, selected }),
    options: (blockId, actionId, typed) => getOptions(store.get().as, { channel, ts, blockId, actionId, typed }),
  };
}

function Reactions({ message }: { message: Message }) {
  const store = useStore();
  const workspace = useWorkspace();
  if (message.reactions.length === 0) return null;
  const { channel, ts } = message;
  return (
    <div class="reactions">
      {message.reactions.map(({ name, users }) => {
        const isMine = users.includes(workspace.me.id);
        const who = users.map((id) => personOf(workspace, id).name).join(", ");
        return (
          <button
            type="button"
            class="reaction"
            aria-pressed={isMine}
            aria-label={`${name.replace(/_/g, " ")}: ${who}`}
            title={who}
            onClick={() => store.act({ do: isMine ? "unreact" : "react", channel, ts, name })}
          >
            <Emoji name={name} /> {users.length}
          </button>
        );
      })}
    </div>
  );
}

function ThreadLink({ message }: { message: Message }) {
  const workspace = useWorkspace();
  const count = message.replyCount ?? 0;
  return (
    <a class="thread-link" href={writeRoute({ place: message.channel, thread: message.ts })}>
      <span class="faces">
        {(message.replyUsers ?? []).slice(0, 4).map((id) => (
          <Avatar person={personOf(workspace, id)} size="sm" />
        ))}
      </span>
      <strong>
        {count} {count === 1 ? "reply" : "replies"}
      </strong>
      {message.lastReply && <span class="muted">last {relativeTime(message.lastReply)}</span>}
    </a>
  );
}
