import type { startBot } from "./rig.ts";

/** The newest event of this kind, as it is stored. */
export async function newestOf({ journal }: Awaited<ReturnType<typeof startBot>>, kind: string) {
  return (await journal.events("incident/INC-0001")).findLast(({ event }) => event.kind === kind);
}
