/** Block Kit, drawn. A block that this page does not know is shown as such, never left out. */
import type { AnyBlock, KnownBlock } from "@slack/types";
import { Markdown } from "../text/markdown-view.tsx";
import { PlainText, SlackLink, TextObject } from "../text/view.tsx";
import { Element } from "./element.tsx";
import { actionIdOf, blockIdOf } from "./form-state.ts";
import { InputBlockView } from "./input-block.tsx";
import { RichText } from "./rich-text.tsx";
import { TableBlockView } from "./table.tsx";

export function Blocks({ blocks }: { blocks: AnyBlock[] }) {
  return (
    <div class="blocks">
      {blocks.map((block, index) => {
        const blockId = blockIdOf(block, index);
        return <BlockView key={blockId} block={block as KnownBlock} blockId={blockId} />;
      })}
    </div>
  );
}

function BlockView({ block, blockId }: { block: KnownBlock; blockId: string }) {
  switch (block.type) {
    case "header":
      return (
        <h3 class="block header">
          <PlainText text={block.text.text} emoji={block.text.emoji} />
        </h3>
      );
    case "divider":
      return <hr class="block divider" />;
    case "section":
      return <Section block={block} blockId={blockId} />;
    case "context":
      return <Context block={block} />;
    case "actions":
      return (
        <div class="block actions">
          {block.elements.map((element, index) => {
            const actionId = actionIdOf(element, index);
            return <Element key={actionId} element={element} blockId={blockId} actionId={actionId} />;
          })}
        </div>
      );
    case "input":
      return <InputBlockView block={block} blockId={blockId} />;
    case "image":
      return <Picture block={block} />;
    case "rich_text":
      return <RichText block={block} />;
    case "markdown":
      return (
        <div class="block">
          <Markdown text={block.text} />
        </div>
      );
    case "table":
      return <TableBlockView block={block} />;
    case "file":
      return (
        <p class="block file-ref">
          File {block.external_id} ({block.source})
        </p>
      );
    default:
      return <Unsupported type={block.type} />;
  }
}

export function Unsupported({ type }: { type: string }) {
  return <p class="block unsupported">Unsupported block: {type}</p>;
}

function Section({ block, blockId }: { block: Extract<KnownBlock, { type: "section" }>; blockId: string }) {
  const { text, fields, accessory } = block;
  return (
    <div class="block section">
      <div class="section-body">
        {text && <TextObject of={text} />}
        {fields && (
          <div class="fields">
            {fields.map((field) => (
              <TextObject of={field} />
            ))}
          </div>
        )}
      </div>
      {accessory && (
        <div class="accessory">
          <Element
            element={accessory}
            blockId={blockId}
            actionId={accessory.type === "image" ? "image" : actionIdOf(accessory, 0)}
          />
        </div>
      )}
    </div>
  );
}

function Context({ block }: { block: Extract<KnownBlock, { type: "context" }> }) {
  return (
    <div class="block context">
      {block.elements.map((element) =>
        element.type === "image" ? <BlockImage image={element} class="context-image" /> : <TextObject of={element} />,
      )}
    </div>
  );
}

function Picture({ block }: { block: Extract<KnownBlock, { type: "image" }> }) {
  return (
    <figure class="block image">
      {block.title && (
        <figcaption>
          <PlainText text={block.title.text} />
        </figcaption>
      )}
      <BlockImage image={block} />
    </figure>
  );
}

/** A Slack file has no address that a browser may fetch; its place says what it is. */
export function BlockImage({
  image,
  class: className,
}: {
  image: { alt_text: string; image_url?: string };
  class?: string;
}) {
  if (!image.image_url) return <span class="no-image">{image.alt_text}</span>;
  const picture = <img class={className} src={image.image_url} alt={image.alt_text} loading="lazy" />;
  return className ? picture : <SlackLink href={image.image_url}>{picture}</SlackLink>;
}
