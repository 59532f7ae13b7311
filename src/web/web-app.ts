import type { Address, Hex, IncidentId, ProposalId } from "../core/ids.ts";
import type { LinkChallenge } from "../core/link-challenge.ts";
import type { Pause } from "../core/pause-state.ts";
import type { WebLinks } from "./links.ts";

/** What the pages need of the bot. Identity comes from signatures alone: nobody logs in here. */
export interface WebApp {
  links: WebLinks;
  pause(proposal: ProposalId): Promise<Pause | undefined>;
  incidentTitle(incident: IncidentId): Promise<string | undefined>;
  /** The display name of the person linked to an owner address. Never identifies, only helps to read. */
  ownerName(owner: Address): Promise<string | undefined>;
  /** Counts a signature and resolves with the proposal after it. Throws `UserError` where it doesn't count. */
  confirm(request: { proposal: ProposalId; signature: Hex; via: "page" }): Promise<Pause>;
  /** Links the address that signed the challenge to the account in it. Throws `UserError`. */
  link(request: { challenge: LinkChallenge; signature: Hex }): Promise<{ owner: Address }>;
  now(): Date;
}
