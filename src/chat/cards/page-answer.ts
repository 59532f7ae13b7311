import { platformOf, type UserRef } from "../../core/ids.ts";
import { type Incident, roomOn } from "../../core/incident.ts";
import { findPage } from "../../core/paging-ops.ts";
import { highestLevel } from "../../core/paging-state.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import { isSamePerson } from "../../core/roles.ts";
import type { View } from "../view.ts";
import { leadButtons, takeOverButton } from "./page-buttons.ts";
import { calledPeople } from "./page-card.ts";

/** What whoever pressed "I'm on it" is told: that they have it, or who has. */
export function answeredCard(
  plan: LoadedPlan,
  incident: Incident,
  { page: number, user }: { page?: number; user: UserRef },
): View {
  const page = findPage(incident, number);
  const { answered } = page;
  const room = roomOn(incident, platformOf(user));
  const where = room === undefined ? "Its room is being opened." : ["Its room: ", room];
  if (answered === undefined || isSamePerson(plan, answered.by, user)) {
    return {
      tone: "good",
      title: `You are on it: ${incident.id}`,
      body: [
        { kind: "text", text: "Nobody else is called. Everybody who was called sees that you are on it." },
        { kind: "text", text: where },
      ],
      buttons: leadButtons(incident),
    };
  }
  return {
    tone: "info",
    title: `Somebody is on ${incident.id} already`,
    body: [
      {
        kind: "text",
        text: [{ person: answered.by }, " is on it since ", { time: answered.at }, ". You may still help."],
      },
      { kind: "text", text: where },
    ],
    buttons: [takeOverButton(plan, incident, page)],
  };
}

/** What whoever called for people by hand is told. */
export function pagedCard(plan: LoadedPlan, incident: Incident): View {
  const page = findPage(incident, undefined);
  const last = page.levels.find(({ level }) => level === highestLevel(page));
  const people = last === undefined ? ["nobody"] : calledPeople(last, "");
  const title = plan.escalation[(last?.level ?? 1) - 1]?.title;
  return {
    tone: page.unanswered === undefined ? "info" : "danger",
    title: page.unanswered === undefined ? `Level ${last?.level} is being called` : "There is nobody to call",
    body: [
      {
        kind: "text",
        text: [
          ...(title === undefined ? [] : [`${title}: `]),
          ...people,
          page.unanswered === undefined
            ? ". The pinned card says who answers."
            : ". Phone somebody, and mend the plan.",
        ],
      },
    ],
    buttons: [],
  };
}
