import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
} from "yaml";
import type { z } from "zod";
import { explainSyntax, explainValue, type PathMessage } from "./yaml-mistakes.ts";

/** A file of a few hundred lines has no business being larger, and a huge one would stall the start. */
const FILE_BYTES_MAX = 1024 * 1024;

/** Mend these first: a file that was damaged has one on every line. All are in `mistakes`. */
const TOLD_MAX = 200;

/** One mistake, at a place that an editor can jump to. Line and column count from 1. */
export interface Mistake {
  line: number;
  column: number;
  /** In the file's own terms: `interventions.pause-vault.target`, `steps[2].do`; empty for the file as a whole. */
  path: string;
  message: string;
}

/** Every mistake in one file, in the order of its lines. The message has one line for each: `FILE:LINE: path: …`. */
export class FileMistakes extends Error {
  readonly file: string;
  readonly mistakes: readonly Mistake[];

  constructor(file: string, mistakes: Mistake[]) {
    const sorted = [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column);
    const lines = sorted.slice(0, TOLD_MAX).map((mistake) => `${file}:${mistake.line}: ${describe(mistake)}`);
    const more = sorted.length - lines.length;
    super([...lines, ...(more > 0 ? [`${file}: and ${more} more mistakes.`] : [])].join("\n"));
    this.name = "FileMistakes";
    this.file = file;
    this.mistakes = sorted;
  }
}

export interface ReadYaml<T> {
  value: T;
  /** sha256 of the file's bytes, lower-case hex. */
  hash: string;
  locate: Locate;
}

/** Where a part of the file stands; for one that is not there, where its nearest parent does. */
export type Locate = (path: readonly PropertyKey[], options?: { atKey?: boolean }) => { line: number; column: number };

/** Checks that need the whole value to be seen; run only when its shape is right. */
export type MoreChecks<T> = (value: T) => PathMessage[];

/** Reads and checks a YAML file. Throws `FileMistakes` that names every mistake, a file that can't be read included. */
export function readYamlFile<S extends z.ZodType>(
  file: string,
  schema: S,
  more?: MoreChecks<z.output<S>>,
): ReadYaml<z.output<S>> {
  return parseYaml(readBytes(file), file, schema, more);
}

/** The same for bytes that are here already; `file` is only the name in messages. */
export function parseYaml<S extends z.ZodType>(
  bytes: Uint8Array,
  file: string,
  schema: S,
  more: MoreChecks<z.output<S>> = () => [],
): ReadYaml<z.output<S>> {
  const text = decode(bytes, file);
  if (text.includes("\r") && !text.includes("\n")) {
    throw whole(file, "Its lines end in a way that is not read any more (CR). Save it with line ends LF or CRLF.");
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // An address without quotes is text here, not a huge hexadecimal number.
    customTags: (tags) => tags.filter((tag) => typeof tag === "string" || tag.format !== "HEX"),
  });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const locate: Locate = (path, { atKey = false } = {}) => place(offsetOf(document, path, atKey));
  const found = [...syntaxMistakes(document, place), ...refusedFeatures(document, place)];
  if (found.length > 0) throw new FileMistakes(file, found);
  if (document.contents === null) throw whole(file, "The file is empty.");

  const parsed = schema.safeParse(document.toJS());
  const problems = parsed.success ? more(parsed.data) : explainValue(parsed.error.issues, schema, document.toJS());
  if (problems.length > 0) {
    throw new FileMistakes(
      file,
      problems.map(({ path, message, atKey }) => ({
        ...locate(path, { atKey: atKey ?? false }),
        path: formatPath(path),
        message,
      })),
    );
  }
  if (!parsed.success) throw new Error(`${file} was refused without a reason.`, { cause: parsed.error });
  return { value: parsed.data, hash: createHash("sha256").update(bytes).digest("hex"), locate };
}

/** `path: message`, or the message alone where the whole file is meant. */
export function describe({ path, message }: Mistake): string {
  return path === "" ? message : `${path}: ${message}`;
}

