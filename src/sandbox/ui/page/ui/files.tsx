import { useState } from "preact/hooks";
import type { FileItem } from "../../../slack/client-api.ts";
import { Markdown } from "../text/markdown-view.tsx";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";

/** Beyond this a preview would make the page slow; the file can still be downloaded. */
const PREVIEW_BYTES_MAX = 1_000_000;

export function Files({ files }: { files: FileItem[] }) {
  return (
    <div class="files">
      {files.map((file) => (
        <FileCard file={file} />
      ))}
    </div>
  );
}

function FileCard({ file }: { file: FileItem }) {
  const [preview, setPreview] = useState<string>();
  const [failure, setFailure] = useState<string>();

  async function open(): Promise<void> {
    setFailure(undefined);
    try {
      const answer = await fetch(file.url);
      if (!answer.ok) throw new Error(answer.statusText);
      setPreview(await answer.text());
    } catch (error) {
      setFailure(`The file did not come: ${String(error)}`);
    }
  }

  return (
    <div class="file-card" data-testid={`file-${file.id}`}>
      <Icon name="file" />
      <span class="file-words">
        <strong>{file.title || file.name}</strong>
        <small>
          {file.name} · {sizeOf(file.size)}
        </small>
        {failure && (
          <small class="failure" role="alert">
            {failure}
          </small>
        )}
      </span>
      {isReadable(file) && (
        <button type="button" class="button" onClick={open}>
          Preview
        </button>
      )}
      <a class="button icon-button" href={file.url} download={file.name} aria-label={`Download ${file.name}`}>
        <Icon name="download" />
      </a>
      {preview !== undefined && (
        <Dialog class="dialog preview" label={file.name} testId="file-preview" onClose={() => setPreview(undefined)}>
          <header class="dialog-head">
            <h2>{file.title || file.name}</h2>
            <a class="button" href={file.url} download={file.name}>
              Download
            </a>
            <button type="button" class="button icon-button" aria-label="Close" onClick={() => setPreview(undefined)}>
              <Icon name="close" />
            </button>
          </header>
          <div class="dialog-body">
            {isMarkdown(file) ? <Markdown text={preview} /> : <pre class="raw">{inOrder(file, preview)}</pre>}
          </div>
        </Dialog>
      )}
    </div>
  );
}

function isMarkdown(file: FileItem): boolean {
  return /\.(md|markdown)$/i.test(file.name) || file.mimetype === "text/markdown";
}

function isReadable(file: FileItem): boolean {
  const isText =
    file.mimetype.startsWith("text/") ||
    file.mimetype.includes("json") ||
    /\.(md|json|ya?ml|txt|csv|log|patch)$/i.test(file.name);
  return isText && file.size <= PREVIEW_BYTES_MAX;
}

/** JSON that came on one line is laid out; anything else is shown as it is. */
function inOrder(file: FileItem, text: string): string {
  if (!file.name.endsWith(".json")) return text;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    // Not JSON after all: the text itself is the most honest preview.
    return text;
  }
}

function sizeOf(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0)} kB`;
}
