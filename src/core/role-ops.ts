import type { Effect } from "./effects.ts";
import { UserError } from "./errors.ts";
import type { IncidentId, UserRef } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { aliasesOf, type LoadedPlan, type Role } from "./plan.ts";
import type { App, Cause, Decision } from "./ports.ts";
import { nothing, recordIncident, unlessClosed } from "./record-incident.ts";
import { inTheWay, isSamePerson, nameOf, offersToShow, rolesOf, roleWord } from "./roles.ts";

/** "I take it." What somebody else holds is not taken by this: it is handed off, or taken over in so many words. */
export async function claimRole(
  app: App,
  cause: Cause,
  { incident, role }: { incident: IncidentId; role: Role },
): Promise<Incident> {
  const user = cause.by;
  return recordIncident(
    app,
    cause,
    incident,
    unlessClosed((state) => {
      const plan = app.plan();
      const holder = state.roles[role];
      if (holder === undefined) return give(state, plan, { role, user, by: user });
      if (isSamePerson(plan, holder, user)) return nothing; // A second press is not news.
      const name = nameOf(plan, holder);
      const word = roleWord(role);
      throw new UserError(
        "role_held",
        `${name} is ${role} already.`,
        `Ask ${name} to hand it off with \`/incident handoff ${word}\`. If they can't, take it over: \`/incident assign ${word}\`, and name yourself.`,
        { incident, role, holder },
      );
    }),
  );
}

/** Gives a role to somebody at once, whoever held it. */
export async function assignRole(
  app: App,
  cause: Cause,
  { incident, role, user }: { incident: IncidentId; role: Role; user: UserRef },
): Promise<Incident> {
  return recordIncident(
    app,
    cause,
    incident,
    unlessClosed((state) => {
      const holder = state.roles[role];
      if (holder !== undefined && isSamePerson(app.plan(), holder, user)) return nothing;
      return give(state, app.plan(), { role, user, by: cause.by });
    }),
  );
}

/** Asks somebody to take a role. Until they accept, whoever holds it holds it. A second offer takes the first one's place. */
export async function offerRole(
  app: App,
  cause: Cause,
  { incident, role, user }: { incident: IncidentId; role: Role; user: UserRef },
): Promise<Incident> {
  return recordIncident(
    app,
    cause,
    incident,
    unlessClosed((state) => {
      const plan = app.plan();
      const holder = state.roles[role];
      if (isSamePerson(plan, user, holder)) return nothing;
      mustBeTheirs(state, plan, { role, by: cause.by });
      if (isSamePerson(plan, user, cause.by)) {
        throw new UserError(
          "offered_to_oneself",
          `You can't hand ${role} off to yourself.`,
          `Nobody holds it: take it with \`/incident claim ${roleWord(role)}\`.`,
          { incident, role },
        );
      }
      mustFit(state, plan, { role, user, by: cause.by });
      const pending = state.offers.find((offer) => offer.role === role);
      if (pending !== undefined && isSamePerson(plan, pending.user, user)) return nothing;
      return {
        events: [{ kind: "role.offered", role, user, ...(holder !== undefined && { from: holder }) }],
        effects: [
          { kind: "refresh_card", incident },
          ...invitesFor(state, plan, user),
          ...offersToShow(state, role),
          { kind: "offer_role", incident, seq: state.head.seq + 1 },
        ],
      };
    }),
  );
}

/** The one who was asked takes it, from any of their accounts. Without a role: the one that is offered to them. */
export async function acceptRole(
  app: App,
  cause: Cause,
  { incident, role }: { incident: IncidentId; role?: Role },
): Promise<Incident> {
  return recordIncident(app, cause, incident, (state) => {
    const plan = app.plan();
    if (role !== undefined && isSamePerson(plan, state.roles[role], cause.by)) return nothing;
    const offer = offerTo(state, plan, { role, by: cause.by });
    return give(state, plan, { role: offer.role, user: offer.user, by: cause.by });
  });
}

