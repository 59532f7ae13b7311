import { type Board, type BoardLine, firstReason, type Verdict } from "../../core/readiness.ts";
import type { Colour, ReadinessLine, ReadinessReason, Rung } from "../../core/readiness-events.ts";
import { type Readiness, worstOf } from "../../core/readiness-state.ts";
import type { EventOf } from "../../core/timeline.ts";
import { shorten } from "../prose.ts";
import type { Block, Button, Span, Tone, View } from "../view.ts";

export const rungWord: Record<Rung, string> = {
  rpc: "RPC providers",
  safe: "Safe",
  shape: "Threshold",
  guard: "Guard and modules",
  role: "Right to pause",
  paused: "State now",
  expiry: "Pause in force",
  once: "A pause is left",
  effect: "Effect probe",
  exit: "Exit probe",
  executor: "Executor",
  gas: "Gas",
  queue: "Queue",
  people: "People",
  ladder: "Signed ahead",
};

export const colourMark: Record<Colour, string> = { green: "✅", amber: "⚠️", red: "❌" };
const colourTone: Record<Colour, Tone> = { green: "good", amber: "warning", red: "danger" };

/** More than that nobody reads on a phone, and one message does not hold. */
const GROUPS_MAX = 3;
const NAMES_MAX = 4;
const NAME_LENGTH_MAX = 60;
const FACTS_MAX = 6;

/** The board in the alerts channel: red first, each reason once, with what to do. Edited in place, never posted again. */
export function readinessBoard(state: Readiness): View {
  return {
    tone: colourTone[worstOf(state.lines.map(({ colour }) => colour))],
    title: headline(state.lines),
    body: [...groups(state.lines), footer(state)],
    buttons: [checkButton("Check now")],
    details: details(state.lines.flatMap(({ reasons }) => reasons)),
  };
}

/** What somebody gets who asks: every rung of one pause, or of several where each stands. */
export function readinessAnswer(board: Board, { only }: { only?: string } = {}): View {
  const lines = board.lines.filter(({ intervention }) => only === undefined || intervention === only);
  const several = new Set(lines.map(({ intervention }) => intervention)).size > 1;
  const facts = lines.map((line) => ({ ...line, reasons: reasonsOf(line) }));
  const where = board.blocks.map(({ name, number }) => `${name} at block ${number}`).join(", ");
  const note = `Looked at just now${where === "" ? "" : `: ${where}`}. No key was used and nothing was sent.`;
  return {
    tone: colourTone[worstOf(lines.map(({ colour }) => colour))],
    title: headline(facts),
    body: [
      ...(several ? groups(facts) : lines.flatMap((line) => ladder(line, lines.length > 1))),
      { kind: "text", quiet: true, text: note },
    ],
    buttons: several ? showButtons(lines) : [],
    details: details(facts.flatMap(({ reasons }) => reasons)),
  };
}

/** Said aloud in the alerts channel, once: what turned red, and what is red no longer. */
export function readinessTurn(event: EventOf<"readiness.checked">): View {
  const turned = event.turned.flatMap(({ subject, from, to }) => {
    const line = event.lines.find((one) => one.subject === subject);
    return line === undefined ? [] : [{ line, from, to }];
  });
  // Only why it would not work: what else there is to say stands on the board.
  const worse = turned
    .filter(({ to }) => to === "red")
    .map(({ line }) => ({ ...line, reasons: line.reasons.filter(({ colour }) => colour === "red") }));
  const better = turned.filter(({ from, to }) => from === "red" && to !== "red").map(({ line }) => line);
  const again = `Ready again: ${namesOf(better)}`;
  const reserved = better.some(({ colour }) => colour === "amber");
  return {
    tone: worse.length > 0 ? "danger" : "good",
    title:
      worse.length > 0
        ? `NOT READY: ${worse.length > 2 ? `${worse.length} pauses would not work` : namesOf(worse)}`
        : again,
    body: [
      ...groups(worse),
      ...(worse.length > 0 && better.length > 0
        ? [{ kind: "text" as const, text: `${colourMark.green} ${again}` }]
        : []),
      ...(reserved ? [{ kind: "text" as const, quiet: true, text: "With reservations: see the board above." }] : []),
    ],
    buttons: worse.length > 0 ? [checkButton("Check again")] : [],
    details: details(worse.flatMap(({ reasons }) => reasons)),
  };
}

function headline(lines: readonly Pick<ReadinessLine, "colour" | "title">[]): string {
  const of = (colour: Colour) => lines.filter((line) => line.colour === colour);
  const [red, amber] = [of("red"), of("amber")];
  const [only] = lines;
  if (only === undefined) return "No pause is planned, so none can be ready";
  if (lines.length === 1) {
    const word = { green: "READY", amber: "READY, with reservations", red: "NOT READY" }[only.colour];
    return `${word}: ${only.title}`;
  }
  if (red.length > 0) return `NOT READY: ${red.length} of ${lines.length} pauses would not work`;
  if (amber.length > 0) return `READY, with reservations: ${amber.length} of ${lines.length} pauses`;
  return `READY: all ${lines.length} pauses would work now`;
}

type Shown = Pick<ReadinessLine, "title" | "colour" | "reasons">;

