import { type MarkdownBlock, parseMarkdown } from "./markdown.ts";
import { Inlines } from "./view.tsx";

/** Markdown, drawn. Its headings come below those of the page. */
export function Markdown({ text }: { text: string }) {
  return (
    <div class="prose markdown">
      <MarkdownBlocks blocks={parseMarkdown(text)} />
    </div>
  );
}

function MarkdownBlocks({ blocks }: { blocks: MarkdownBlock[] }) {
  return (
    <>
      {blocks.map((block) => (
        <MarkdownBlockView block={block} />
      ))}
    </>
  );
}

function MarkdownBlockView({ block }: { block: MarkdownBlock }) {
  switch (block.type) {
    case "heading": {
      const Heading = `h${Math.min(6, block.level + 2)}` as "h3";
      return (
        <Heading class={`level-${block.level}`}>
          <Inlines nodes={block.children} />
        </Heading>
      );
    }
    case "paragraph":
      return (
        <p>
          <Inlines nodes={block.children} />
        </p>
      );
    case "list": {
      const items = block.items.map((item) => (
        <li class={item.done === undefined ? undefined : "task"}>
          {item.done !== undefined && (
            <span class="tick" role="img" aria-label={item.done ? "done" : "to do"}>
              {item.done ? "☑" : "☐"}
            </span>
          )}
          <MarkdownBlocks blocks={item.blocks} />
        </li>
      ));
      return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
    }
    case "quote":
      return (
        <blockquote>
          <MarkdownBlocks blocks={block.blocks} />
        </blockquote>
      );
    case "pre":
      return <pre>{block.text}</pre>;
    case "table":
      return <MarkdownTable {...block} />;
    case "rule":
      return <hr />;
    default:
      block satisfies never;
      return null;
  }
}

function MarkdownTable({ align, head, rows }: Extract<MarkdownBlock, { type: "table" }>) {
  const cell = (index: number) => ({ style: { textAlign: align[index] ?? "left" } });
  return (
    <div class="table-scroll">
      <table>
        <thead>
          <tr>
            {head.map((nodes, index) => (
              <th {...cell(index)}>
                <Inlines nodes={nodes} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((nodes, index) => (
                <td {...cell(index)}>
                  <Inlines nodes={nodes} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
