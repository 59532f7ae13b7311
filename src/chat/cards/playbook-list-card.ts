import type { Incident } from "../../core/incident.ts";
import type { Playbook } from "../../core/playbook-file.ts";
import { progressOf } from "../../core/playbook-state.ts";
import type { App } from "../../core/ports.ts";
import { stalePlaybooks } from "../../core/review.ts";
import { shorten } from "../prose.ts";
import { type Block, type CommandButton, plainText, type Span, type View } from "../view.ts";

/** Those that fit the severity have a button of their own; all others are one press further. */
const STARTS_SHOWN_MAX = 4;
/** What Discord takes below the buttons of one message, beside the runs above them and the stale ones under it. */
const LIST_LENGTH_MAX = 2_100;
const SUMMARY_LENGTH_MAX = 110;
const SYMPTOM_LENGTH_MAX = 110;
/** A title of 80 characters and the word before it are more than a button holds. */
const LABEL_LENGTH_MAX = 75;
/** `allstop playbooks check` names all that are stale, and why. */
const STALE_SHOWN_MAX = 3;

/**
 * In an incident the buttons come first, and what may fit stands above the rest: nobody scrolls through twenty playbooks
 * to start one. Elsewhere it is a list to read.
 */
export function playbookListCard(
  { playbooks, plan, clock }: Pick<App, "playbooks" | "plan" | "clock">,
  incident: Incident | undefined,
): View {
  const running = (incident?.runs ?? []).map(
    (run): Block => ({ kind: "progress", label: `${run.id} ${run.text.title}`, ...progressOf(run) }),
  );
  const all = playbooks();
  const stale = staleBlocks(all, clock.now());
  const startsIn = incident === undefined || incident.status === "closed" ? undefined : incident;
  if (startsIn === undefined) {
    const body: Block[] = [...running, { kind: "fields", fields: all.map(fieldOf) }, ...stale];
    return { tone: "info", title: "Playbooks", body, buttons: [] };
  }
  const { playbook, severity } = startsIn;
  // What it was declared as, what the plan has for the severity, and what says itself that it is for that.
  const meant = [playbook, plan().playbooks[severity]].flatMap((key) => all.filter((one) => one.key === key));
  const fitting = [...new Set([...meant, ...all.filter(({ severities }) => severities.includes(severity))])];
  const sorted = [...new Set([...fitting, ...all])];
  const offered = (fitting.length > 0 ? fitting : all).slice(0, STARTS_SHOWN_MAX);
  return {
    tone: "info",
    title: "Playbooks",
    body: [...running, { kind: "text", text: hint(fitting.length) }],
    buttons: starts(offered, startsIn, all.length > offered.length),
    details: [...listed(sorted), ...stale],
  };
}

function hint(fitting: number): string {
  if (fitting === 0) return "None is written for this severity. What each is for stands below.";
  return `What each is for stands below: first the ${fitting} for this severity.`;
}

type Field = { label: string; value: Span[] };

function fieldOf({ key, title, summary, symptoms, steps }: Playbook): Field {
  const [symptom] = symptoms;
  return {
    label: `${title} · ${steps.length} steps`,
    value: [
      { code: key },
      ` ${firstSentence(summary)}`,
      ...(symptom === undefined ? [] : [{ italic: ` How it looks: ${shorten(symptom, SYMPTOM_LENGTH_MAX)}` }]),
    ],
  };
}

/** As many as one message of either chat holds; how many are left out is said. */
function listed(playbooks: Playbook[]): Block[] {
  let room = LIST_LENGTH_MAX;
  const fields: Field[] = [];
  for (const playbook of playbooks) {
    const field = { label: playbook.title, value: [firstSentence(playbook.summary)] };
    room -= field.label.length + plainText(field.value).length + 6;
    if (room < 0) break;
    fields.push(field);
  }
  const more = playbooks.length - fields.length;
  const rest: Block = { kind: "text", quiet: true, text: `${more} more: Start another… names them all.` };
  return [{ kind: "fields", fields }, ...(more > 0 ? [rest] : [])];
}

function firstSentence(summary: string): string {
  const [first = summary] = summary.split(/(?<=[.?!]) /);
  return shorten(first, SUMMARY_LENGTH_MAX);
}

/** Their number and a few names: with the reason of each, forty of them would not fit under the list. */
function staleBlocks(playbooks: Playbook[], now: Date): Block[] {
  const stale = stalePlaybooks(playbooks, now);
  if (stale.length === 0) return [];
  const named = stale
    .slice(0, STALE_SHOWN_MAX)
    .map(({ playbook, says }) => `${playbook.key} (${says.replace(/\.$/, "")})`)
    .join("; ");
  const more = stale.length - STALE_SHOWN_MAX;
  const rest = more > 0 ? `, and ${more} more` : "";
  return [{ kind: "text", quiet: true, text: `Walk through these again in peace time: ${named}${rest}.` }];
}

function starts(offered: Playbook[], { id: incident }: Incident, others: boolean): CommandButton[] {
  return [
    ...offered.map(({ key, title }) => ({
      label: shorten(`Start: ${title}`, LABEL_LENGTH_MAX),
      command: "playbook start",
      input: { incident, playbook: key },
    })),
    ...(others ? [{ label: "Start another…", command: "playbook start", input: { incident } }] : []),
  ];
}
