import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const NAME_LENGTH_MAX = 100;

/**
 * Writes a file below `folder`, for its owner alone, and tells where it lies. The same content under the same name is
 * one file; another content gets the next free name.
 */
export function writeUpload(
  folder: string,
  room: string,
  { name, content }: { name: string; content: string },
): string {
  const into = join(folder, plainName(room));
  mkdirSync(into, { recursive: true, mode: 0o700 });
  for (let copy = 1; ; copy += 1) {
    const path = join(into, numbered(plainName(name), copy));
    if (!existsSync(path)) {
      writeFileSync(path, content, { mode: 0o600, flag: "wx" });
      return path;
    }
    if (readFileSync(path, "utf8") === content) {
      chmodSync(path, 0o600);
      return path;
    }
  }
}

/** A name that leads nowhere else, whatever it was. */
function plainName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[.-]+/, "");
  return plain.slice(-NAME_LENGTH_MAX) || "file";
}

function numbered(name: string, copy: number): string {
  if (copy === 1) return name;
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? `${name}-${copy}` : `${name.slice(0, dot)}-${copy}${name.slice(dot)}`;
}
