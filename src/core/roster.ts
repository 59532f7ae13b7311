import type { Address, UserRef } from "./ids.ts";
import { sameAddress } from "./pause-state.ts";
import type { StoredEvent } from "./timeline.ts";

/** Which chat account speaks for which owner address, as proven by signed challenges. */
export interface Roster {
  links: { user: UserRef; owner: Address; at: string; nonce: string }[];
  head: { seq: number; hash: string; recordedAt: string };
}

export function foldRoster(roster: Roster | undefined, stored: StoredEvent): Roster {
  const head = { seq: stored.seq, hash: stored.hash, recordedAt: stored.recordedAt };
  const links = roster?.links ?? [];
  const { event } = stored;
  switch (event.kind) {
    case "signer.linked": {
      // One owner may speak from one account on each platform; a newer proof takes the older one's place.
      const others = links.filter(
        (link) =>
          link.user !== event.user &&
          !(sameAddress(link.owner, event.owner) && platform(link.user) === platform(event.user)),
      );
      const link = { user: event.user, owner: event.owner, at: stored.at, nonce: event.challenge.nonce };
      return { links: [...others, link], head };
    }
    case "signer.unlinked":
      return {
        links: links.filter((link) => link.user !== event.user || !sameAddress(link.owner, event.owner)),
        head,
      };
    default:
      throw new Error(`${event.kind} does not belong to the roster.`);
  }
}

export function ownerOf(roster: Roster | undefined, user: UserRef): Address | undefined {
  return roster?.links.find((link) => link.user === user)?.owner;
}

export function userOf(roster: Roster | undefined, owner: Address): UserRef | undefined {
  return roster?.links.find((link) => sameAddress(link.owner, owner))?.user;
}

function platform(user: UserRef): string {
  return user.slice(0, user.indexOf(":"));
}
