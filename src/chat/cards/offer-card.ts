import type { UserRef } from "../../core/ids.ts";
import type { Incident } from "../../core/incident.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import { isSamePerson } from "../../core/roles.ts";
import type { Role } from "../../core/severity.ts";
import type { StoredEvent } from "../../core/timeline.ts";
import type { Button, Span, Text, View } from "../view.ts";
import { severityWord, who } from "./words.ts";

export type Offer = Extract<StoredEvent["event"], { kind: "role.offered" }>;
type Words = Exclude<Text, string>;

/** What came of an offer: it waits, or somebody settled it. */
export type OfferOutcome =
  | { kind: "waiting" }
  | { kind: "accepted" }
  | { kind: "declined"; reason?: string }
  | { kind: "given"; user: UserRef }
  | { kind: "replaced"; user: UserRef }
  | { kind: "over"; status: Incident["status"] };

export interface OfferView {
  plan: LoadedPlan;
  incident: Incident;
  offer: Offer;
  by: StoredEvent;
  outcome: OfferOutcome;
}

/** What became of the offer that event `seq` made, as the rest of the timeline tells it. */
export function outcomeOf(plan: LoadedPlan, incident: Incident, events: StoredEvent[], seq: number): OfferOutcome {
  const offered = events[seq - 1]?.event;
  if (offered?.kind !== "role.offered") throw new Error(`Event ${seq} of ${incident.id} offers no role.`);
  for (const { event } of events.slice(seq)) {
    if (event.kind === "incident.resolved" || event.kind === "incident.closed")
      return { kind: "over", status: incident.status };
    if (!("role" in event) || event.role !== offered.role) continue;
    if (event.kind === "role.assigned") {
      if (isSamePerson(plan, event.user, offered.user)) return { kind: "accepted" };
      return { kind: "given", user: event.user };
    }
    if (event.kind === "role.offered") return { kind: "replaced", user: event.user };
    if (event.kind === "role.offer_declined")
      return { kind: "declined", ...(event.reason && { reason: event.reason }) };
  }
  return { kind: "waiting" };
}

/** To the one who is asked, at 3 a.m., on a phone: what it is, who holds it until then, and two buttons. */
export function offerCard(
  view: OfferView,
  { room, user }: { room?: { place: string; label: string } | undefined; user: UserRef },
): View {
  const { plan, incident, offer, by } = view;
  const settled = settledCard(view, [{ person: user }]);
  if (settled !== undefined) return settled;
  return {
    tone: "warning",
    title: `You are asked to be ${offer.role}`,
    body: [
      {
        kind: "text",
        text: [
          who(by.by, by.byName),
          ` hands it to you in ${incident.id} (${severityWord(incident.severity, plan)}): ${incident.title}. `,
          ...until(offer),
        ],
      },
      ...(room === undefined ? [] : [{ kind: "text" as const, text: ["Room: ", room] }]),
    ],
    buttons: buttons(incident, offer.role),
  };
}

/** The same in the room: everybody sees who is asked, and who leads meanwhile. */
export function offerRoomCard(view: OfferView, { user }: { user: UserRef }): View {
  const { incident, offer, by } = view;
  const settled = settledCard(view, [{ person: user }]);
  if (settled !== undefined) return settled;
  return {
    tone: "warning",
    title: `Hand-off: ${offer.role}`,
    body: [
      {
        kind: "text",
        text: [{ person: user }, ", ", who(by.by, by.byName), ` asks you to be ${offer.role}. `, ...until(offer)],
      },
    ],
    buttons: buttons(incident, offer.role),
  };
}

function until({ from, role }: Offer): Words {
  return from === undefined
    ? [`Until you accept, nobody is ${role}.`]
    : ["Until you accept, ", { person: from }, ` stays ${role}.`];
}

/** One line once it is settled: nobody presses what does nothing any more. */
function settledCard({ offer: { role, from }, outcome }: OfferView, asked: Span[]): View | undefined {
  const card = (title: string, text: Words, tone: View["tone"] = "neutral"): View => ({
    tone,
    title,
    body: [{ kind: "text", text }],
    buttons: [],
  });
  switch (outcome.kind) {
    case "waiting":
      return undefined;
    case "accepted":
      return card(`Accepted: ${role}`, [...asked, ` is ${role} now.`], "good");
    case "declined": {
      const reason = outcome.reason === undefined ? "" : `: ${outcome.reason}`;
      const still: Words = from === undefined ? [" Nobody holds it yet."] : [" ", { person: from }, ` stays ${role}.`];
      return card(`Declined: ${role}`, [...asked, ` declined${reason}.`, ...still]);
    }
    case "given":
      return card(`Settled: ${role}`, [
        { person: outcome.user },
        ` is ${role} now. Nothing is asked of `,
        ...asked,
        ".",
      ]);
    case "replaced":
      return card(`Settled: ${role}`, [{ person: outcome.user }, " is asked instead of ", ...asked, "."]);
    case "over":
      return card(`Settled: ${role}`, ["The incident is over. Nothing is asked of ", ...asked, "."]);
    default:
      return outcome satisfies never;
  }
}

function buttons({ id }: Incident, role: Role): Button[] {
  const input = { incident: id, role };
  return [
    { label: "Accept", command: "incident accept", input, style: "primary" },
    { label: "Decline", command: "incident decline", input },
  ];
}
