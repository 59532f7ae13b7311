/** What can be done with a message: over it where there is a mouse, behind one button where there is a finger. */
import { useRef, useState } from "preact/hooks";
import type { Message } from "../../../slack/client-api.ts";
import { useStore, useWorkspace } from "../client/context.ts";
import { writeRoute } from "../client/route.ts";
import { REACTIONS } from "../text/emoji.ts";
import { Emoji } from "../text/view.tsx";
import { Icon } from "./icons.tsx";
import { Popover } from "./popover.tsx";

export function MessageTools({ message, inThread }: { message: Message; inThread: boolean }) {
  const store = useStore();
  const { shortcuts, channels } = useWorkspace();
  const bar = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<"react" | "menu">();
  const { channel, ts, pinned } = message;
  const isDirect = channels.find((each) => each.id === channel)?.kind === "im";

  const close = () => setOpen(undefined);
  const reply = () => store.go({ place: channel, thread: message.threadTs ?? ts });
  const item = (label: string, run: () => unknown, icon: Parameters<typeof Icon>[0]["name"]) => (
    <button
      type="button"
      role="menuitem"
      class="menu-item"
      onClick={() => {
        close();
        run();
      }}
    >
      <Icon name={icon} /> {label}
    </button>
  );

  return (
    <div class={open ? "tools open" : "tools"} ref={bar}>
      <button
        type="button"
        class="tool wide-only"
        aria-label="Pin to the timeline with 📌"
        title="📌"
        onClick={() => store.act({ do: "react", channel, ts, name: "pushpin" })}
      >
        <Emoji name="pushpin" />
      </button>
      <button
        type="button"
        class="tool wide-only"
        aria-label="Add a reaction"
        data-testid="react"
        onClick={() => setOpen("react")}
      >
        <Icon name="smile" />
      </button>
      {!inThread && (
        <button type="button" class="tool wide-only" aria-label="Reply in thread" data-testid="reply" onClick={reply}>
          <Icon name="thread" />
        </button>
      )}
      <button
        type="button"
        class="tool"
        aria-label="More for this message"
        aria-haspopup="menu"
        data-testid="message-menu"
        onClick={() => setOpen("menu")}
      >
        <Icon name="more" />
      </button>
      {open === "react" && (
        <Popover anchor={bar.current} label="React" onClose={close}>
          <ReactionRow message={message} onDone={close} />
        </Popover>
      )}
      {open === "menu" && (
        <Popover anchor={bar.current} label="Message" role="menu" onClose={close}>
          <ReactionRow message={message} onDone={close} />
          {!inThread && item("Reply in thread", reply, "thread")}
          {shortcuts
            .filter((shortcut) => shortcut.type === "message")
            .map(({ callbackId, name }) =>
              item(name, () => store.act({ do: "shortcut", callbackId, channel, ts }), "bolt"),
            )}
          {!isDirect &&
            item(
              pinned ? "Unpin from channel" : "Pin to channel",
              () => store.act({ do: pinned ? "unpin" : "pin", channel, ts }),
              "pin",
            )}
          {item("Copy link", () => copyLink(message), "link")}
        </Popover>
      )}
    </div>
  );
}

function ReactionRow({ message: { channel, ts }, onDone }: { message: Message; onDone(): void }) {
  const store = useStore();
  return (
    <div class="reaction-row">
      {REACTIONS.map((name) => (
        <button
          type="button"
          class="tool"
          aria-label={`React with ${name.replace(/_/g, " ")}`}
          data-testid={`react-${name}`}
          onClick={() => {
            onDone();
            void store.act({ do: "react", channel, ts, name });
          }}
        >
          <Emoji name={name} />
        </button>
      ))}
    </div>
  );
}

function copyLink({ channel, ts, threadTs }: Message): Promise<void> {
  const hash =
    threadTs && threadTs !== ts
      ? writeRoute({ place: channel, thread: threadTs, at: ts })
      : writeRoute({ place: channel, at: ts });
  return navigator.clipboard.writeText(`${location.origin}/${hash}`);
}