/** Pauses that fail for one reason stand together: a dead provider is one fault, however many pauses it stops. */
function groups(lines: readonly Shown[]): Block[] {
  const blocks: Block[] = [];
  const found: { lines: Shown[]; reason: ReadinessReason }[] = [];
  for (const colour of ["red", "amber"] as const) {
    for (const line of lines.filter((one) => one.colour === colour)) {
      const reason = firstReason(line.reasons);
      if (reason === undefined) continue;
      const same = found.find((group) => group.reason.code === reason.code && group.reason.says === reason.says);
      if (same === undefined) found.push({ lines: [line], reason });
      else same.lines.push(line);
    }
  }
  for (const group of found.slice(0, GROUPS_MAX)) blocks.push(...groupBlocks(group, lines.length > 1));
  if (found.length > GROUPS_MAX) {
    const rest = found.slice(GROUPS_MAX).flatMap((group) => group.lines);
    blocks.push({
      kind: "text",
      text: ["Not to be forgotten: ", namesOf(rest), ". ", { code: "/readiness check" }, " shows each."],
    });
  }
  const green = lines.filter(({ colour }) => colour === "green");
  if (green.length > 0 && lines.length > 1) {
    blocks.push({ kind: "text", text: `${colourMark.green} ${namesOf(green)}` });
  }
  return blocks;
}

function groupBlocks({ lines, reason }: { lines: Shown[]; reason: ReadinessReason }, named: boolean): Block[] {
  const [first] = lines;
  // The board's own title names the pause that is alone.
  const title = named ? namesOf(lines) : rungWord[reason.rung];
  // Only of one pause alone is there room for the rest of what is wrong with it.
  const others = lines.length === 1 ? (first?.reasons ?? []).filter((one) => one !== reason) : [];
  return [
    { kind: "text", text: [`${colourMark[reason.colour]} `, { bold: `${title}:` }, " ", ...wholeCodes(reason.says)] },
    ...(reason.remedy === undefined
      ? []
      : [{ kind: "text" as const, text: [{ bold: "Do: " }, ...wholeCodes(reason.remedy)] }]),
    ...others.map((one): Block => {
      const text = [`${colourMark[one.colour]} ${rungWord[one.rung]}: `, ...wholeCodes(one.says)];
      return { kind: "text", quiet: true, text };
    }),
  ];
}

/** Addresses that the sentences speak of by name, whole and each once; below the buttons, as on other cards. */
function details(reasons: readonly ReadinessReason[]): Block[] {
  const facts = reasons.flatMap((reason) => reason.facts ?? []);
  const all = [...new Set(facts.map(({ label, value }) => `${label}\n${value}`))];
  if (all.length === 0) return [];
  const code = all.slice(0, FACTS_MAX).join("\n");
  const more = all.length - FACTS_MAX;
  if (more <= 0) return [{ kind: "code", code }];
  return [
    { kind: "code", code },
    { kind: "text", quiet: true, text: `${more} more addresses: npx allstop readiness --json prints them all.` },
  ];
}

/** Whoever reads on a phone wants to know which and how many; the terminal has room for all of them. */
function namesOf(lines: readonly Pick<ReadinessLine, "title">[]): string {
  const names = lines.slice(0, NAMES_MAX).map(({ title }) => shorten(title, NAME_LENGTH_MAX));
  return lines.length > NAMES_MAX ? `${names.join(", ")} and ${lines.length - NAMES_MAX} more` : names.join(", ");
}

/** All rungs in their order; what is not green has its remedy below it. */
function ladder(line: BoardLine, named: boolean): Block[] {
  const head: Block[] = named ? [{ kind: "text", text: [{ bold: line.title }] }] : [];
  const rows = line.verdicts.map((verdict): Block => {
    const fields = [
      { label: `${colourMark[verdict.colour]} ${rungWord[verdict.rung]}`, value: wholeCodes(verdict.says) },
    ];
    if (verdict.remedy !== undefined) fields.push({ label: "→", value: wholeCodes(verdict.remedy) });
    return { kind: "fields", fields };
  });
  return [...head, ...joined(rows)];
}

/** Neighbours become one block: messages have a limit of blocks, and a phone one of patience. */
function joined(rows: Block[]): Block[] {
  const fields = rows.flatMap((row) => (row.kind === "fields" ? row.fields : []));
  return fields.length === 0 ? [] : [{ kind: "fields", fields }];
}

function footer({ blocks, checkedAt, lines }: Readiness): Block {
  const where = blocks.map(({ name, number }) => `${name}, block ${number}`).join("; ");
  const red = lines.filter(({ colour }) => colour === "red").map(({ since }) => since);
  const [since] = red.toSorted();
  return {
    kind: "text",
    quiet: true,
    text: [
      ...(since === undefined ? [] : ["Red since ", { time: since }, ". "]),
      ...(since === checkedAt ? [] : ["Proven ", { time: checkedAt }, where === "" ? ". " : ` (${where}). `]),
      "No key was used. It is watched, and this card changes when something does.",
    ],
  };
}

function reasonsOf({ verdicts }: BoardLine): ReadinessReason[] {
  return verdicts.filter((verdict: Verdict) => verdict.colour !== "green");
}

function checkButton(label: string): Button {
  return { label, command: "readiness check", input: {} };
}

function showButtons(lines: readonly BoardLine[]): Button[] {
  const shown = lines.toSorted((a, b) => order(a.colour) - order(b.colour)).map(({ intervention }) => intervention);
  return [...new Set(shown)]
    .slice(0, 5)
    .map((intervention) => ({ label: `Show ${intervention}`, command: "readiness check", input: { intervention } }));
}

function order(colour: Colour): number {
  return colour === "red" ? 0 : colour === "amber" ? 1 : 2;
}

/** Addresses and hashes in a sentence stand out, and can be copied whole. */
function wholeCodes(text: string): Span[] {
  return text
    .split(/(0x[0-9a-fA-F]{40,})/)
    .filter((part) => part !== "")
    .map((part) => (/^0x[0-9a-fA-F]{40,}$/.test(part) ? { code: part } : part));
}
