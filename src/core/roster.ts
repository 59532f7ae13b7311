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

/** The owner address that a person speaks for, given all of the person's accounts. */
export function ownerOf(roster: Roster | undefined, accounts: readonly UserRef[]): Address | undefined {
  return accounts.flatMap((user) => roster?.links.find((link) => link.user === user)?.owner ?? [])[0];
}

export function userOf(roster: Roster | undefined, owner: Address): UserRef | undefined {
  return usersOf(roster, owner)[0];
}

/** Every account that speaks for an owner: one on each platform at most. */
export function usersOf(roster: Roster | undefined, owner: Address): UserRef[] {
  return (roster?.links ?? []).filter((link) => sameAddress(link.owner, owner)).map(({ user }) => user);
}

function platform(user: UserRef): string {
  return user.slice(0, user.indexOf(":"));
}
