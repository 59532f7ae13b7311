/** Draws parsed text. Everything a person or the bot wrote becomes a text node; nothing becomes HTML. */
import type { ComponentChildren } from "preact";
import { personOf, placeName, useAppState, useStore } from "../client/context.ts";
import { resolveLink } from "../client/route.ts";
import { formatDate } from "./date.ts";
import { glyphOf } from "./emoji.ts";
import type { Inline } from "./inline.ts";
import { parseMrkdwn } from "./mrkdwn.ts";

/** A `mrkdwn` text object, or the `text` of a message. */
export function Mrkdwn({ text, trail }: { text: string; trail?: ComponentChildren }) {
  const blocks = parseMrkdwn(text);
  return (
    <div class="prose">
      {blocks.map((block, index) => {
        const after = index === blocks.length - 1 ? trail : undefined;
        if (block.type === "pre")
          return (
            <>
              <pre>{block.text}</pre>
              {after}
            </>
          );
        const inside = <Inlines nodes={block.children} />;
        return block.type === "quote" ? (
          <blockquote>
            {inside}
            {after}
          </blockquote>
        ) : (
          <p>
            {inside}
            {after}
          </p>
        );
      })}
    </div>
  );
}

/** A `plain_text` object: no formatting; emoji by name unless the app says otherwise. */
export function PlainText({ text, emoji = true }: { text: string; emoji?: boolean }) {
  if (!emoji) return <>{text}</>;
  return <>{text.replace(/:([a-z0-9_+'-]+):/g, (whole, name: string) => glyphOf(name) ?? whole)}</>;
}

export function TextObject({
  of,
}: {
  of: { type: "mrkdwn"; text: string } | { type: "plain_text"; text: string; emoji?: boolean };
}) {
  if (of.type === "mrkdwn") return <Mrkdwn text={of.text} />;
  return (
    <div class="prose">
      <p class="plain">
        <PlainText text={of.text} emoji={of.emoji} />
      </p>
    </div>
  );
}

export function Inlines({ nodes }: { nodes: Inline[] }) {
  return (
    <>
      {nodes.map((node) => (
        <InlineNode node={node} />
      ))}
    </>
  );
}

function InlineNode({ node }: { node: Inline }) {
  switch (node.type) {
    case "text":
      return <>{node.text}</>;
    case "bold":
      return (
        <strong>
          <Inlines nodes={node.children} />
        </strong>
      );
    case "italic":
      return (
        <em>
          <Inlines nodes={node.children} />
        </em>
      );
    case "strike":
      return (
        <s>
          <Inlines nodes={node.children} />
        </s>
      );
    case "code":
      return <code>{node.text}</code>;
    case "link":
      return (
        <SlackLink href={node.url}>
          <Inlines nodes={node.children} />
        </SlackLink>
      );
    case "user":
      return <UserMention id={node.id} label={node.label} />;
    case "channel":
      return <ChannelMention id={node.id} label={node.label} />;
    case "group":
      return <span class="mention">@{node.label?.replace(/^@/, "") ?? node.id}</span>;
    case "broadcast":
      return <span class="mention loud">@{node.range}</span>;
    case "date":
      return <Moment {...node} />;
    case "emoji":
      return <Emoji name={node.name} />;
    case "break":
      return <br />;
    default:
      node satisfies never;
      return null;
  }
}

export function Emoji({ name }: { name: string }) {
  const glyph = glyphOf(name);
  return glyph ? (
    <span class="emoji" role="img" aria-label={name.replace(/_/g, " ")}>
      {glyph}
    </span>
  ) : (
    <>:{name}:</>
  );
}

export function UserMention({ id, label }: { id: string; label?: string }) {
  const { workspace, as } = useAppState();
  const person = workspace && personOf(workspace, id);
  return <span class={id === as ? "mention loud" : "mention"}>@{person?.name ?? label ?? id}</span>;
}

export function ChannelMention({ id, label }: { id: string; label?: string }) {
  const { workspace } = useAppState();
  const channel = workspace?.channels.find((each) => each.id === id);
  if (!workspace || !channel) return <span class="mention">#{label ?? "private-channel"}</span>;
  return (
    <a class="mention" href={`#/${id}`}>
      #{placeName(workspace, channel)}
    </a>
  );
}

/** A moment in the reader's own time, with the whole of it on hovering. */
export function Moment({
  seconds,
  format,
  url,
  fallback,
}: {
  seconds: number;
  format: string;
  url?: string;
  fallback: string;
}) {
  const text = formatDate(seconds, format, { now: new Date() });
  const time = (
    <time dateTime={new Date(seconds * 1000).toISOString()} title={fallback || new Date(seconds * 1000).toString()}>
      {text}
    </time>
  );
  return url ? <SlackLink href={url}>{time}</SlackLink> : time;
}

export function SlackLink({
  href,
  class: className,
  children,
}: {
  href: string;
  class?: string;
  children: ComponentChildren;
}) {
  const { as } = useStore().get();
  const link = resolveLink(href, as, location);
  if (link.kind === "place")
    return (
      <a href={link.hash} class={className}>
        {children}
      </a>
    );
  return (
    <a href={link.url} class={className} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}
