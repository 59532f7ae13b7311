import { UserError } from "./errors.ts";
import { formatId, type IncidentId, type Place, type RiskId, type UserRef } from "./ids.ts";
import { riskLevels, riskStatuses } from "./plan-response.ts";
import type { App, Cause, Decision } from "./ports.ts";
import { getIncident, nothing, recordIncident } from "./record-incident.ts";
import type { Risk, RiskRegister } from "./risk-state.ts";

const REGISTER = "risk-register";

type RiskFields = Pick<Risk, "title" | "likelihood" | "impact" | "status" | "owner" | "mitigation">;
type RiskApp = Pick<App, "journal" | "plan" | "clock">;

/**
 * Puts a risk into the register; with `incident`, as one that this incident taught. The same invocation adds one risk,
 * however often it comes. Throws `UserError` `unknown_incident`, `unknown_person` and `known_risk`.
 */
export async function addRisk(
  app: RiskApp,
  cause: Cause,
  { incident, ...fields }: RiskFields & { incident?: IncidentId },
): Promise<Risk> {
  if (incident !== undefined) await getIncident(app, incident);
  mustBeInPlan(app, fields.owner);
  const repeated = cause.invocation !== undefined && (await app.journal.streamOf(cause.invocation)) === REGISTER;
  // A repeated one decides nothing, so that no number is taken for it.
  const risk = repeated ? "" : formatId("RISK", await app.journal.nextNumber("RISK"));
  const register = await recordRisk(app, cause, incident, (state) => {
    mustBeNew(state, fields.title);
    return {
      events: [{ kind: "risk.added", risk, ...fields, incident }],
      effects: linkOwed(state, incident),
    };
  });
  const added = repeated
    ? register.risks.findLast(({ title, addedBy }) => title === fields.title && addedBy === cause.by)
    : register.risks.find(({ id }) => id === risk);
  return added ?? noSuchRisk(risk);
}

/**
 * Changes what is said of a risk, and only that; what is already so is not news. With `incident`, that incident touched
 * it. Throws `UserError` `unknown_risk`, `unknown_incident`, `unknown_person` and `nothing_said`.
 */
export async function updateRisk(
  app: RiskApp,
  cause: Cause,
  { risk, incident, note, ...fields }: { risk: RiskId; incident?: IncidentId; note?: string } & Partial<RiskFields>,
): Promise<Risk> {
  findRisk(await app.journal.state(REGISTER), risk);
  if (incident !== undefined) await getIncident(app, incident);
  mustBeInPlan(app, fields.owner);
  const said = Object.entries(fields).filter(([, value]) => value !== undefined);
  if (said.length === 0 && note === undefined && incident === undefined) throw nothingSaid(risk);
  const register = await recordRisk(app, cause, incident, (state) => {
    const known = findRisk(state, risk);
    const changes = Object.fromEntries(said.filter(([name, value]) => known[name as keyof RiskFields] !== value));
    const touches = incident !== undefined && !known.incidents.includes(incident);
    if (Object.keys(changes).length === 0 && note === undefined && !touches) return nothing;
    return {
      events: [{ kind: "risk.updated", risk, changes, note, incident }],
      effects: touches ? linkOwed(state, incident) : [],
    };
  });
  return findRisk(register, risk);
}

/**
 * Takes the plan's risks into the register, each once: by its key. From then on the register has the last word, so that
 * a plan which is read again undoes nobody's update. Returns how many are new.
 */
export async function seedRisks(app: RiskApp): Promise<number> {
  const isNew = (register: RiskRegister | undefined) => {
    const known = new Set(register?.risks.map(({ seed }) => seed));
    return Object.entries(app.plan().risks).filter(([key]) => !known.has(key));
  };
  const fresh = isNew(await app.journal.state(REGISTER));
  if (fresh.length === 0) return 0;
  const numbers = new Map<string, number>();
  for (const [key] of fresh) numbers.set(key, await app.journal.nextNumber("RISK"));
  await app.journal.record(REGISTER, { by: "allstop" }, (state) => ({
    // Another process may have been first: what is known by now is left alone.
    events: isNew(state).flatMap(([seed, fields]) => {
      const number = numbers.get(seed);
      return number === undefined ? [] : [{ kind: "risk.added", risk: formatId("RISK", number), ...fields, seed }];
    }),
    effects: [],
  }));
  return fresh.length;
}

/**
 * Puts onto an incident's own timeline what event `seq` of the register says of it. Both are streams of their own and
 * are written one after the other: this is owed with the first write, so that a crash in between loses nothing, and
 * what is there already is not written again.
 */
