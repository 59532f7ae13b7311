/** A plan, a playbook or a contact that nobody has looked at for so long describes another organisation. */
export const REVIEW_DAYS_MAX = 180;
const DAY_MS = 86_400_000;

interface Reviewed {
  /** A date without a time. */
  reviewed: string;
}

/** Why a date of review is nothing to rely on; undefined while it is. A day ahead may be a time zone's. */
export function sayStale({ reviewed }: Reviewed, now: Date): string | undefined {
  const days = Math.floor((now.getTime() - Date.parse(reviewed)) / DAY_MS);
  if (days < -1) return `Reviewed on ${reviewed}, which is yet to come.`;
  if (days > REVIEW_DAYS_MAX) return `Last reviewed on ${reviewed}, ${days} days ago.`;
  return undefined;
}

/** The playbooks whose date of review is too old, or in the future, each with the words that say so. */
export function stalePlaybooks<P extends Reviewed>(
  playbooks: readonly P[],
  now: Date,
): { playbook: P; says: string }[] {
  return playbooks.flatMap((playbook) => {
    const says = sayStale(playbook, now);
    return says === undefined ? [] : [{ playbook, says }];
  });
}
