import type { Said } from "../../src/chat/platform.ts";
import type { Incident } from "../../src/core/incident.ts";
import { type Page, waitsForAnswer } from "../../src/core/paging-state.ts";
import { isCollecting, isOpen, missingFor, type Pause } from "../../src/core/pause-state.ts";
import { currentStep } from "../../src/core/playbook-state.ts";
import { txOf } from "./chain-port.ts";
import { type ModelChain, sha } from "./model-chain.ts";
import type { ModelChat } from "./model-chat.ts";
import type { Random } from "./random.ts";
import { createResponders } from "./responders.ts";
import { interventions, signatureOf, signers, userOn } from "./world-plan.ts";

const INCIDENTS_MAX = 2;

/**
 * People who mostly do what the incident needs next, and otherwise anything at all: too early, twice, the wrong way
 * round. They look at the timeline as cards would show it to them, and act through a chat.
 */
export function createPeople(options: { random: Random; chats: ModelChat[]; chain: ModelChain; who?: string }) {
  const { random, chats, chain } = options;
  /** Words of every note that somebody wrote: each belongs on the timeline exactly once. */
  const notes = new Set<string>();
  let declared = 0;

  const press = (command: string, input: Record<string, string>): Said => ({ kind: "press", command, input });

  function act(who: string, said: Said, incident?: Incident): void {
    const chat = random.pick(chats);
    const room = incident === undefined ? undefined : chat.roomOf(incident.id);
    chat.act({ user: userOn(chat.name, who), where: room, what: said });
  }

  const responders = createResponders({ random, chats, act });

  function declare(): void {
    declared += 1;
    act("noor", press("incident declare", { severity: "critical", title: `Money is leaving, ${declared}` }));
  }

  /** What brings this incident on: the next thing that a calm team would do. */
  async function useful(incident: Incident): Promise<void> {
    if (responders.useful(incident)) return;
    const { id } = incident;
    const pause = incident.pauses.findLast(isOpen);
    const run = incident.runs.find((one) => one.playbook === "active-exploit" && currentStep(one) !== undefined);
    if (incident.runs.every(({ playbook }) => playbook !== "active-exploit") && random.chance(0.3)) {
      return act("sofia", press("playbook start", { incident: id, playbook: "active-exploit" }), incident);
    }
    const page = incident.pages.findLast(waitsForAnswer);
    if (page !== undefined && random.chance(0.06)) return answer(incident, page);
    if (run !== undefined && random.chance(0.2)) {
      const input = { incident: id, run: run.id, step: currentStep(run)?.step.id ?? "" };
      return act("sofia", press("playbook complete", input), incident);
    }
    if (pause === undefined) return propose(incident);
    if (!isCollecting(pause)) return note(incident);
    if (missingFor(pause).length === 0) {
      return act("sofia", press("pause execute", { proposal: pause.id }), incident);
    }
    const signer = random.between(0, signers.length - 1);
    return random.chance(0.3) ? acknowledge(incident, pause, signer) : confirm(incident, pause, signer);
  }

  /** Whoever was called, or somebody else; now and then somebody takes it over. */
  function answer({ id }: Incident, { page, answered }: Page): void {
    const input: Record<string, string> = { incident: id, page: String(page) };
    if (answered !== undefined && random.chance(0.7)) input.from = answered.by;
    // From a direct message or the alerts: no room says which incident is meant.
    act(random.pick(["noor", "ana", "sofia", "emil"]), press("oncall answer", input));
  }

  /** One that failed is proposed again by its card's button, or another one by its name. */
  function propose(incident: Incident): void {
    const failed = incident.pauses.find((pause) => pause.failed !== undefined && pause.replacedBy === undefined);
    const again = failed !== undefined && random.chance(0.7);
    const input: Record<string, string> = again
      ? { intervention: failed.facts.intervention, "instead-of": failed.id }
      : { intervention: random.pick(interventions).key };
    act("sofia", press("pause propose", { incident: incident.id, ...input }), incident);
  }
  function acknowledge(incident: Incident, { id: proposal }: Pause, signer: number): void {
    act(signers[signer] ?? "", press("pause acknowledge", { proposal }), incident);
  }
  async function confirm(incident: Incident, { id: proposal, facts }: Pause, signer: number): Promise<void> {
    const signature = await signatureOf(signer, facts.safeTxHash);
    act("sofia", press("pause confirm", { proposal, signature }), incident);
  }
  function note(incident: Incident): void {
    const text = `Note ${notes.size + 1}`;
    notes.add(text);
    act("noor", press("incident note", { incident: incident.id, text }), incident);
  }

  /** Anything at all. */
  function anything(incident: Incident): void {
    const { id } = incident;
    const pause = incident.pauses.length === 0 ? undefined : random.pick(incident.pauses);
    const choices = [
      () => note(incident),
      () => propose(incident),
      () => act("sofia", press("incident update", { incident: id, text: "We are on it." }), incident),
      () =>
        act(
          "sofia",
          press("incident severity", { incident: id, severity: random.pick(["critical", "high", "low"]) }),
          incident,
        ),
      () => act("ana", press("oncall page", { incident: id, level: random.pick(["1", "2", "3"]) })),
      () => act("ana", press("oncall page", { incident: id })),
      () => {
        const page = incident.pages.at(-1);
        if (page !== undefined) answer(incident, page);
      },
      () => act("sofia", press("incident export", { incident: id }), incident),
      () => act("sofia", press("incident resolve", { incident: id, summary: "It is over." }), incident),
      () => act("sofia", press("incident reopen", { incident: id, reason: "It is not." }), incident),
      () => pin(incident),
      () => act("sofia", press("ladder collect", { intervention: random.pick(interventions).key, count: "3" })),
      () => act("sofia", press("ladder collect", { intervention: random.pick(interventions).key, count: "3" })),
      () => act("noor", press("ladder burn", { intervention: random.pick(interventions).key, confirm: "burn" })),
    ];
    if (pause !== undefined) {
      const proposal = pause.id;
      choices.push(
        () => act("sofia", press("pause execute", { proposal }), incident),
        () => act("ana", press("pause decline", { proposal, reason: "Not yet." }), incident),
        () => act("sofia", press("pause withdraw", { proposal, reason: "Too early." }), incident),
        () => elsewhere(pause),
      );
    }
    random.pick(choices)();
  }

  function pin(incident: Incident): void {
    const chat = random.pick(chats);
    const room = chat.roomOf(incident.id);
    if (room === undefined) return;
    const message = `${room}/by-a-person-${random.between(1, 3)}`;
    chat.act({ user: userOn(chat.name, "noor"), what: { kind: "pin", message, on: random.chance(0.7) } });
  }

  /** Somebody else uses the Safe's nonce: by our own signed transaction, or by one of their own. */
  function elsewhere(pause: Pause): void {
    if (pause.confirmations.length < 2 || random.chance(0.5)) return;
    const tx = txOf(pause, "stranger");
    if (random.chance(0.6)) {
      chain.stranger(tx);
      return;
    }
    const safeTxHash = sha(`another/${pause.id}`);
    chain.stranger({ ...tx, hash: sha(safeTxHash), safeTxHash, target: undefined });
  }

  return {
    notes,
    risks: responders.risks,
    /** One act, chosen for the incidents as they stand. */
    async doSomething(incidents: Incident[]): Promise<void> {
      if (incidents.length === 0 || (declared < INCIDENTS_MAX && random.chance(0.02))) {
        if (declared < INCIDENTS_MAX) declare();
        return;
      }
      const incident = random.pick(incidents);
      if (random.chance(0.75)) return useful(incident);
      return random.chance(0.5) ? anything(incident) : random.pick(responders.anything(incident))();
    },
  };
}
