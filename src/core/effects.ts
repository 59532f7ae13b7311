import {
  type Address,
  type Hex,
  type IncidentId,
  type Place,
  type ProposalId,
  platformOf,
  type RunId,
  type UserRef,
} from "./ids.ts";
import type { Stream } from "./timeline.ts";

/**
 * What is owed to the world, recorded with the events that call for it and delivered by the outbox. An effect names
 * *what* to show or do; it is rendered fresh from the timeline when it is delivered, at least once.
 */
export type ChatEffect =
  | ({ kind: "open_room"; incident: IncidentId } & Where)
  | ({ kind: "refresh_card"; incident: IncidentId } & Where)
  | { kind: "invite"; incident: IncidentId; users: UserRef[] }
  | ({ kind: "announce"; incident: IncidentId } & Where)
  /** One line in the room about event `seq`: what happened and who did it. Not where it was said already. */
  | { kind: "tell_room"; incident: IncidentId; seq: number; except?: string }
  /** The timeline's head, as it stood at event `seq`, in every chat: no single one can be made to forget it. */
  | { kind: "post_head"; incident: IncidentId; seq: number }
  | { kind: "confirm_capture"; incident: IncidentId; message: Place; retracted: boolean }
  | ({ kind: "refresh_playbook"; incident: IncidentId; run: RunId } & Where)
  | ({ kind: "refresh_pause"; incident: IncidentId; proposal: ProposalId } & Where)
  | { kind: "ask_signer"; incident: IncidentId; proposal: ProposalId; owner: Address; user: UserRef }
  | { kind: "refresh_home"; user: UserRef }
  /** The board that says whether each pause would work now. */
  | ({ kind: "refresh_readiness" } & Where)
  /** Event `seq` of readiness, said aloud: what turned red, or is red no longer. */
  | { kind: "tell_readiness"; seq: number }
  /** Tells one person directly that event `seq` waits for them. */
  | { kind: "page"; incident: IncidentId; seq: number; user: UserRef }
  /** A file in the room with all that is needed to send a proposal without Allstop. */
  | ({ kind: "hand_off"; incident: IncidentId; proposal: ProposalId } & Where)
  | ({ kind: "deliver_export"; incident: IncidentId } & Where)
  /** One line in `#security-alerts` about event `seq` of a stream, an incident's or the ladder's. */
  | ({ kind: "tell_alerts"; stream: Stream; seq: number } & Where)
  /** Calls the people of a page: in `#security-alerts` and each one directly; what stands there already is brought up to date. */
  | ({ kind: "show_page"; incident: IncidentId; page: number } & Where)
  /** What is overdue, said in the room; what was said already is brought up to date. */
  | ({ kind: "show_reminder"; incident: IncidentId; reminder: string } & Where)
  /** Asks one person directly, and in the room, to take the role that event `seq` offers; says so there once it is settled. */
  | ({ kind: "offer_role"; incident: IncidentId; seq: number } & Where)
  /** The register of risks as two files, where they were asked for. */
  | { kind: "deliver_risks"; at: Place; user: UserRef; invocation: string }
  /** Asks one owner directly to sign the rungs that event `seq` of the ladder laid. */
  | { kind: "ask_ladder"; seq: number; user: UserRef };

/** The only chat in which it is owed; every configured one where left out. */
interface Where {
  on?: string;
}

/** Done by the bot itself, in time: it needs neither a chat nor a chain's lane. */
export type TimerEffect =
  /** A timer of the incident is due `afterMs` after `since`. */
  | { kind: "timer"; incident: IncidentId; id: string; since: string; afterMs: number }
  /** Look a step's check up on the chain, until it holds or the step is not the current one any more. */
  | { kind: "check_step"; incident: IncidentId; run: RunId; step: string }
  /** Puts onto an incident's own timeline what event `seq` of the risk register says of it. */
  | { kind: "link_risk"; incident: IncidentId; seq: number };

/** Told to a pager outside, in the form of PagerDuty's Events API v2. */
export type WebhookEffect = {
  kind: "page_out";
  incident: IncidentId;
  page: number;
  level: number;
  action: "trigger" | "acknowledge" | "resolve";
};

export type ChainEffect =
  /** Gather everything but the signatures, and keep it fresh until the proposal is over. */
  | { kind: "arm"; incident: IncidentId; proposal: ProposalId }
  /** Carry a requested execution on from wherever the timeline says it stands, to final. */
  | { kind: "execute"; incident: IncidentId; proposal: ProposalId }
  /** Puts the signatures of a nested Safe's owners together, and counts them where that Safe itself says that they hold. */
  | { kind: "settle_nested"; incident: IncidentId; proposal: ProposalId }
  /** Puts what an incident says of the ladder's opening on the ladder's own timeline, too. It needs no chat. */
  | { kind: "note_opening"; incident: IncidentId; proposal: ProposalId };

