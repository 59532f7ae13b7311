import type { RichTextBlock, RichTextElement } from "@slack/types";
import type { ComponentChildren } from "preact";
import { ChannelMention, Emoji, Moment, SlackLink, UserMention } from "../text/view.tsx";
import { Unsupported } from "./blocks.tsx";

export function RichText({ block }: { block: RichTextBlock }) {
  return (
    <div class="block prose">
      {block.elements.map((part) => (
        <Part part={part} />
      ))}
    </div>
  );
}

function Part({ part }: { part: RichTextBlock["elements"][number] }) {
  switch (part.type) {
    case "rich_text_section":
      return (
        <p>
          <Runs elements={part.elements} />
        </p>
      );
    case "rich_text_preformatted":
      return (
        <pre>
          <Runs elements={part.elements} />
        </pre>
      );
    case "rich_text_quote":
      return (
        <blockquote>
          <Runs elements={part.elements} />
        </blockquote>
      );
    case "rich_text_list": {
      const items = part.elements.map((item) => (
        <li>
          <Runs elements={item.elements} />
        </li>
      ));
      const style = { marginInlineStart: `${(part.indent ?? 0) * 1.4}em` };
      return part.style === "ordered" ? <ol style={style}>{items}</ol> : <ul style={style}>{items}</ul>;
    }
    default:
      part satisfies never;
      return <Unsupported type={String((part as { type: string }).type)} />;
  }
}

function Runs({ elements }: { elements: RichTextElement[] }) {
  return (
    <>
      {elements.map((element) => (
        <Styled style={element.style}>
          <Run element={element} />
        </Styled>
      ))}
    </>
  );
}

function Styled({ style = {}, children }: { style?: RichTextElement["style"]; children: ComponentChildren }) {
  let node = <>{children}</>;
  if (style.code) node = <code>{node}</code>;
  if (style.bold) node = <strong>{node}</strong>;
  if (style.italic) node = <em>{node}</em>;
  if (style.strike) node = <s>{node}</s>;
  if (style.underline) node = <u>{node}</u>;
  return node;
}

function Run({ element }: { element: RichTextElement }) {
  switch (element.type) {
    case "text":
      return <>{element.text}</>;
    case "link":
      return <SlackLink href={element.url}>{element.text ?? element.url}</SlackLink>;
    case "user":
      return <UserMention id={element.user_id} />;
    case "channel":
      return <ChannelMention id={element.channel_id} />;
    case "emoji":
      return <Emoji name={element.name} />;
    case "date":
      return (
        <Moment
          seconds={element.timestamp}
          format={element.format}
          url={element.url}
          fallback={element.fallback ?? ""}
        />
      );
    case "broadcast":
      return <span class="mention loud">@{element.range}</span>;
    case "usergroup":
      return <span class="mention">@{element.usergroup_id}</span>;
    case "team":
      return <span class="mention">@{element.team_id}</span>;
    case "color":
      return <code>{element.value}</code>;
    default:
      element satisfies never;
      return null;
  }
}
