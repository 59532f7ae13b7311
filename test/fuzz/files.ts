import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportIncident } from "../../src/core/export.ts";
import type { Hex } from "../../src/core/ids.ts";
import { canonicalSignature, recoverOwner } from "../../src/core/safe-tx.ts";
import { canonicalJson } from "../../src/core/timeline.ts";
import { verifyTimeline } from "../../src/core/verify.ts";
import { loadPlan } from "../../src/plan.ts";
import { loadPlaybook } from "../../src/playbooks.ts";
import { packageRoot } from "../../src/root.ts";
import { FileMistakes } from "../../src/yaml-file.ts";
import type { Random } from "../sim/random.ts";
import { openStory, owners } from "../story.ts";
import { damaged, twisted } from "./nasty.ts";

const plan = readFileSync(join(packageRoot, "response-plan.example.yaml"), "utf8");
const playbook = readFileSync(join(packageRoot, "playbooks/active-exploit.yaml"), "utf8");

/** Damages a plan and a playbook, again and again. Each is read, or refused with the line of every mistake. */
export function damageFiles(random: Random, times: number): string[] {
  const folder = mkdtempSync(join(tmpdir(), "allstop-fuzz-"));
  const wrong: string[] = [];
  const read = [
    { path: join(folder, "plan.yaml"), text: plan, load: loadPlan },
    { path: join(folder, "active-exploit.yaml"), text: playbook, load: loadPlaybook },
  ];
  for (let count = 0; count < times && wrong.length === 0; count += 1) {
    const { path, text, load } = random.pick(read);
    const given = damaged(random, text);
    writeFileSync(path, given);
    try {
      load(path);
    } catch (error) {
      const told = error instanceof FileMistakes && error.mistakes.length > 0;
      const lines = given.split("\n").length;
      const placed = told && error.mistakes.every(({ line }) => line >= 1 && line <= lines);
      if (!placed) wrong.push(`${path} with ${JSON.stringify(given).slice(0, 300)}: ${error}`);
    }
  }
  rmSync(folder, { recursive: true });
  return wrong;
}

/** Tampers with an exported timeline. Whatever is not the very same content must not verify. */
export async function tamperTimelines(random: Random, times: number): Promise<string[]> {
  const story = openStory();
  await story.type("U0NOOR", "incident declare critical Vault is draining");
  await story.type("U0NOOR", "playbook start active-exploit");
  await story.type("U0NOOR", "pause propose pause-vault");
  for (const index of [0, 1, 2]) await story.type("U0NOOR", `pause confirm P-0001 ${await story.signature(index)}`);
  const { json } = await exportIncident(story.app, "INC-0001", async (user) => user);
  story.store.close();
  const file = JSON.parse(json.content);
  const proven = (content: unknown) => {
    // Names identify nobody, and when it was exported is no fact: neither is the timeline's.
    const { names: _, exportedAt: __, ...rest } = content as Record<string, unknown>;
    return canonicalJson(rest);
  };
  for (let count = 0; count < times; count += 1) {
    const given = random.chance(0.5)
      ? damaged(random, json.content)
      : JSON.stringify({ ...file, events: twisted(random, file.events) });
    const verdict = await verifyTimeline(given);
    if (verdict.ok && proven(JSON.parse(given)) !== proven(file)) return [`It verified: ${given}`];
  }
  return [];
}

/** Damages a signature. It recovers to its own owner only where it is the same signature in another form. */
export async function damageSignatures(random: Random, times: number): Promise<string[]> {
  const story = openStory();
  const hash: Hex = `0x${"5a".repeat(32)}`;
  const owner = owners[0];
  story.store.close();
  if (owner === undefined) return ["There is no owner."];
  const good = canonicalSignature(await owner.sign({ hash }));
  for (let count = 0; count < times; count += 1) {
    const bytes = Buffer.from(good.slice(2), "hex");
    for (let flips = random.between(1, 3); flips > 0; flips -= 1) {
      bytes[random.between(0, 64)] = random.between(0, 255);
    }
    const given: Hex = `0x${bytes.toString("hex")}`;
    try {
      const canonical = canonicalSignature(given);
      const found = await recoverOwner(hash, canonical);
      if (found === owner.address && canonical !== good) return [`${given} passes for ${good}`];
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "UserError") return [`${given}: ${error}`];
    }
  }
  return [];
}
