import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../../../slack/client-api.ts";
import { useAppState } from "../client/context.ts";
import { MessageView } from "./message.tsx";
import { isSystemLine, JoinLine } from "./system-line.tsx";
import { dayOf } from "./time.ts";

const FOLLOW_UP_SECONDS = 300;
const NEAR_END_PX = 120;

/**
 * Messages of one place. Stays at the newest while the reader is there; stays where it is while they read back. A newest
 * message that is taller than the window is read from its beginning: what it asks for stands there.
 */
export function MessageList({
  messages,
  place,
  inThread,
  empty,
}: {
  messages: Message[] | undefined;
  place: string;
  inThread: boolean;
  empty: string;
}) {
  const scroller = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  /** What the window stays at while the list changes: the newest message, the very bottom, or neither. */
  const held = useRef<"newest" | "bottom" | "neither">("newest");
  const { route, as } = useAppState();
  const isLoaded = messages !== undefined;

  useLayoutEffect(() => {
    held.current = "newest";
    toNewest(scroller.current);
    // A card that grows, or a picture that loads, must not push the newest message out of sight.
    const observer = new ResizeObserver(() => {
      if (held.current === "newest") toNewest(scroller.current);
      else if (held.current === "bottom") scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
    });
    if (list.current) observer.observe(list.current);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [place, isLoaded]);

  const groups = withJoinsTogether(messages ?? []);
  const newest = messages?.at(-1);
  const [hasNewer, setHasNewer] = useState(false);
  useEffect(() => {
    // One's own words, and what is said to oneself alone, are what one waits for.
    const isMine = newest?.user === as || newest?.ephemeralTo === as;
    const isFollowing = isMine || held.current !== "neither";
    if (isFollowing) toNewest(scroller.current);
    setHasNewer(newest !== undefined && !isFollowing);
  }, [newest?.ts]);

  useEffect(() => {
    if (!route.at || !isLoaded) return;
    const target = list.current?.querySelector(`[data-ts="${CSS.escape(route.at)}"]`);
    if (!target) return;
    held.current = "neither";
    target.scrollIntoView({ block: "center" });
  }, [route.at, isLoaded, place]);

  return (
    <section
      class="messages"
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label="Messages"
      onScroll={({ currentTarget: at }) => {
        held.current = placeOf(at);
        if (held.current !== "neither") setHasNewer(false);
      }}
    >
      <div class="message-list" ref={list} role="log" aria-live="polite">
        {!messages && (
          <p class="quiet-note" aria-busy="true">
            Loading…
          </p>
        )}
        {messages?.length === 0 && <p class="quiet-note">{empty}</p>}
        {groups.map((group, index) => (
          <Line group={group} before={groups[index - 1]?.at(-1)} inThread={inThread} key={group[0]!.ts} />
        ))}
      </div>
      {hasNewer && (
        <button
          type="button"
          class="newer"
          onClick={() => {
            setHasNewer(false);
            toNewest(scroller.current);
          }}
        >
          Newer messages ↓
        </button>
      )}
    </section>
  );
}

function Line({ group, before, inThread }: { group: Message[]; before?: Message; inThread: boolean }) {
  const message = group[0]!;
  const isFirstReply = inThread && before?.ts === message.threadTs;
  const isNewDay = !before || dayOf(before.ts) !== dayOf(message.ts);
  const isFollowUp =
    !isNewDay &&
    !isFirstReply &&
    before.user === message.user &&
    !isSystemLine(before) &&
    before.ephemeralTo === message.ephemeralTo &&
    !message.pinned &&
    Number(message.ts) - Number(before.ts) < FOLLOW_UP_SECONDS;
  return (
    <>
      {isNewDay && !inThread && (
        <div class="day">
          <span>{dayOf(message.ts)}</span>
        </div>
      )}
      {isFirstReply && <div class="reply-rule">Replies</div>}
      {group.length > 1 ? (
        <JoinLine messages={group} />
      ) : (
        <MessageView message={message} isFollowUp={isFollowUp} inThread={inThread} />
      )}
    </>
  );
}

/** People who came one after another share a line: an incident begins with all of them coming. */
function withJoinsTogether(messages: Message[]): Message[][] {
  const groups: Message[][] = [];
  for (const message of messages) {
    const last = groups.at(-1);
    const joinsLast = message.subtype === "channel_join" && last?.[0]?.subtype === "channel_join";
    if (joinsLast && dayOf(last[0]!.ts) === dayOf(message.ts)) last.push(message);
    else groups.push([message]);
  }
  return groups;
}

function toNewest(scroller: HTMLElement | null): void {
  if (scroller) scroller.scrollTop = newestOf(scroller);
}

function placeOf(scroller: HTMLElement): "newest" | "bottom" | "neither" {
  const isNear = (place: number) => Math.abs(scroller.scrollTop - place) < NEAR_END_PX;
  if (isNear(newestOf(scroller))) return "newest";
  return isNear(bottomOf(scroller)) ? "bottom" : "neither";
}

function bottomOf(scroller: HTMLElement): number {
  return scroller.scrollHeight - scroller.clientHeight;
}

/** How far down the newest is: at the bottom, or where the newest message begins if the window can't hold it. */
function newestOf(scroller: HTMLElement): number {
  const bottom = bottomOf(scroller);
  const newest = [...scroller.querySelectorAll<HTMLElement>("[data-ts]")].at(-1);
  if (!newest) return bottom;
  const top = newest.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
  return Math.min(bottom, Math.max(0, top - 4));
}
