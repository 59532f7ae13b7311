import type { Channel } from "../../../slack/client-api.ts";
import { personOf, placeName, useAppState, useStore, useWorkspace } from "../client/context.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icons.tsx";

/** Where one can go: channels, people, the app. `onGo` lets a drawer close. */
export function Sidebar({ onGo, onGuide }: { onGo(): void; onGuide(): void }) {
  const workspace = useWorkspace();
  const store = useStore();
  const { channels, me, appOnline } = workspace;
  const rooms = channels.filter((channel) => channel.kind !== "im");
  const open = rooms.filter((channel) => !channel.archived);
  const archived = rooms.filter((channel) => channel.archived && channel.members.includes(me.id));
  const bot = workspace.people.find((person) => person.isBot);
  const others = workspace.people.filter((person) => !person.isBot && person.id !== me.id);

  async function openDirect(user: string): Promise<void> {
    const result = await store.act({ do: "open_im", user });
    if (result.ok && result.channel) store.go({ place: result.channel.id });
    onGo();
  }

  return (
    <nav class="sidebar" aria-label="Channels and people">
      <h2>Channels</h2>
      <ul>
        {open.toSorted(byName).map((channel) => (
          <Place channel={channel} onGo={onGo} />
        ))}
      </ul>
      {archived.length > 0 && (
        <>
          <h2>Archived</h2>
          <ul>
            {archived.map((channel) => (
              <Place channel={channel} onGo={onGo} />
            ))}
          </ul>
        </>
      )}
      {bot && (
        <>
          <h2>App</h2>
          <ul>
            <li>
              <PlaceLink place="home" onGo={onGo} isUnread={false}>
                <Avatar person={bot} size="sm" />
                <span class="place-name">{bot.name} home</span>
                <span class={appOnline ? "presence online" : "presence"} title={appOnline ? "Online" : "Offline"} />
              </PlaceLink>
            </li>
            <Direct user={bot.id} label={`Messages from ${bot.name}`} onOpen={openDirect} onGo={onGo} />
          </ul>
        </>
      )}
      <h2>People</h2>
      <ul>
        {others.map((person) => (
          <Direct user={person.id} label={person.name} onOpen={openDirect} onGo={onGo} />
        ))}
      </ul>
      <button type="button" class="place guide-link" onClick={onGuide}>
        <Icon name="help" />
        <span class="place-name">What to do here</span>
      </button>
    </nav>
  );
}

function Place({ channel, onGo }: { channel: Channel; onGo(): void }) {
  const { me } = useWorkspace();
  const isMember = channel.members.includes(me.id);
  return (
    <li key={channel.id}>
      <PlaceLink place={channel.id} onGo={onGo} isUnread={channel.unread > 0} isQuiet={!isMember}>
        <Icon name={channel.archived ? "archive" : channel.kind === "private" ? "lock" : "hash"} />
        <span class="place-name">{channel.name}</span>
        {channel.unread > 0 && <Badge count={channel.unread} />}
      </PlaceLink>
    </li>
  );
}

/** A direct conversation: there already, or opened by the first press. */
function Direct({
  user,
  label,
  onOpen,
  onGo,
}: {
  user: string;
  label: string;
  onOpen(user: string): void;
  onGo(): void;
}) {
  const workspace = useWorkspace();
  const person = personOf(workspace, user);
  const channel = workspace.channels.find((each) => each.kind === "im" && each.with === user);
  const inside = (
    <>
      {person.isBot ? <Icon name="thread" /> : <Avatar person={person} size="sm" />}
      <span class="place-name">{channel && !person.isBot ? placeName(workspace, channel) : label}</span>
      {channel && channel.unread > 0 && <Badge count={channel.unread} />}
    </>
  );
  return (
    <li>
      {channel ? (
        <PlaceLink place={channel.id} onGo={onGo} isUnread={channel.unread > 0}>
          {inside}
        </PlaceLink>
      ) : (
        <button type="button" class="place" onClick={() => onOpen(user)}>
          {inside}
        </button>
      )}
    </li>
  );
}

function PlaceLink(props: {
  place: string;
  onGo(): void;
  isUnread: boolean;
  isQuiet?: boolean;
  children: preact.ComponentChildren;
}) {
  const { route } = useAppState();
  const isHere = route.place === props.place;
  const className = `place ${props.isUnread ? "unread" : ""} ${props.isQuiet ? "quiet" : ""}`;
  return (
    <a
      class={className}
      href={`#/${props.place}`}
      aria-current={isHere ? "page" : undefined}
      data-testid={`place-${props.place}`}
      onClick={props.onGo}
    >
      {props.children}
    </a>
  );
}

function Badge({ count }: { count: number }) {
  return (
    <span class="badge">
      {count > 99 ? "99+" : count}
      <span class="sr-only"> unread</span>
    </span>
  );
}

function byName(a: Channel, b: Channel): number {
  return a.name.localeCompare(b.name);
}
