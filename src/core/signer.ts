import { UserError } from "./errors.ts";
import type { Address, Hex } from "./ids.ts";
import { type LinkChallenge, recoverLink } from "./link-challenge.ts";
import { sameAddress } from "./pause-state.ts";
import { personOf } from "./plan.ts";
import type { App } from "./ports.ts";

/** Links a chat account to the owner address whose key signed the challenge. The address is recovered, never claimed. */
export async function linkSigner(
  app: App,
  { challenge, signature }: { challenge: LinkChallenge; signature: Hex },
): Promise<{ owner: Address }> {
  if (Date.parse(challenge.expires) < app.clock.now().getTime()) {
    throw new UserError("link_expired", "This link has expired.", "Ask for a new one with `/signer link`.");
  }
  const owner = await recoverLink(challenge, signature);
  const plan = app.plan();
  const planned = personOf(plan, challenge.user)?.person.owner;
  if (planned !== undefined && !sameAddress(planned, owner)) {
    throw new UserError(
      "not_your_owner",
      `The response plan says that your owner address is ${planned}; this was signed by ${owner}.`,
      "Sign with the address that the plan names, or have the plan changed in a review.",
      { owner, planned },
    );
  }
  await mustOwnASafe(app, owner);
  await app.journal.record(
    "roster",
    { by: challenge.user, byName: challenge.name, invocation: `link:${challenge.nonce}` },
    (roster) => {
      const same = roster?.links.find(({ user }) => user === challenge.user);
      if (same !== undefined && sameAddress(same.owner, owner)) return { events: [], effects: [] };
      const { user, name, nonce, expires } = challenge;
      return {
        events: [{ kind: "signer.linked", user, owner, challenge: { user, name, nonce, expires }, signature }],
        effects: [],
      };
    },
  );
  await refreshOpenPauses(app);
  return { owner };
}

async function mustOwnASafe(app: App, owner: Address): Promise<void> {
  const keys = Object.keys(app.plan().safes);
  const states = await Promise.all(keys.map((key) => app.chain.readSafe(key)));
  if (states.some(({ owners }) => owners.some((known) => sameAddress(known, owner)))) return;
  throw new UserError(
    "not_an_owner",
    `${owner} is not an owner of any Safe in the response plan.`,
    "Choose the account that owns the Safe in your wallet, then sign again.",
    { owner },
  );
}

/** Cards name people by their links: open ones are drawn anew, and a newly linked signer is asked directly. */
async function refreshOpenPauses(app: App): Promise<void> {
  const roster = await app.journal.state("roster");
  for (const incident of await app.journal.incidents()) {
    const open = incident.pauses.filter((pause) => pause.requested === undefined && !pause.withdrawn && !pause.failed);
    if (open.length === 0) continue;
    await app.journal.record(`incident/${incident.id}`, { by: "allstop" }, () => ({
      events: [],
      effects: open.flatMap((pause) => [
        { kind: "refresh_pause" as const, incident: incident.id, proposal: pause.id },
        ...(roster?.links ?? [])
          .filter((link) => pause.safe.owners.some((owner) => sameAddress(owner, link.owner)))
          .map(({ owner, user }) => ({
            kind: "ask_signer" as const,
            incident: incident.id,
            proposal: pause.id,
            owner,
            user,
          })),
      ]),
    }));
  }
}
