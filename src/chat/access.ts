import { UserError } from "../core/errors.ts";
import { platformOf } from "../core/ids.ts";
import type { Incident } from "../core/incident.ts";
import { peopleAt } from "../core/on-call.ts";
import { accountsOf, aliasesOf, personOf } from "../core/plan.ts";
import type { App } from "../core/ports.ts";
import { ownerOf } from "../core/roster.ts";
import type { Actor, Command } from "./command.ts";
import type { Inbound } from "./platform.ts";

/** Who acts, by the account's id alone: what the response plan and the linked owners say of it. */
export async function identify(app: App, { user, userName }: Pick<Inbound, "user" | "userName">): Promise<Actor> {
  const roster = await app.journal.state("roster");
  const plan = app.plan();
  const accounts = aliasesOf(plan, user);
  return { user, accounts, name: userName, person: personOf(plan, user), owner: ownerOf(roster, accounts) };
}

/** Why this person may not say it; undefined when they may. Authority comes from immutable platform ids and signed links, never from a name. */
export function refuse(
  app: App,
  command: Pick<Command, "name" | "access">,
  actor: Actor,
  incident: Incident | undefined,
): UserError | undefined {
  if (command.access === "anyone") return undefined;
  if (command.access === "signer") {
    if (actor.owner !== undefined) return undefined;
    return new UserError(
      "not_linked",
      "This counts linked owners only, and your account is not linked to an owner address.",
      "If you hold an owner's key, link it now with `/signer link`; it takes one signature.",
    );
  }
  const hasRole = incident !== undefined && Object.values(incident.roles).some((user) => actor.accounts.includes(user));
  if (actor.person !== undefined || actor.owner !== undefined || hasRole) return undefined;
  const [onCall] = peopleAt(app.plan(), app.plan().onCall, app.clock.now());
  return new UserError(
    "not_a_responder",
    `You are not in ${app.plan().organisation}'s response plan, so \`/${command.name}\` is not yours to run.`,
    `Ask ${onCall?.person.name ?? "somebody on call"} to give you a role with \`/incident assign\`. You can always \`/incident declare\`.`,
  );
}

/** `@Noor`, where the chat made no mention of it: whom the plan calls so. Else it is taken for the chat's own id. */
export function personTyped(app: App, typed: string, chat: string): string {
  const said = typed.toLowerCase();
  const named = Object.entries(app.plan().people).filter(
    ([key, { name }]) => key.toLowerCase() === said || name.toLowerCase() === said,
  );
  const accounts = named.flatMap(([, person]) => accountsOf(person).filter((account) => platformOf(account) === chat));
  const [only] = accounts;
  return only !== undefined && accounts.length === 1 ? only : `${chat}:${typed}`;
}
