import { actWords } from "../../core/act-words.ts";
import { isCollecting, type Pause, statusOf } from "../../core/pause-state.ts";
import type { Links } from "../../core/ports.ts";
import type { Button, CommandButton } from "../view.ts";

/** What can be done with a proposal now, the most wanted first. */
export function pauseButtons(pause: Pause, links: Links): Button[] {
  if (pause.failed !== undefined && pause.replacedBy === undefined) return [proposeAgain(pause)];
  if (!isCollecting(pause)) return [];
  const input = { proposal: pause.id };
  const ready = statusOf(pause) === "ready";
  return [
    ...(ready ? [executeButton(pause)] : []),
    { label: "Sign", url: links.sign(pause.id), ...(ready ? {} : { style: "primary" as const }) },
    { label: "Acknowledge", command: "pause acknowledge", input },
    { label: "Decline…", command: "pause decline", input },
    { label: "Paste a signature…", command: "pause confirm", input },
    { label: "Withdraw…", command: "pause withdraw", input },
  ];
}

/** The one-press way on. Everything is read anew; signatures that still hold are taken along. */
export function proposeAgain(pause: Pause): CommandButton {
  const { failed, facts, safe } = pause;
  const nonce = failed?.nonce ?? (safe.nonce === facts.safeTx.nonce ? undefined : safe.nonce);
  return {
    label: nonce === undefined ? "Propose again" : `Propose again at nonce ${nonce}`,
    command: "pause propose",
    input: { incident: pause.incident, intervention: facts.intervention, "instead-of": pause.id },
    style: "primary",
  };
}

/** Sends the pause. It asks first: this is the press that acts on the chain. */
export function executeButton(pause: Pause): CommandButton {
  return {
    label: "Execute",
    command: "pause execute",
    input: { proposal: pause.id },
    style: "danger",
    confirm: {
      title: `Execute the ${actWords(pause.facts.act).noun}?`,
      text: `${pause.facts.title}. This sends the transaction now. Still works: ${pause.facts.stillWorks.join(", ")}.`,
      yes: "Execute",
    },
  };
}
