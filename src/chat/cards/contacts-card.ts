import { type Named, toldOf } from "../../core/contacts.ts";
import type { Incident } from "../../core/incident.ts";
import type { ResponsePlan } from "../../core/plan.ts";
import { type Dependency, dependencyKinds } from "../../core/plan-response.ts";
import { shorten } from "../prose.ts";
import type { Block, Button, Span, View } from "../view.ts";
import { who } from "./words.ts";

/** As many as a phone is scrolled through, and as many buttons as both chats take. */
const PAGE_LENGTH = 10;
const CONTACTS_SHOWN_MAX = 3;
/** A button has room for 75 characters; names in a plan may be longer. */
const NAME_ON_BUTTON_MAX = 60;

type Kind = Dependency["kind"];

/**
 * Whom we depend on: what of ours needs them, what still works without them, how to reach them, and who was told already.
 * Where there are many, one kind at a time.
 */
export function contactsCard(
  plan: Pick<ResponsePlan, "dependencies">,
  { incident, kind, page = 1 }: { incident?: Incident | undefined; kind?: Kind | undefined; page?: number },
): View {
  const all = Object.entries(plan.dependencies);
  if (all.length === 0) return noneCard();
  if (kind === undefined && all.length > PAGE_LENGTH) return kindsCard(plan, incident);
  const chosen = byKind(all.filter(([, dependency]) => kind === undefined || dependency.kind === kind));
  const pages = Math.max(1, Math.ceil(chosen.length / PAGE_LENGTH));
  const shown = Math.min(page, pages);
  const listed = chosen.slice((shown - 1) * PAGE_LENGTH, shown * PAGE_LENGTH);
  return {
    tone: "info",
    title: `${kind === undefined ? "Dependencies and contacts" : capital(kind)}${pages > 1 ? `, ${shown} of ${pages}` : ""}`,
    body: [
      ...listed.flatMap(([key, dependency]) => dependencyBlocks(key, dependency, incident)),
      ...(listed.length === 0 ? [{ kind: "text" as const, text: `The response plan names no ${kind}.` }] : []),
      ...(incident === undefined ? [onlyToRead()] : []),
    ],
    buttons: [
      ...(incident === undefined ? [] : listed.flatMap(notifyButton(incident))),
      ...pageButtons({ incident, kind, shown, pages }),
    ],
  };
}

/** What was written down, and what the person does now: nothing leaves the chat by itself. */
export function notifiedCard(told: Named, text: string, before: Incident["notified"]): View {
  const { dependency, contact } = told;
  return {
    tone: before.length === 0 ? "good" : "warning",
    title: `Now tell ${contact.name} of ${dependency.name}`,
    body: [
      ...before.map(
        (one): Block => ({
          kind: "text",
          text: [{ bold: "Told before: " }, { time: one.at }, " by ", who(one.by, one.byName), "."],
        }),
      ),
      { kind: "code", label: "Send it to", code: contact.via },
      { kind: "code", label: "These words", code: text },
      {
        kind: "text",
        text: "It is on the timeline that you told them. Allstop sends nothing outside: copy the words and send them now. If they can't be reached, say so with a note.",
      },
      ...(contact.hours === undefined ? [] : [quiet(`They answer: ${contact.hours}.`)]),
      ...(contact.note === undefined ? [] : [quiet(contact.note)]),
    ],
    buttons: [],
  };
}

function kindsCard({ dependencies }: Pick<ResponsePlan, "dependencies">, incident: Incident | undefined): View {
  const all = Object.values(dependencies);
  const kinds = dependencyKinds
    .map((kind) => ({ kind, count: all.filter((one) => one.kind === kind).length }))
    .filter(({ count }) => count > 0);
  return {
    tone: "info",
    title: "Dependencies and contacts",
    body: [
      { kind: "text", text: `The response plan names ${all.length}. Which kind?` },
      ...(incident === undefined ? [] : toldBlocks({ dependencies }, incident)),
    ],
    buttons: kinds.map(({ kind, count }) => ({
      label: `${capital(kind)} (${count})`,
      command: "incident contacts",
      input: { ...(incident && { incident: incident.id }), kind },
    })),
  };
}