export async function linkRisk(app: RiskApp, { incident, seq }: { incident: IncidentId; seq: number }): Promise<void> {
  const stored = (await app.journal.events(REGISTER))[seq - 1];
  const event = stored?.event;
  if (stored === undefined || (event?.kind !== "risk.added" && event?.kind !== "risk.updated")) {
    throw new Error(`Event ${seq} of the risk register links nothing to ${incident}.`);
  }
  const { title } = findRisk(await app.journal.state(REGISTER), event.risk);
  await recordIncident(app, { by: stored.by, byName: stored.byName }, incident, ({ risks }) => {
    if (risks.some(({ risk }) => risk === event.risk)) return nothing;
    const isNew = event.kind === "risk.added";
    return {
      events: [{ at: stored.at, event: { kind: "risk.linked", risk: event.risk, title, isNew } }],
      effects: [{ kind: "refresh_card", incident }],
    };
  });
}

/** Owes the register's two files to a place. Throws `UserError` `no_risks` while there are none. */
export async function requestRisks(app: RiskApp, cause: Cause, to: { at: Place; user: UserRef }): Promise<void> {
  if ((await app.journal.state(REGISTER)) === undefined) throw noRisks();
  const invocation = cause.invocation ?? app.clock.now().toISOString();
  await app.journal.record(REGISTER, cause, () => ({
    events: [],
    effects: [{ kind: "deliver_risks", ...to, invocation }],
  }));
}

/** What weighs most comes first: open ones, by likelihood × impact; of two alike, the one with the greater impact. */
export function byWeight(a: Risk, b: Risk): number {
  return (
    riskStatuses.indexOf(a.status) - riskStatuses.indexOf(b.status) ||
    weightOf(b) - weightOf(a) ||
    riskLevels.indexOf(a.impact) - riskLevels.indexOf(b.impact) ||
    a.id.length - b.id.length ||
    (a.id < b.id ? -1 : 1)
  );
}

function weightOf({ likelihood, impact }: Pick<Risk, "likelihood" | "impact">): number {
  const height = (level: Risk["impact"]) => riskLevels.length - riskLevels.indexOf(level);
  return height(likelihood) * height(impact);
}

export function findRisk(register: RiskRegister | undefined, risk: RiskId): Risk {
  return register?.risks.find(({ id }) => id === risk) ?? noSuchRisk(risk);
}

/** The register's own fact first, with the incident's owed; then that one at once, as people look at it now. */
async function recordRisk(
  app: RiskApp,
  cause: Cause,
  incident: IncidentId | undefined,
  decide: (state: RiskRegister | undefined) => Decision,
): Promise<RiskRegister> {
  let seq: number | undefined;
  const register = await app.journal.record(REGISTER, cause, (state) => {
    const decision = decide(state);
    seq = decision.effects.length > 0 ? nextSeq(state) : undefined;
    return decision;
  });
  if (incident !== undefined && seq !== undefined) await linkRisk(app, { incident, seq });
  return register;
}

function linkOwed(state: RiskRegister | undefined, incident: IncidentId | undefined): Decision["effects"] {
  return incident === undefined ? [] : [{ kind: "link_risk", incident, seq: nextSeq(state) }];
}

function nextSeq(state: RiskRegister | undefined): number {
  return (state?.head.seq ?? 0) + 1;
}

/** Two who say the same at once, or one who presses twice, mean one risk. */
function mustBeNew(register: RiskRegister | undefined, title: string): void {
  const plain = (text: string) => text.toLowerCase().replaceAll(/\s+/g, " ").trim();
  const known = register?.risks.find((risk) => risk.status !== "closed" && plain(risk.title) === plain(title));
  if (known === undefined) return;
  throw new UserError(
    "known_risk",
    `${known.id} says that already: ${known.title}`,
    `Say what is new about it with \`/risk update ${known.id}\`; in an incident's room that links it.`,
    { risk: known.id },
  );
}

function mustBeInPlan({ plan }: RiskApp, owner: string | undefined): void {
  const { people } = plan();
  if (owner === undefined || Object.hasOwn(people, owner)) return;
  throw new UserError(
    "unknown_person",
    `There is no person "${owner}" in the response plan.`,
    `A risk's owner is named by a key of the plan, such as ${Object.keys(people)[0]}.`,
    { owner },
  );
}

function noSuchRisk(risk: RiskId): never {
  throw new UserError("unknown_risk", `There is no risk ${risk}.`, "Run `/risk list` to see them all.", { risk });
}

function nothingSaid(risk: RiskId): UserError {
  return new UserError(
    "nothing_said",
    `Nothing was said about ${risk}.`,
    "Give what has changed: its likelihood, impact, status, owner or mitigation, or a note.",
    { risk },
  );
}

export function noRisks(): UserError {
  return new UserError("no_risks", "There are no risks in the register yet.", "Put the first one in with `/risk add`.");
}
