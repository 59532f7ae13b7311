import { UserError } from "../../src/core/errors.ts";
import { signRung } from "../../src/core/ladder.ts";
import { livingRungs } from "../../src/core/ladder-state.ts";
import type { LadderStore } from "../../src/core/ladder-store.ts";
import { includesAddress } from "../../src/core/pause-state.ts";
import type { StoredEvent } from "../../src/core/timeline.ts";
import type { Bot } from "./bot.ts";
import type { Life } from "./life.ts";
import type { Random } from "./random.ts";
import { signatureOf, signers } from "./world-plan.ts";

export const LADDER_KEY = Buffer.from("6c61646465722d6b65792d6f662d7468652d63726173682d73696d756c617465", "hex");

/** The store as one life reaches it: it may be killed before and after each write. */
export function mortalLadder(store: LadderStore, life: Life): LadderStore {
  return {
    hasKey: store.hasKey,
    keep(signature) {
      if (life.strikes("before a rung is kept")) return;
      store.keep(signature);
      life.strikes("after a rung is kept");
    },
    list: (safeTxHash) => (life.dead ? [] : store.list(safeTxHash)),
    read: (safeTxHash) => (life.dead ? { signatures: [], unreadable: [] } : store.read(safeTxHash)),
    forget(safeTxHash, owner) {
      if (life.strikes("before a rung is forgotten")) return 0;
      const count = store.forget(safeTxHash, owner);
      life.strikes("after a rung is forgotten");
      return count;
    },
  };
}

/** Somebody opens the page of rungs and signs one of them. Nobody waits for it: the program may die meanwhile. */
export async function signAhead({ app, journal, life }: Bot, random: Random): Promise<void> {
  const sets = ((await journal.state("ladder"))?.sets ?? []).filter((set) => livingRungs(set).length > 0);
  if (sets.length === 0) return;
  const set = random.pick(sets);
  const { safeTxHash } = random.pick(livingRungs(set));
  const signature = await signatureOf(random.between(0, signers.length - 1), safeTxHash);
  if (life.dead) return;
  signRung(app, { by: "allstop" }, { intervention: set.intervention, signature, via: "page" }).catch(
    (error: unknown) => {
      // Burned or used up in this very moment: the page says so, and the person goes on.
      if (!(error instanceof UserError) && !life.dead) life.log.error({ err: error }, "A rung could not be signed");
    },
  );
}

/** What must hold of the ladder at the end of a story, and does not. */
export async function ladderWrong(bot: Bot, events: StoredEvent[]): Promise<string[]> {
  const wrong: string[] = [];
  const ladder = await bot.journal.state("ladder");
  const told = (ladder?.sets ?? []).flatMap(({ rungs }) =>
    rungs.flatMap(({ safeTxHash, signatures }) => signatures.map(({ owner }) => `${safeTxHash} of ${owner}`)),
  );
  const kept = (bot.app.ladder?.list() ?? []).map(({ safeTxHash, owner }) => `${safeTxHash} of ${owner}`);
  for (const one of told) if (!kept.includes(one)) wrong.push(`The ladder tells of ${one}, which is not kept`);
  for (const one of kept) if (!told.includes(one)) wrong.push(`The ladder keeps ${one}, and tells nothing of it`);

  const opened = events.flatMap(({ event, stream, seq }) =>
    event.kind === "ladder.opened" ? [{ event, stream, seq }] : [],
  );
  const noted = ladder?.openings ?? [];
  if (noted.length !== opened.length)
    wrong.push(`${opened.length} openings, and ${noted.length} on the ladder's timeline`);
  for (const { event, stream, seq } of events) {
    if (event.kind !== "pause.confirmed" || event.via !== "ladder" || event.reusedFrom !== undefined) continue;
    const before = opened.some(
      (one) =>
        one.stream === stream &&
        one.seq < seq &&
        one.event.proposal === event.proposal &&
        includesAddress(one.event.owners, event.owner),
    );
    if (!before) wrong.push(`${event.proposal} counts what ${event.owner} signed ahead, and no opening is told`);
  }
  return wrong;
}
