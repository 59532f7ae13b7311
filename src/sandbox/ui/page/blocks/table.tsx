import type { TableBlock } from "@slack/types";
import { RichText } from "./rich-text.tsx";

type Cell = TableBlock["rows"][number][number];

/** The first row is the head, as Slack draws it. Wide tables scroll within themselves, never the page. */
export function TableBlockView({ block }: { block: TableBlock }) {
  const [head, ...rows] = block.rows;
  const style = (index: number) => {
    const settings = block.column_settings?.[index];
    return { textAlign: settings?.align ?? "left", whiteSpace: settings?.is_wrapped === false ? "nowrap" : undefined };
  };
  return (
    <div class="block prose table-scroll">
      <table>
        <thead>
          <tr>
            {head?.map((cell, index) => (
              <th style={style(index)}>
                <CellView cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((cell, index) => (
                <td style={style(index)}>
                  <CellView cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CellView({ cell }: { cell: Cell }) {
  return cell.type === "rich_text" ? <RichText block={cell} /> : <span>{cell.text}</span>;
}
