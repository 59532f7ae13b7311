import { useState } from "preact/hooks";
import type { Channel } from "../../../slack/client-api.ts";
import { personOf, placeName, useAppState, useStore, useWorkspace } from "../client/context.ts";
import { visibleMessages } from "../client/state.ts";
import { useIsPhone } from "../client/viewport.ts";
import { plainText } from "../text/mrkdwn.ts";
import { Emoji, Mrkdwn, SlackLink } from "../text/view.tsx";
import { Avatar } from "./avatar.tsx";
import { Composer } from "./composer.tsx";
import { Icon } from "./icons.tsx";
import { MenuButton } from "./menu-button.tsx";
import { MessageList } from "./message-list.tsx";
import { WaitingBar } from "./waiting-bar.tsx";

export type Details = "members" | "pins";

export function ChannelView({
  channel,
  onMenu,
  onDetails,
}: {
  channel: Channel;
  onMenu?: () => void;
  onDetails(what: Details): void;
}) {
  const state = useAppState();
  const workspace = useWorkspace();
  const isMember = channel.members.includes(workspace.me.id);
  const isPhone = useIsPhone();
  const name = placeName(workspace, channel);
  return (
    <section class="channel" aria-label={name}>
      <ChannelHeader channel={channel} name={name} onMenu={onMenu} onDetails={onDetails} />
      {isPhone && <WaitingBar />}
      <PinnedBar channel={channel} onDetails={onDetails} />
      <MessageList
        messages={visibleMessages(state, channel.id)}
        place={`${state.as}/${channel.id}`}
        inThread={false}
        empty={`This is the very beginning of ${channel.kind === "im" ? `your messages with ${name}` : `#${name}`}.`}
      />
      {channel.archived ? (
        <p class="closed-note">
          <Icon name="archive" /> This channel is archived. Its messages stay readable.
        </p>
      ) : isMember ? (
        <Composer
          channel={channel.id}
          placeholder={
            channel.kind === "im"
              ? `Message ${name}`
              : isPhone
                ? "Message, or / for commands"
                : `Message #${name}, or / for commands`
          }
        />
      ) : (
        <JoinNote channel={channel} />
      )}
    </section>
  );
}

function ChannelHeader({
  channel,
  name,
  onMenu,
  onDetails,
}: {
  channel: Channel;
  name: string;
  onMenu?: () => void;
  onDetails(what: Details): void;
}) {
  const workspace = useWorkspace();
  const person = channel.kind === "im" ? personOf(workspace, channel.with ?? "") : undefined;
  return (
    <header class="place-header">
      {onMenu && <MenuButton here={channel.id} onMenu={onMenu} />}
      <div class="place-title">
        <h1>
          {person ? (
            <Avatar person={person} size="sm" />
          ) : (
            <Icon name={channel.archived ? "archive" : channel.kind === "private" ? "lock" : "hash"} />
          )}
          <span>{name}</span>
        </h1>
        {(channel.topic || person) && (
          <p class="topic" title={plainText(channel.topic)}>
            {person ? person.title : <Mrkdwn text={channel.topic} />}
          </p>
        )}
      </div>
      {channel.kind !== "im" && (
        <button
          type="button"
          class="button members-button"
          aria-label={`${channel.members.length} members`}
          data-testid="members"
          onClick={() => onDetails("members")}
        >
          <Icon name="people" /> {channel.members.length}
        </button>
      )}
    </header>
  );
}

/** Pins and bookmarks in one quiet row, as long as there are any. */
function PinnedBar({ channel, onDetails }: { channel: Channel; onDetails(what: Details): void }) {
  if (channel.pins.length === 0 && channel.bookmarks.length === 0) return null;
  return (
    <div class="pinned-bar">
      {channel.pins.length > 0 && (
        <button type="button" class="pill" data-testid="pins" onClick={() => onDetails("pins")}>
          <Icon name="pin" /> {channel.pins.length} pinned
        </button>
      )}
      {channel.bookmarks.map(({ id, title, link, emoji }) => (
        <SlackLink key={id} class="pill" href={link}>
          {emoji ? <Emoji name={emoji.replace(/:/g, "")} /> : <Icon name="link" />} {title}
        </SlackLink>
      ))}
    </div>
  );
}

function JoinNote({ channel }: { channel: Channel }) {
  const store = useStore();
  const { me } = useWorkspace();
  const [failure, setFailure] = useState<string>();
  async function join(): Promise<void> {
    const result = await store.act({ do: "join", channel: channel.id });
    setFailure(result.ok ? undefined : result.error);
  }
  return (
    <div class="closed-note">
      <span>
        {me.name} is not in #{channel.name}.
      </span>
      <button type="button" class="button primary" onClick={join}>
        Join
      </button>
      {failure && (
        <span class="failure" role="alert">
          {failure}
        </span>
      )}
    </div>
  );
}
