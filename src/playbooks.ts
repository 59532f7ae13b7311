import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { type Playbook, PlaybookFile } from "./core/playbook-file.ts";
import { lintPlaybook, type PlaybookOptions } from "./playbook-lint.ts";
import { FileMistakes, readYamlFile } from "./yaml-file.ts";

export { stalePlaybooks } from "./core/review.ts";
export type { PlaybookOptions } from "./playbook-lint.ts";

/** A file's name is its key, which people type. */
const KEY = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Mistakes in several files, one `FileMistakes` for each. The message holds all their lines. */
export class PlaybookMistakes extends Error {
  readonly files: readonly FileMistakes[];

  constructor(files: FileMistakes[]) {
    super(files.map(({ message }) => message).join("\n"));
    this.name = "PlaybookMistakes";
    this.files = files;
  }
}

/** Every `*.yaml` of a directory as a playbook, by key. Throws `PlaybookMistakes` that names all mistakes of all files. */
export function loadPlaybooks(dir: string, options: PlaybookOptions = {}): Playbook[] {
  const playbooks: Playbook[] = [];
  const mistaken: FileMistakes[] = [];
  for (const file of playbookFiles(dir)) {
    try {
      playbooks.push(loadPlaybook(join(dir, file), options));
    } catch (error) {
      if (!(error instanceof FileMistakes)) throw error;
      mistaken.push(error);
    }
  }
  if (mistaken.length > 0) throw new PlaybookMistakes(mistaken);
  return playbooks;
}

/** The keys that a directory's playbooks bear, without reading them. */
export function playbookKeys(dir: string): string[] {
  return playbookFiles(dir).map((file) => basename(file, ".yaml"));
}

/** Reads one playbook. Throws `FileMistakes`. */
export function loadPlaybook(path: string, options: PlaybookOptions = {}): Playbook {
  const key = basename(path, ".yaml");
  if (!KEY.test(key)) {
    const message = `The file's name is what people type. Use lowercase letters, digits and hyphens, 40 at most, then .yaml.`;
    throw new FileMistakes(path, [{ line: 1, column: 1, path: "", message }]);
  }
  const { value, hash } = readYamlFile(path, PlaybookFile, (file) => lintPlaybook(file, options));
  return { ...value, key, hash };
}

function playbookFiles(dir: string): string[] {
  try {
    const files = readdirSync(dir).sort();
    const unread = files.find((file) => file.endsWith(".yml"));
    if (unread !== undefined) throw misnamed(join(dir, unread));
    return files.filter((file) => file.endsWith(".yaml") && !file.startsWith("."));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    throw new PlaybookMistakes([
      new FileMistakes(dir, [{ line: 1, column: 1, path: "", message: "There is no such directory of playbooks." }]),
    ]);
  }
}

/** A playbook that is silently not there is found out at 3 a.m. */
function misnamed(path: string): PlaybookMistakes {
  const message = "A playbook's name ends in .yaml. Rename this file.";
  return new PlaybookMistakes([new FileMistakes(path, [{ line: 1, column: 1, path: "", message }])]);
}
