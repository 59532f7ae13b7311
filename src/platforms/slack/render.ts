import type { ActionsBlock, HomeView, KnownBlock, Button as SlackButton } from "@slack/types";
import { encodeInvoke } from "../../chat/invoke.ts";
import { LimitError } from "../../chat/limit-error.ts";
import { revealHidden, shorten } from "../../chat/prose.ts";
import { type Button, plainText, type Span, type Text, type Tone, type View } from "../../chat/view.ts";
import { renderBlock } from "./blocks.ts";
import { checkMessage, checkView, LIMITS, lengthOfBlocks, type Payload } from "./limits.ts";
import { slackIdOf } from "./place.ts";
import { escapeText, type Surroundings } from "./text.ts";

/** What says the tone in a word, so that no colour has to. */
const TONES: Record<Tone, string> = { neutral: "", info: "ℹ️ ", good: "✅ ", warning: "⚠️ ", danger: "🚨 " };
const BUTTONS_PER_ROW = 5;
const FALLBACK_LENGTH = 300;

/**
 * A view as Slack's messages: nearly always one. What does not fit goes on in further messages, with numbers; the
 * buttons stay on the first. Throws `LimitError` where something that must stay whole is too long.
 */
export function renderMessages(view: View, around: Surroundings): Payload[] {
  const parts = splitBody(view, around);
  return parts.map((body, index) => {
    const number = parts.length > 1 ? `${index + 1} of ${parts.length}` : undefined;
    const below = index === 0 ? [...renderButtons(view.buttons), ...renderDetails(view, around)] : [];
    const blocks = [header(view, number), ...body, ...below];
    const payload = { text: fallback(view), blocks };
    checkMessage(payload);
    return payload;
  });
}

/** A view as exactly one message, as an edit needs it. Throws `LimitError` when it does not fit. */
export function renderMessage(view: View, around: Surroundings): Payload {
  const [first, ...others] = renderMessages(view, around);
  if (first === undefined || others.length > 0) {
    throw new LimitError(`messages for "${view.title}"`, 1, others.length + 1);
  }
  return first;
}

export function renderHome(view: View, around: Surroundings): HomeView {
  const body = view.body.flatMap((block) => renderBlock(block, around));
  const home: HomeView = {
    type: "home",
    blocks: [header(view), ...body, ...renderButtons(view.buttons), ...renderDetails(view, around)],
  };
  checkView(home);
  return home;
}

function header({ tone, title }: View, number?: string): KnownBlock {
  const suffix = number === undefined ? "" : ` (${number})`;
  const words = revealHidden(title).replace(/\s+/g, " ").trim() || "Allstop";
  const room = LIMITS.header - TONES[tone].length - suffix.length;
  const text = `${TONES[tone]}${shorten(words, room)}${suffix}`;
  // Without `emoji: false`, a name such as `:x:` in a person's words would turn into a picture.
  return { type: "header", text: { type: "plain_text", text, emoji: false } };
}

function splitBody(view: View, around: Surroundings): KnownBlock[][] {
  // A title that is shortened in the header stands whole below it.
  const long = TONES[view.tone].length + revealHidden(view.title).length > LIMITS.header;
  const body = long ? [{ kind: "text" as const, text: view.title }, ...view.body] : view.body;
  const rows = Math.ceil(view.buttons.length / BUTTONS_PER_ROW);
  const words = LIMITS.messageText - LIMITS.header - lengthOfBlocks(renderButtons(view.buttons));
  const parts: KnownBlock[][] = [[]];
  for (const block of body.flatMap((each) => renderBlock(each, around))) {
    const open = parts.at(-1) ?? [];
    const isFull = open.length + 1 + rows >= LIMITS.messageBlocks || lengthOfBlocks([...open, block]) > words;
    if (open.length > 0 && isFull) parts.push([block]);
    else open.push(block);
  }
  return parts;
}

function renderDetails({ details = [] }: View, around: Surroundings): KnownBlock[] {
  return details.flatMap((block) => renderBlock(block, around));
}

function renderButtons(buttons: Button[]): KnownBlock[] {
  const elements = buttons.map(renderButton);
  const rows: ActionsBlock[] = [];
  for (let at = 0; at < elements.length; at += BUTTONS_PER_ROW) {
    rows.push({
      type: "actions",
      block_id: `actions:${rows.length + 1}`,
      elements: elements.slice(at, at + BUTTONS_PER_ROW),
    });
  }
  return rows;
}

function renderButton(button: Button, index: number): SlackButton {
  const text = { type: "plain_text" as const, text: revealHidden(button.label), emoji: true };
  const style = button.style === undefined ? {} : { style: button.style };
  if ("url" in button) return { type: "button", text, url: button.url, action_id: `link:${index + 1}`, ...style };
  const { confirm } = button;
  return {
    type: "button",
    text,
    action_id: encodeInvoke(button),
    ...style,
    ...(confirm && {
      confirm: {
        title: { type: "plain_text", text: shorten(revealHidden(confirm.title), LIMITS.confirmTitle) },
        text: { type: "plain_text", text: shorten(revealHidden(confirm.text), LIMITS.confirmText) },
        confirm: { type: "plain_text", text: confirm.yes },
        deny: { type: "plain_text", text: "Cancel" },
        ...style,
      },
    }),
  };
}

/** What a phone shows on its lock screen: the title, then the first words. */
function fallback(view: View): string {
  const [first] = view.body.flatMap((block): Text[] => {
    return block.kind === "text" || block.kind === "quote" ? [block.text] : [];
  });
  const title = `${TONES[view.tone]}${view.title}`;
  return oneLine([title, ...(first === undefined ? [] : [" – ", ...(typeof first === "string" ? [first] : first)])]);
}

/** As much as fits, in text that Slack parses: people by name, as the blocks have them, and all else literal. */
function oneLine(spans: Span[]): string {
  let line = "";
  let room = FALLBACK_LENGTH;
  for (const span of spans) {
    const id = typeof span === "object" && "person" in span ? slackIdOf(span.person) : undefined;
    const raw = id === undefined ? plainText([span]).replace(/\s+/g, " ") : `<@${id}>`;
    if (raw.length > room) return `${line}${id === undefined ? escapeText(shorten(raw, Math.max(room, 1))) : "…"}`;
    line += id === undefined ? escapeText(raw) : raw;
    room -= raw.length;
  }
  return line;
}
