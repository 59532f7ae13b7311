import { z } from "zod";
import { brokenLink, cutShort } from "./chain-file.ts";
import { messageOf } from "./errors.ts";
import { byWeight } from "./risk.ts";
import { RiskFile } from "./risk-export.ts";
import { foldRisks, type RiskRegister } from "./risk-state.ts";
import { canonicalJson, GENESIS_HASH, type StoredEvent } from "./timeline.ts";

export type RiskVerdict =
  | { ok: true; events: number; risks: number; head: string }
  /** `seq` is the first event that does not hold; absent when the file itself can't be read. */
  | { ok: false; seq?: number; why: string };

/** Whether this JSON says that it is an exported register, right or wrong. */
export function isRiskFile(json: unknown): boolean {
  return z.object({ format: z.string().startsWith("allstop-risks/") }).safeParse(json).success;
}

/** Recomputes an exported register: every hash, and that the risks it lists are those that its events tell of. */
export function verifyRisks(json: unknown): RiskVerdict {
  const parsed = RiskFile.safeParse(json);
  if (!parsed.success) {
    return { ok: false, why: `This is no risk register of Allstop: ${z.prettifyError(parsed.error).split("\n")[0]}` };
  }
  const file = parsed.data;
  const { events: raw } = z.object({ events: z.array(z.unknown()) }).parse(json);
  let previousHash = GENESIS_HASH;
  let register: RiskRegister | undefined;
  for (const [index, event] of file.events.entries()) {
    const stored = event as StoredEvent;
    const seq = index + 1;
    const broken = brokenLink(stored, raw[index], { seq, previousHash, stream: "risk-register" });
    if (broken !== undefined) return { ok: false, seq, why: broken };
    previousHash = stored.hash;
    try {
      register = foldRisks(register, stored);
    } catch (error) {
      return { ok: false, seq, why: messageOf(error) };
    }
  }
  const cut = cutShort(file);
  if (cut !== undefined) return { ok: false, seq: file.events.length + 1, why: cut };
  const told = register?.risks.toSorted(byWeight) ?? [];
  const untold = file.risks.find((risk, index) => !saysNoMore(risk, told[index]));
  if (untold !== undefined || file.risks.length !== told.length) {
    return { ok: false, why: "The risks that it lists are not those that its events tell of." };
  }
  return { ok: true, events: file.events.length, risks: told.length, head: previousHash };
}

/** An older file may say less of a risk than we read from its events today, and nothing else. */
function saysNoMore(listed: Record<string, unknown>, told: object | undefined): boolean {
  const known = new Map(Object.entries(told ?? {}));
  return Object.entries(listed).every(([key, value]) => {
    const fact = known.get(key);
    return fact !== undefined && canonicalJson(value) === canonicalJson(fact);
  });
}