export type Effect = ChatEffect | ChainEffect | TimerEffect | WebhookEffect;

/** Effects of one lane never wait for those of another: a chat that is down holds up neither the chain nor its peer. */
export type Lane = "chain" | "timers" | "checks" | "webhooks" | `chat/${string}`;

export function chatLane(chat: string): Lane {
  return `chat/${chat}`;
}

/**
 * The lanes in which an effect is delivered, given the chats that are configured. What is shown in the room is owed to
 * every chat that mirrors it; what concerns a person or a message, to the chat that these belong to.
 */
export function lanesOf(effect: Effect, chats: readonly string[]): Lane[] {
  switch (effect.kind) {
    case "arm":
    case "execute":
    case "settle_nested":
    case "note_opening":
      return ["chain"];
    case "timer":
    case "link_risk":
      return ["timers"];
    // A provider that hangs holds up no timer.
    case "check_step":
      return ["checks"];
    case "page_out":
      return ["webhooks"];
    case "invite":
      return [...new Set(effect.users.map(platformOf))].filter((chat) => chats.includes(chat)).map(chatLane);
    case "ask_signer":
    case "refresh_home":
    case "page":
    case "ask_ladder":
      return [laneFor(platformOf(effect.user), chats)];
    case "confirm_capture":
      return [laneFor(platformOf(effect.message), chats)];
    case "deliver_risks":
      return [laneFor(platformOf(effect.at), chats)];
    case "post_head":
    case "tell_readiness":
      return chats.map(chatLane);
    case "tell_room":
      return chats.filter((chat) => chat !== effect.except).map(chatLane);
    default:
      return chats.filter((chat) => effect.on === undefined || effect.on === chat).map(chatLane);
  }
}

/** A chat that is not configured any more still answers, through another's lane: that it is not connected. */
function laneFor(chat: string, chats: readonly string[]): Lane {
  return chatLane(chats.includes(chat) ? chat : (chats[0] ?? chat));
}

/**
 * Two owed effects with one key are one effect: it shows the newest state anyhow. Effects about one particular fact
 * keep a key of their own.
 */
export function keyOf(effect: Effect): string {
  switch (effect.kind) {
    case "open_room":
    case "refresh_card":
    case "announce":
    case "deliver_export":
      return `${effect.kind}/${effect.incident}`;
    case "invite":
      return `${effect.kind}/${effect.incident}/${effect.users.join("+")}`;
    case "tell_room":
    case "post_head":
    case "offer_role":
    case "link_risk":
      return `${effect.kind}/${effect.incident}/${effect.seq}`;
    case "confirm_capture":
      return `${effect.kind}/${effect.incident}/${effect.message}/${effect.retracted}`;
    case "refresh_playbook":
      return `${effect.kind}/${effect.incident}/${effect.run}`;
    case "refresh_pause":
    case "hand_off":
    case "arm":
    case "execute":
    case "settle_nested":
    case "note_opening":
      return `${effect.kind}/${effect.incident}/${effect.proposal}`;
    case "ask_signer":
      return `${effect.kind}/${effect.incident}/${effect.proposal}/${effect.user}`;
    case "page":
      return `${effect.kind}/${effect.incident}/${effect.seq}/${effect.user}`;
    case "timer":
      return `${effect.kind}/${effect.incident}/${effect.id}/${effect.since}/${effect.afterMs}`;
    case "check_step":
      return `${effect.kind}/${effect.incident}/${effect.run}/${effect.step}`;
    case "page_out":
      return `${effect.kind}/${effect.incident}/${effect.page}/${effect.level}/${effect.action}`;
    case "show_page":
      return `${effect.kind}/${effect.incident}/${effect.page}`;
    case "show_reminder":
      return `${effect.kind}/${effect.incident}/${effect.reminder}`;
    case "deliver_risks":
      return `${effect.kind}/${effect.at}/${effect.invocation}`;
    case "refresh_home":
      return `${effect.kind}/${effect.user}`;
    case "refresh_readiness":
      return effect.kind;
    case "tell_readiness":
      return `${effect.kind}/${effect.seq}`;
    case "tell_alerts":
      return `${effect.kind}/${effect.stream}/${effect.seq}`;
    case "ask_ladder":
      return `${effect.kind}/${effect.seq}/${effect.user}`;
    default:
      return effect satisfies never;
  }
}

/** How long an effect that is owed `now` waits, in ms: not at all, but for a timer. After a clock was set back it counts from now. */
export function waitOf(effect: Effect, now: number): number {
  if (effect.kind !== "timer") return 0;
  return Math.min(Date.parse(effect.since) - now, 0) + effect.afterMs;
}

export type { Hex };
