import type { ContractOwner } from "../core/chain-port.ts";
import type { Address, Hex, IncidentId, ProposalId } from "../core/ids.ts";
import type { RungSet } from "../core/ladder-state.ts";
import type { LinkChallenge } from "../core/link-challenge.ts";
import type { Pause } from "../core/pause-state.ts";
import type { GivenSignature } from "../core/signature-file.ts";
import type { HandedIn } from "../core/signature-hand-in.ts";
import type { WebLinks } from "./links.ts";

/** What the pages need of the bot. Identity comes from signatures alone: nobody logs in here. */
export interface WebApp {
  links: WebLinks;
  pause(proposal: ProposalId): Promise<Pause | undefined>;
  incidentTitle(incident: IncidentId): Promise<string | undefined>;
  /** The display name of the person linked to an owner address. Never identifies, only helps to read. */
  ownerName(owner: Address): Promise<string | undefined>;
  /** Counts what of these signatures counts, and says of each what came of it. */
  handIn(request: {
    proposal: ProposalId;
    given: GivenSignature[];
    via: "page" | "paste" | "file";
  }): Promise<{ pause: Pause; handedIn: HandedIn[] }>;
  /** Which owners of the proposal's Safe are contracts. Rejects while the chain does not answer. */
  contractOwners(pause: Pause): Promise<ContractOwner[]>;
  /** Links the address that signed the challenge to the account in it. Throws `UserError`. */
  link(request: { challenge: LinkChallenge; signature: Hex }): Promise<{ owner: Address }>;
  /** Rungs that are signed ahead of time. */
  ladder?: {
    /** Those that event `seq` of the ladder laid; undefined once they are burned, or laid anew. */
    set(seq: number): Promise<RungSet | undefined>;
    /** Takes in a signature over one of them. Throws `UserError` where it is none of an owner. */
    sign(request: {
      intervention: string;
      signature: Hex;
      via: "page" | "paste";
    }): Promise<{ owner: Address; nonce: string; set: RungSet }>;
  };
  now(): Date;
}
