import type { Said } from "../../src/chat/platform.ts";
import type { Incident } from "../../src/core/incident.ts";
import { currentStep, type Run } from "../../src/core/playbook-state.ts";
import type { ModelChat } from "./model-chat.ts";
import type { Random } from "./random.ts";
import { people as everybody, personAt, userOn } from "./world-plan.ts";

type Act = (who: string, said: Said, incident?: Incident) => void;

/** Noor alone gives roles away at once, so that whoever else has one by another's word must have accepted it. */
export const GIVER = "noor";
const askers = everybody.filter((who) => who !== GIVER);
const roles = ["incident commander", "scribe", "communications lead", "operations", "decision maker"];
const press = (command: string, input: Record<string, string>): Said => ({ kind: "press", command, input });

/** What people do about each other: playbooks, roles, reminders, risks, and the end of it all. */
export function createResponders({ random, chats, act }: { random: Random; chats: ModelChat[]; act: Act }) {
  /** Titles of every risk that somebody put into the register: each belongs there exactly once. */
  const risks = new Set<string>();
  const someone = (among = everybody) => random.pick(among);
  const account = (who: string) => userOn(random.pick(chats).name, who);

  function walk(incident: Incident, run: Run): void {
    const { step } = currentStep(run) ?? {};
    if (step === undefined) return;
    const input = { incident: incident.id, run: run.id, step: step.id };
    const by = someone();
    if (step.ask !== undefined) {
      const answer = String(random.pick([1, 1, 1, 2, 2, 3]));
      act(by, press("playbook answer", { ...input, answer }), incident);
    } else if (step.gate !== undefined) {
      act(by, press("playbook agree", input), incident);
    } else if (step.wait === undefined || random.chance(0.03)) {
      // Patient people wait where waiting is the step; a few don't.
      act(by, press("playbook complete", { ...input, note: "Seen." }), incident);
    }
  }

  /** Somebody presses something of a playbook that is not what comes next. */
  function meddle(incident: Incident): void {
    if (incident.runs.length === 0) return;
    const run = random.pick(incident.runs);
    const input = { incident: incident.id, run: run.id, step: random.pick(run.steps).step.id };
    const said = random.pick([
      press("playbook reopen", { ...input, reason: "Once more." }),
      press("playbook skip", { ...input, reason: "Not now." }),
      press("playbook complete", { ...input, note: "Done before." }),
      press("playbook agree", input),
      press("playbook answer", { ...input, answer: "2" }),
      press("playbook take", input),
    ]);
    act(someone(), said, incident);
  }

  function offer(incident: Incident): void {
    const role = random.pick(roles);
    const holder = Object.entries(incident.roles).find(([name]) => name === role)?.[1];
    const by = askers.find((who) => who === personAt(holder ?? "")) ?? someone(askers);
    act(by, press("incident handoff", { incident: incident.id, role, user: account(someone(askers)) }), incident);
  }

  /** Mostly whoever was asked; now and then somebody who was not. */
  function settleOffer(incident: Incident): void {
    const { role, user } = random.pick(incident.offers);
    const asked = personAt(user);
    const by = asked !== undefined && random.chance(0.8) ? asked : someone(askers);
    const said = random.pick(["incident accept", "incident accept", "incident decline"]);
    act(by, press(said, { incident: incident.id, role }));
  }

  function remind(incident: Incident): void {
    const { id: of } = random.pick(incident.reminders);
    const said = random.chance(0.6)
      ? press("reminder snooze", { incident: incident.id, of, for: random.pick(["10m", "20m", "60m"]) })
      : press("reminder take", { incident: incident.id, of });
    act(someone(), said, incident);
  }

  function addRisk(incident: Incident): void {
    const title = `What can go wrong, ${risks.size + 1}`;
    risks.add(title);
    const input = { likelihood: "high", impact: random.pick(["high", "low"]), title, incident: incident.id };
    act(someone(), press("risk add", input), incident);
  }

  function touchRisk(incident: Incident): void {
    const risk = `RISK-000${random.between(1, 6)}`;
    const input = { risk, status: random.pick(["open", "mitigated"]), incident: incident.id };
    act(someone(), press("risk update", input), incident);
  }

  /** After the end: the checklist, what it taught, and then it is closed. */
  function afterwards(incident: Incident): void {
    const { id } = incident;
    const run = incident.runs.findLast(({ playbook }) => playbook === "afterwards");
    if (run === undefined) {
      act("sofia", press("playbook start", { incident: id, playbook: "afterwards" }), incident);
    } else if (currentStep(run) !== undefined && random.chance(0.8)) {
      walk(incident, run);
    } else if (incident.risks.length === 0 && random.chance(0.5)) {
      addRisk(incident);
    } else {
      const reason: Record<string, string> = random.chance(0.3) ? { reason: "It was known." } : {};
      act("sofia", press("incident close", { incident: id, ...reason }), incident);
    }
  }

  return {
    risks,
    /** What this incident needs next of people. False where the pause comes first. */
    useful(incident: Incident): boolean {
      if (incident.status === "closed") return true;
      if (incident.status === "resolved") {
        afterwards(incident);
        return true;
      }
      if (incident.offers.length > 0 && random.chance(0.2)) {
        settleOffer(incident);
        return true;
      }
      const hunts = incident.runs.find((run) => run.playbook === "hunt" && currentStep(run) !== undefined);
      if (random.chance(hunts === undefined ? 0.9 : 0.7)) return false;
      if (hunts !== undefined) walk(incident, hunts);
      else act("sofia", press("playbook start", { incident: incident.id, playbook: "hunt" }), incident);
      return true;
    },
    /** Anything at all. */
    anything: (incident: Incident): (() => void)[] => [
      () => act("sofia", press("playbook start", { incident: incident.id, playbook: "hunt" }), incident),
      () => meddle(incident),
      () => meddle(incident),
      () => offer(incident),
      () => offer(incident),
      () => act(someone(), press("incident claim", { incident: incident.id, role: random.pick(roles) }), incident),
      () => {
        const input = { incident: incident.id, role: random.pick(roles), user: account(someone()) };
        act(GIVER, press("incident assign", input), incident);
      },
      ...(incident.reminders.length > 0 ? [() => remind(incident), () => remind(incident)] : []),
      () => addRisk(incident),
      () => touchRisk(incident),
      () => act("sofia", press("incident close", { incident: incident.id }), incident),
    ],
  };
}
