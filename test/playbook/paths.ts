import type { PlaybookStep } from "../../src/core/playbook-file.ts";

/** What is answered at each question, by the step's id. */
export type Answers = Readonly<Record<string, string>>;

/** The steps that are walked with these answers, in order. A question without an answer here takes its first. */
export function walked(steps: readonly PlaybookStep[], answers: Answers): PlaybookStep[] {
  const found: PlaybookStep[] = [];
  for (let index = 0; index < steps.length; ) {
    const step = steps[index];
    if (step === undefined) break;
    found.push(step);
    const { ask } = step;
    const target = ask?.answers.find(({ say }) => say === (answers[step.id] ?? ask.answers[0]?.say))?.then ?? "next";
    if (target === "end") break;
    index = target === "next" ? index + 1 : steps.findIndex(({ id }) => id === target);
    if (index < 0) throw new Error(`${step.id} leads to ${target}, which is not there.`);
  }
  return found;
}

/** All ways through: one for each choice of answers that can really be given. */
export function ways(steps: readonly PlaybookStep[]): Answers[] {
  const found: Answers[] = [];
  const explore = (answers: Answers): void => {
    const open = walked(steps, answers).find(({ id, ask }) => ask !== undefined && answers[id] === undefined);
    if (open === undefined) found.push(answers);
    for (const { say } of open?.ask?.answers ?? []) explore({ ...answers, [open?.id ?? ""]: say });
  };
  explore({});
  return found;
}

/** As few of these ways as it takes to give every answer once. Greedy, which is near enough to fewest. */
export function everyAnswer(steps: readonly PlaybookStep[]): Answers[] {
  const all = ways(steps);
  const missing = new Set(steps.flatMap(({ id, ask }) => ask?.answers.map(({ say }) => `${id}/${say}`) ?? []));
  const chosen: Answers[] = [];
  const news = (way: Answers) => Object.entries(way).filter(([id, say]) => missing.has(`${id}/${say}`)).length;
  while (missing.size > 0) {
    const best = all.toSorted((a, b) => news(b) - news(a))[0];
    if (best === undefined || news(best) === 0) throw new Error(`No way gives the answers ${[...missing].join(", ")}.`);
    for (const [id, say] of Object.entries(best)) missing.delete(`${id}/${say}`);
    chosen.push(best);
  }
  return chosen.length > 0 ? chosen : [{}];
}
