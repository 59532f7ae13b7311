import type { Address, Hex, IncidentId, Place, ProposalId, RunId, UserRef } from "./ids.ts";

/**
 * What is owed to the world, recorded with the events that call for it and delivered by the outbox. An effect names
 * *what* to show or do; it is rendered fresh from the timeline when it is delivered, at least once.
 */
export type ChatEffect =
  | { kind: "open_room"; incident: IncidentId }
  | { kind: "refresh_card"; incident: IncidentId }
  | { kind: "invite"; incident: IncidentId; users: UserRef[] }
  | { kind: "announce"; incident: IncidentId }
  /** One line in the room about event `seq`: what happened and who did it. */
  | { kind: "tell_room"; incident: IncidentId; seq: number }
  | { kind: "confirm_capture"; incident: IncidentId; message: Place; retracted: boolean }
  | { kind: "refresh_playbook"; incident: IncidentId; run: RunId }
  | { kind: "refresh_pause"; incident: IncidentId; proposal: ProposalId }
  | { kind: "ask_signer"; incident: IncidentId; proposal: ProposalId; owner: Address; user: UserRef }
  | { kind: "refresh_home"; user: UserRef }
  | { kind: "deliver_export"; incident: IncidentId };

export type ChainEffect =
  /** Gather everything but the signatures, and keep it fresh until the proposal is over. */
  | { kind: "arm"; incident: IncidentId; proposal: ProposalId }
  /** Carry a requested execution on from wherever the timeline says it stands, to final. */
  | { kind: "execute"; incident: IncidentId; proposal: ProposalId };

export type Effect = ChatEffect | ChainEffect;

export type Lane = "chat" | "chain";

export function laneOf(effect: Effect): Lane {
  return effect.kind === "arm" || effect.kind === "execute" ? "chain" : "chat";
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
      return `${effect.kind}/${effect.incident}/${effect.seq}`;
    case "confirm_capture":
      return `${effect.kind}/${effect.incident}/${effect.message}/${effect.retracted}`;
    case "refresh_playbook":
      return `${effect.kind}/${effect.incident}/${effect.run}`;
    case "refresh_pause":
    case "arm":
    case "execute":
      return `${effect.kind}/${effect.incident}/${effect.proposal}`;
    case "ask_signer":
      return `${effect.kind}/${effect.incident}/${effect.proposal}/${effect.user}`;
    case "refresh_home":
      return `${effect.kind}/${effect.user}`;
    default:
      return effect satisfies never;
  }
}

export type { Hex };
