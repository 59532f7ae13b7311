import { areas, type Finding } from "./finding.ts";

const marks = { ok: "✓", warning: "!", problem: "✗" } as const;

/** The report for a terminal: by area, a line for each finding, what to do beneath, and a summary at the end. */
export function formatFindings(findings: readonly Finding[]): string {
  const lines: string[] = [];
  for (const area of areas) {
    const found = findings.filter((finding) => finding.area === area);
    if (found.length === 0) continue;
    lines.push(area);
    for (const { ok, check, detail, remedy } of found) {
      lines.push(`  ${marks[ok]} ${check}: ${detail.replaceAll("\n", "\n      ")}`);
      if (remedy !== undefined) lines.push(`      → ${remedy.replaceAll("\n", "\n        ")}`);
    }
    lines.push("");
  }
  return [...lines, summary(findings)].join("\n");
}

/** 1 when anything is a problem, else 0: what `allstop doctor` exits with. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 {
  return findings.some(({ ok }) => ok === "problem") ? 1 : 0;
}

function summary(findings: readonly Finding[]): string {
  const count = (wanted: Finding["ok"]) => findings.filter(({ ok }) => ok === wanted).length;
  const problems = count("problem");
  const warnings = count("warning");
  const tail = `${count("ok")} fine, ${plural(warnings, "warning")}, ${plural(problems, "problem")}.`;
  if (problems > 0) return `Not ready. ${tail} Mend what is marked ✗ first.`;
  return warnings > 0 ? `Ready, with reservations. ${tail}` : `Ready. ${tail}`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
