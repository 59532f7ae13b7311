import { readFileSync, statSync } from "node:fs";
import { isRiskFile, verifyRisks } from "../core/risk-verify.ts";
import { verifyTimeline } from "../core/verify.ts";
import { EXIT_FAILED } from "../exit.ts";

/** Far more than the longest incident writes; a text of half a gigabyte is more than Node reads. */
const FILE_BYTES_MAX = 256 * 1024 * 1024;

/** Exit status 0 only if every hash and every signature holds. */
export async function verifyFile(path: string): Promise<void> {
  const content = read(path);
  const json = parsed(content);
  if (isRiskFile(json)) return sayRisks(json);
  const verdict = await verifyTimeline(content);
  if (verdict.ok) {
    const { incident, events, signatures, links, head, posted, onChain } = verdict;
    console.log(
      `${incident} verifies: ${events} events, ${signatures} signatures, ${links} owner links.\nHead: ${head}`,
    );
    // A timeline that was rewritten from one end to the other verifies, too. What was posted can't have been.
    if (posted.length > 0) console.log("Compare these with what stands in the room:");
    for (const { seq, hash, message } of posted) console.log(`  event ${seq}  ${hash}  at ${message}`);
    if (onChain.length > 0) console.log("These rest on the chain's word, which this file can't prove:");
    for (const { seq, rests } of onChain) console.log(`  event ${seq}  ${rests}`);
    return;
  }
  const where = verdict.seq === undefined ? "" : `Event ${verdict.seq}${verdict.kind ? ` (${verdict.kind})` : ""}: `;
  console.error(`This timeline does NOT verify.\n${where}${verdict.why}`);
  process.exitCode = EXIT_FAILED;
}

function sayRisks(json: unknown): void {
  const verdict = verifyRisks(json);
  if (verdict.ok) {
    console.log(`The risk register verifies: ${verdict.events} events, ${verdict.risks} risks.\nHead: ${verdict.head}`);
    return;
  }
  const where = verdict.seq === undefined ? "" : `Event ${verdict.seq}: `;
  console.error(`This risk register does NOT verify.\n${where}${verdict.why}`);
  process.exitCode = EXIT_FAILED;
}

/** Undefined where it is no JSON: whoever reads on says so. */
function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function read(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new Error(`There is no file ${path}.`);
  const wanted = "Name the INC-….json file that the incident was exported to.";
  if (!stat.isFile()) throw new Error(`${path} is no regular file. ${wanted}`);
  if (stat.size > FILE_BYTES_MAX) throw new Error(`${path} has ${stat.size} bytes; no timeline has so many. ${wanted}`);
  return readFileSync(path, "utf8");
}
