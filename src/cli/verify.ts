import { readFileSync } from "node:fs";
import { verifyTimeline } from "../core/verify.ts";

/** Exit status 0 only if every hash and every signature holds. */
export async function verifyFile(path: string): Promise<void> {
  const verdict = await verifyTimeline(readFileSync(path, "utf8"));
  if (verdict.ok) {
    const { incident, events, signatures, links, head } = verdict;
    console.log(
      `${incident} verifies: ${events} events, ${signatures} signatures, ${links} owner links.\nHead: ${head}`,
    );
    return;
  }
  const where = verdict.seq === undefined ? "" : `Event ${verdict.seq}${verdict.kind ? ` (${verdict.kind})` : ""}: `;
  console.error(`This timeline does NOT verify.\n${where}${verdict.why}`);
  process.exitCode = 1;
}
