import { useEffect, useRef, useState } from "preact/hooks";
import { useAppState, useStore, useWorkspace } from "../client/context.ts";
import { Icon } from "./icons.tsx";
import { type Suggestion, suggestionsFor } from "./suggestions.ts";

/** Where a person writes. Enter sends, Shift+Enter breaks the line, `/` offers commands and `@` offers people. */
export function Composer({
  channel,
  threadTs,
  placeholder,
}: {
  channel: string;
  threadTs?: string;
  placeholder: string;
}) {
  const store = useStore();
  const { drafts, notices, as } = useAppState();
  const workspace = useWorkspace();
  const field = useRef<HTMLTextAreaElement>(null);
  const [chosen, setChosen] = useState(0);
  const [hidden, setHidden] = useState("");
  const [status, setStatus] = useState<{ isSending: boolean; failure?: string }>({ isSending: false });
  const place = threadTs ? `${channel}/${threadTs}` : channel;
  const text = drafts[`${as}/${place}`] ?? "";
  const suggestions = text === hidden ? [] : suggestionsFor(text, workspace);
  const notice = threadTs ? undefined : notices[`${as}/${channel}`];

  useEffect(() => setStatus({ isSending: false }), [as, place]);
  useEffect(() => {
    // Grows with what is written, up to the height that the style sheet allows.
    const area = field.current!;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [text]);

  async function send(): Promise<void> {
    if (text.trim() === "" || status.isSending) return;
    setStatus({ isSending: true });
    store.dismissNotice(channel);
    store.setDraft(place, "");
    const result = await store.act({ do: "send", channel, text: text.trimEnd(), ...(threadTs && { threadTs }) });
    setStatus({ isSending: false, failure: result.ok ? undefined : result.error });
    // What was not sent must not be lost.
    if (!result.ok && store.get().drafts[`${as}/${place}`] === "") store.setDraft(place, text);
  }

  function take(suggestion: Suggestion): void {
    setChosen(0);
    store.setDraft(place, suggestion.text);
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const isPlainEnter = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    const picked = suggestions[Math.min(chosen, suggestions.length - 1)];
    if (picked && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      setChosen((chosen + (event.key === "ArrowDown" ? 1 : suggestions.length - 1)) % suggestions.length);
    } else if (picked && (event.key === "Tab" || (isPlainEnter && !picked.isComplete))) {
      take(picked);
    } else if (picked && event.key === "Escape") {
      setHidden(text);
    } else if (isPlainEnter) {
      void send();
    } else {
      return;
    }
    event.preventDefault();
  }

  return (
    <div class="composer">
      {suggestions.length > 0 && (
        <div class="suggestions" role="listbox" aria-label="Suggestions" id={`suggestions-${place}`}>
          {suggestions.map((suggestion, index) => (
            <button
              type="button"
              role="option"
              aria-selected={index === chosen}
              class="menu-item"
              tabIndex={-1}
              onClick={() => take(suggestion)}
            >
              <strong>{suggestion.label}</strong>
              <small>{suggestion.detail}</small>
            </button>
          ))}
        </div>
      )}
      <div class="composer-box">
        <textarea
          ref={field}
          rows={1}
          value={text}
          placeholder={placeholder}
          aria-label={placeholder}
          aria-controls={`suggestions-${place}`}
          data-testid={threadTs ? "thread-composer" : "composer"}
          onInput={(event) => {
            setChosen(0);
            setHidden("");
            store.setDraft(place, event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          class="send"
          aria-label="Send"
          data-testid={threadTs ? "thread-send" : "send"}
          disabled={text.trim() === ""}
          aria-busy={status.isSending}
          onClick={send}
        >
          <Icon name="send" />
        </button>
      </div>
      <p class="composer-note" role="status">
        {notice || status.failure ? (
          <span class="notice">{notice || status.failure}</span>
        ) : status.isSending ? (
          "Sending…"
        ) : null}
      </p>
    </div>
  );
}