function readBytes(file: string): Uint8Array {
  try {
    const { size } = statSync(file);
    if (size > FILE_BYTES_MAX) throw whole(file, tooLarge(size));
    return readFileSync(file);
  } catch (error) {
    if (error instanceof FileMistakes) throw error;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw whole(file, "There is no such file.");
    if (code === "EISDIR") throw whole(file, "This is a directory; a file is wanted.");
    if (code === "EACCES") throw whole(file, "The file may not be read: give the bot's user permission to.");
    throw error;
  }
}

function decode(bytes: Uint8Array, file: string): string {
  if (bytes.length > FILE_BYTES_MAX) throw whole(file, tooLarge(bytes.length));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const line = new TextDecoder().decode(bytes).split("\uFFFD")[0]?.split("\n").length ?? 1;
    throw new FileMistakes(file, [
      { line, column: 1, path: "", message: "This is not UTF-8 text. Save the file as UTF-8." },
    ]);
  }
}

function tooLarge(size: number): string {
  return `The file has ${size} bytes; ${FILE_BYTES_MAX} at most are read.`;
}

function whole(file: string, message: string): FileMistakes {
  return new FileMistakes(file, [{ line: 1, column: 1, path: "", message }]);
}

type PlaceOf = (offset: number) => { line: number; column: number };

/** One for each line. Where a tab indents, the rest of what the parser says follows from it. */
function syntaxMistakes(document: Document, place: PlaceOf): Mistake[] {
  const all = [...document.errors, ...document.warnings];
  const tabs = all.filter(({ code }) => code === "TAB_AS_INDENT");
  const seen = new Set<number>();
  return (tabs.length > 0 ? tabs : all).flatMap((error) => {
    const at = place(error.code === "MISSING_CHAR" ? openedAt(document, error.pos[0]) : error.pos[0]);
    if (seen.has(at.line)) return [];
    seen.add(at.line);
    return [{ ...at, path: "", message: explainSyntax(error.code, error.message) }];
  });
}

/** Where the innermost thing that is still open at an offset begins: the end of the file tells nobody anything. */
function openedAt(document: Document, offset: number): number {
  let start: number | undefined;
  visit(document, (_, node) => {
    const quoted = isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE");
    const flow = isCollection(node) && node.flow === true;
    if (!(quoted || flow) || !isNode(node) || !node.range) return;
    if (node.range[0] <= offset && offset <= node.range[2]) start = node.range[0];
  });
  return start ?? offset;
}

/** What YAML could do and these files must not: what stands on a line is what counts, with nothing behind it. */
function refusedFeatures(document: Document, place: PlaceOf): Mistake[] {
  const found: Mistake[] = [];
  const refuse = (node: unknown, message: string) => {
    const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    found.push({ ...place(offset), path: "", message });
  };
  visit(document, (key, node) => {
    if (isAlias(node)) refuse(node, `The alias *${node.source} is not followed. Write the value out where it is used.`);
    if (isNode(node) && !isAlias(node) && node.anchor !== undefined) {
      refuse(node, `The anchor &${node.anchor} is not read. Take it away, and write the value out where it is used.`);
    }
    if (isNode(node) && !isAlias(node) && node.tag !== undefined)
      refuse(node, "Tags such as !!str are not read. Take it away.");
    if (isScalar(node)) {
      const { value } = node;
      if (key === "key" && value === "__proto__") refuse(node, "__proto__ can't be used as a name.");
      if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
        refuse(node, "This number is too large to be read exactly. Put it in quotes.");
      }
    }
  });
  return found;
}

/** Where a path stands in the text; for something that is not there, where its nearest parent stands. */
function offsetOf(document: Document, path: readonly PropertyKey[], atKey: boolean): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  path.forEach((part, index) => {
    const last = index === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
      );
      const key = pair?.key;
      if (isNode(key)) offset = key.range?.[0] ?? offset;
      node = pair?.value;
      if (last && !atKey && isScalar(node) && node.source !== "") offset = node.range?.[0] ?? offset;
    } else if (isCollection(node)) {
      node = typeof part === "number" ? node.items[part] : undefined;
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    } else {
      node = undefined;
    }
  });
  return offset;
}

/** `severities.high.roles[1]`: how a place in the file is called. */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else text += text === "" ? String(part) : `.${String(part)}`;
  }
  return text;
}
