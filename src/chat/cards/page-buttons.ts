import type { Incident } from "../../core/incident.ts";
import type { Page } from "../../core/paging-state.ts";
import { type LoadedPlan, personOf } from "../../core/plan.ts";
import type { Button, CommandButton } from "../view.ts";

/** Offered to whoever answered, never done silently: to be awake is not yet to lead. */
export function leadButtons(incident: Incident): Button[] {
  if (incident.roles["incident commander"] !== undefined) return [];
  const input = { incident: incident.id, role: "incident commander" };
  return [{ label: "Take the lead", command: "incident claim", input, style: "primary" }];
}

export function onItButton({ incident, page }: { incident: Incident; page: Page }): CommandButton {
  const input = { incident: incident.id, page: String(page.page) };
  return { label: "I'm on it", command: "oncall answer", input, style: "primary" };
}

/** Takes it from one person in particular: an old button takes nothing from whoever has it by then. */
export function takeOverButton(plan: LoadedPlan, incident: Incident, page: Page): CommandButton {
  const holder = page.answered;
  const name = holder === undefined ? "them" : nameOf(plan, holder);
  return {
    label: "Take over…",
    command: "oncall answer",
    input: { incident: incident.id, page: String(page.page), ...(holder && { from: holder.by }) },
    confirm: {
      title: "Take over?",
      text: `${name} is on it. If you take over, everybody sees that you are, and ${name} is free. Agree on it first.`,
      yes: "I'm on it now",
    },
  };
}

export function againButton(incident: Incident, page: Page): CommandButton {
  const level = Math.min(...page.levels.map((called) => called.level));
  return {
    label: "Call them again…",
    command: "oncall page",
    input: { incident: incident.id, level: String(level) },
    style: "danger",
    confirm: { title: "Call everybody again?", text: `Level ${level} is called now, then the next.`, yes: "Call them" },
  };
}

export function nameOf(plan: LoadedPlan, { by, byName }: { by: string; byName?: string }): string {
  return personOf(plan, by)?.person.name ?? byName ?? by;
}
