/** One thing that was looked at. A `problem` keeps the job from working; a `warning` will hurt later. */
export interface Finding {
  area: Area;
  /** What was looked at, as a noun: `scopes`, `provider one.example.org`. */
  check: string;
  ok: "ok" | "warning" | "problem";
  /** What was found, as a sentence. Never holds a secret. */
  detail: string;
  /** What to do about it, as a sentence. */
  remedy?: string;
}

export const areas = [
  "settings",
  "plan",
  "playbooks",
  "Slack",
  "Discord",
  "chains",
  "Safes",
  "executor",
  "database",
  "pager",
  "pages",
] as const;
export type Area = (typeof areas)[number];

/** Finding makers for one area, so that a check reads as what it found. */
export function findingsIn(area: Area) {
  return {
    ok: (check: string, detail: string): Finding => ({ area, check, ok: "ok", detail }),
    warning: (check: string, detail: string, remedy: string): Finding => ({
      area,
      check,
      ok: "warning",
      detail,
      remedy,
    }),
    problem: (check: string, detail: string, remedy: string): Finding => ({
      area,
      check,
      ok: "problem",
      detail,
      remedy,
    }),
  };
}