/** Who outside knows of it, in one line. */
export function toldBlocks({ dependencies }: Pick<ResponsePlan, "dependencies">, { notified }: Incident): Block[] {
  const told = [...new Set(notified.map(({ dependency }) => dependency))];
  if (told.length === 0) return [];
  const names = told.map((key) => (Object.hasOwn(dependencies, key) ? dependencies[key]?.name : undefined) ?? key);
  return [{ kind: "text", text: [{ bold: "Told outside: " }, names.join(", "), "."] }];
}

function dependencyBlocks(key: string, dependency: Dependency, incident: Incident | undefined): Block[] {
  const { name, kind, uses, degraded, contacts } = dependency;
  const more = contacts.length - CONTACTS_SHOWN_MAX;
  const told = incident === undefined ? [] : toldOf(incident, key);
  const without: Block[] =
    degraded.length === 0 ? [] : [{ kind: "text", text: [{ bold: "Without it: " }, shorten(degraded.join(" "), 400)] }];
  return [
    {
      kind: "text",
      text: [{ bold: shorten(name, 100) }, ` · ${kind}`, uses === undefined ? "" : ` · ${shorten(uses, 120)}`],
    },
    ...without,
    ...contacts.slice(0, CONTACTS_SHOWN_MAX).map(contactLine),
    ...(more > 0 ? [quiet(`And ${more} more: the form that tells them has them all.`)] : []),
    ...(contacts.length === 0 ? [quiet("The plan has no contact for them.")] : []),
    ...told.map((one): Block => ({ kind: "text", text: toldLine(one) })),
  ];
}

function contactLine({ name, via, hours, note }: Dependency["contacts"][number]): Block {
  const when = hours === undefined ? "" : ` (${shorten(hours, 60)})`;
  // Where to reach them is never shortened.
  const text = [`${shorten(name, 80)}: `, { code: via }, when, note === undefined ? "" : `, ${shorten(note, 120)}`];
  return { kind: "text", text };
}

/** `Security desk was told 21 Nov 03:20 by Ana`. */
function toldLine({ name, at, by, byName }: Incident["notified"][number]): Span[] {
  return [{ bold: `${name} was told` }, " ", { time: at }, " by ", who(by, byName), "."];
}

function notifyButton({ id }: Incident): (entry: [string, Dependency]) => Button[] {
  return ([key, { name, contacts }]) =>
    contacts.length === 0
      ? []
      : [
          {
            label: `Notify ${shorten(name, NAME_ON_BUTTON_MAX)}…`,
            command: "incident notify",
            input: { incident: id, contact: key },
          },
        ];
}

function pageButtons(at: {
  incident: Incident | undefined;
  kind: Kind | undefined;
  shown: number;
  pages: number;
}): Button[] {
  const { incident, kind, shown, pages } = at;
  const to = (label: string, page: number): Button => ({
    label,
    command: "incident contacts",
    input: { ...(incident && { incident: incident.id }), ...(kind && { kind }), page: String(page) },
  });
  return [...(shown > 1 ? [to("← Back", shown - 1)] : []), ...(shown < pages ? [to("More →", shown + 1)] : [])];
}

function noneCard(): View {
  return {
    tone: "warning",
    title: "No dependencies in the response plan",
    body: [{ kind: "text", text: "Nobody outside is named there. Add them under `dependencies`, in peace time." }],
    buttons: [],
  };
}

function onlyToRead(): Block {
  return quiet("Say it in an incident's room to tell one of them: that is written down there.");
}

/** Those that have most to do with the money first, as the plan's kinds are ordered. */
function byKind(entries: [string, Dependency][]): [string, Dependency][] {
  return entries.toSorted(([, a], [, b]) => dependencyKinds.indexOf(a.kind) - dependencyKinds.indexOf(b.kind));
}

function quiet(text: string): Block {
  return { kind: "text", quiet: true, text };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
