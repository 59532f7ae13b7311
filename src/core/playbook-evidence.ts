import { UserError } from "./errors.ts";
import type { Evidence } from "./playbook-events.ts";
import type { EvidenceKind } from "./playbook-file.ts";
import type { StepState } from "./playbook-state.ts";

/** Fewer say nothing to whoever reads it in a week. */
const NOTE_LENGTH_MIN = 10;
const LINK_LENGTH_MAX = 2_000;

/** What is wanted, as it is asked for. */
export const wantedEvidence: Record<EvidenceKind, { label: string; wanted: string }> = {
  note: { label: "A few words", wanted: `A few words on what came of it: ${NOTE_LENGTH_MIN} characters or more.` },
  link: { label: "A link", wanted: "A link: the whole address, from https:// on." },
  transaction: { label: "A transaction hash", wanted: "A transaction hash: 0x and 64 hex digits." },
  file: {
    label: "A file",
    wanted: "The address of a file: upload it to this room, and copy the link of the file or of its message.",
  },
};

/** What a person handed in as evidence of one kind, in its canonical form. Undefined where it is none. */
export function readEvidence(kind: EvidenceKind, given: string): Evidence | undefined {
  const value = given.trim();
  switch (kind) {
    case "note":
      return value.length < NOTE_LENGTH_MIN ? undefined : { kind, value };
    case "transaction":
      return /^0x[0-9a-fA-F]{64}$/.test(value) ? { kind, value: value.toLowerCase() } : undefined;
    case "link":
    case "file": {
      const address = webAddress(value);
      return address === undefined ? undefined : { kind, value: address };
    }
    default:
      return kind satisfies never;
  }
}

/** As the step wants it. Throws `UserError` `evidence_unfit` that says what is wanted. */
export function mustBeEvidence(kind: EvidenceKind, given: string): Evidence {
  const evidence = readEvidence(kind, given);
  if (evidence !== undefined) return evidence;
  throw new UserError("evidence_unfit", "This is not what the step asks for.", wantedEvidence[kind].wanted, { kind });
}

/** Evidence that nobody asked for in particular: what it looks like. Where the step asks for one kind, that if it fits. */
export function guessEvidence(given: string, wanted: EvidenceKind | undefined): Evidence {
  const fitting = wanted && readEvidence(wanted, given);
  return (
    fitting ??
    readEvidence("transaction", given) ??
    readEvidence("link", given) ?? { kind: "note", value: given.trim() }
  );
}

/** What has to be handed in before the step is done. Undefined where nothing is, or it is there. */
export function missingEvidence({ step, evidence }: StepState): EvidenceKind | undefined {
  return evidence.some(({ kind }) => kind === step.evidence) ? undefined : step.evidence;
}

function webAddress(text: string): string | undefined {
  if (text.length > LINK_LENGTH_MAX || /\s/.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  // A name and a password in an address make it look like another's.
  const isPlain = url.username === "" && url.password === "";
  return (url.protocol === "https:" || url.protocol === "http:") && isPlain ? url.href : undefined;
}