/** The one who was asked does not take it: whoever holds it goes on, and hears of it in the room. */
export async function declineRole(
  app: App,
  cause: Cause,
  { incident, role, reason }: { incident: IncidentId; role?: Role; reason?: string },
): Promise<Incident> {
  return recordIncident(app, cause, incident, (state) => {
    const offer = offerTo(state, app.plan(), { role, by: cause.by });
    return {
      events: [{ kind: "role.offer_declined", role: offer.role, user: offer.user, ...(reason && { reason }) }],
      effects: [{ kind: "refresh_card", incident }, ...offersToShow(state, offer.role)],
    };
  });
}

/** The role changes hands now. Whatever was offered of it lapses. */
function give(
  state: Incident,
  plan: LoadedPlan,
  { role, user, by }: { role: Role; user: UserRef; by: string },
): Decision {
  mustFit(state, plan, { role, user, by });
  return {
    events: [{ kind: "role.assigned", role, user, previous: state.roles[role] }],
    effects: [
      { kind: "refresh_card", incident: state.id },
      ...(role === "incident commander" ? [{ kind: "announce" as const, incident: state.id }] : []),
      ...invitesFor(state, plan, user),
      ...offersToShow(state, role),
    ],
  };
}

function invitesFor({ id, invited }: Incident, plan: LoadedPlan, user: UserRef): Effect[] {
  const users = aliasesOf(plan, user).filter((account) => !invited.includes(account));
  return users.length === 0 ? [] : [{ kind: "invite", incident: id, users }];
}

/** Who holds a role hands it off; one that nobody holds, anybody. */
function mustBeTheirs({ id, roles }: Incident, plan: LoadedPlan, { role, by }: { role: Role; by: string }): void {
  const holder = roles[role];
  if (holder === undefined || isSamePerson(plan, holder, by)) return;
  throw new UserError(
    "not_yours_to_hand_off",
    `${nameOf(plan, holder)} is ${role}, so only they can hand it off.`,
    `If they can't, give it to somebody at once with \`/incident assign ${roleWord(role)}\`.`,
    { incident: id, role, holder },
  );
}

function offerTo(
  { id, offers }: Incident,
  plan: LoadedPlan,
  { role, by }: { role?: Role | undefined; by: string },
): Incident["offers"][number] {
  const own = offers.filter((offer) => isSamePerson(plan, offer.user, by) && (role ?? offer.role) === offer.role);
  const [only] = own;
  if (only !== undefined && own.length === 1) return only;
  if (own.length > 1) {
    throw new UserError(
      "several_offers",
      `You were offered ${own.map((offer) => offer.role).join(" and ")}.`,
      `Say which, such as \`/incident accept ${roleWord(own[0]?.role ?? "scribe")}\`.`,
      { incident: id },
    );
  }
  const other = offers.find((offer) => offer.role === role);
  throw new UserError(
    "not_offered",
    other === undefined
      ? `${role === undefined ? "Nothing" : `The role of ${role}`} is ${role === undefined ? "" : "not "}offered to you, or not any more.`
      : `The role of ${role} is offered to ${nameOf(plan, other.user)}, not to you.`,
    "The pinned card shows who holds what. A role that nobody holds is taken with `/incident claim`.",
    { incident: id, ...(role !== undefined && { role }) },
  );
}

/** The scribe writes and does not act: who does both does neither, just when it counts. */
function mustFit(
  state: Incident,
  plan: LoadedPlan,
  { role, user, by }: { role: Role; user: UserRef; by: string },
): void {
  const own = inTheWay(role, rolesOf(state, plan, user));
  if (own.length === 0) return;
  const oneself = isSamePerson(plan, user, by);
  const name = oneself ? "You" : nameOf(plan, user);
  const is = oneself ? "are" : "is";
  const facts = { incident: state.id, role, user };
  if (role === "scribe") {
    const held = own.join(" and ");
    throw new UserError(
      "operator_as_scribe",
      `${name} ${is} ${held}. Whoever acts on the incident has no hand free to write down what happens.`,
      `Let somebody else be scribe, or give ${held} to somebody first with \`/incident assign ${roleWord(own[0] ?? role)}\`.`,
      facts,
    );
  }
  throw new UserError(
    "scribe_as_operator",
    `${name} ${is} the scribe. Whoever writes down what happens has no hand free to be ${role}, and the record ends when they act.`,
    `Let somebody else be ${role}, or make somebody else the scribe first with \`/incident assign scribe\`.`,
    facts,
  );
}
