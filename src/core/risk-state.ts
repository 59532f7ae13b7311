import type { By, EventOf, StoredEvent } from "./timeline.ts";

/** The register of risks as it stands: what is known, who looks after it, which incidents taught it. */
export interface RiskRegister {
  risks: Risk[];
  head: { seq: number; hash: string; recordedAt: string };
}

export interface Risk {
  id: string;
  title: string;
  likelihood: EventOf<"risk.added">["likelihood"];
  impact: EventOf<"risk.added">["impact"];
  status: EventOf<"risk.added">["status"];
  owner?: string;
  mitigation?: string;
  /** The plan's key, for one that came from there. */
  seed?: string;
  /** Incidents that taught it, or touched it. */
  incidents: string[];
  addedAt: string;
  addedBy: By;
  changedAt: string;
  changedBy: By;
  changedByName?: string;
  /** What was said at the last change that came with words. */
  note?: { text: string; by: By; byName?: string; at: string };
}

export function foldRisks(register: RiskRegister | undefined, stored: StoredEvent): RiskRegister {
  const head = { seq: stored.seq, hash: stored.hash, recordedAt: stored.recordedAt };
  const risks = register?.risks ?? [];
  const { event, by, byName, at } = stored;
  const changed = { changedAt: at, changedBy: by, changedByName: byName };
  switch (event.kind) {
    case "risk.added": {
      const { kind: _, risk: id, incident, ...rest } = event;
      const risk = {
        id,
        ...rest,
        incidents: incident === undefined ? [] : [incident],
        addedAt: at,
        addedBy: by,
        ...changed,
      };
      return { risks: [...risks, risk], head };
    }
    case "risk.updated": {
      const touched = event.incident === undefined ? [] : [event.incident];
      const update = (risk: Risk): Risk => ({
        ...risk,
        ...event.changes,
        ...changed,
        incidents: [...new Set([...risk.incidents, ...touched])],
        ...(event.note === undefined ? {} : { note: { text: event.note, by, byName, at } }),
      });
      return { risks: risks.map((risk) => (risk.id === event.risk ? update(risk) : risk)), head };
    }
    default:
      throw new Error(`${event.kind} does not belong to the risk register.`);
  }
}
