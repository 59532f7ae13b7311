import { answers } from "./answers.ts";
import { appends } from "./appends.ts";
import type { Bench, Figure } from "./measure.ts";

import { roomCalls } from "./room-calls.ts";
import { submission } from "./submission.ts";

/** `npm run bench [-- --only NAME] [-- --json]`: ratios against floors measured in the same run. */
const benches: Bench[] = [appends, answers, submission, roomCalls];

const only = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1] : undefined;
const json = process.argv.includes("--json");
const chosen = benches.filter(({ name }) => only === undefined || name === only);
if (chosen.length === 0) {
  console.error(`There is no bench "${only}". There are: ${benches.map(({ name }) => name).join(", ")}.`);
  process.exit(1);
}
const figures: Figure[] = [];
for (const bench of chosen) {
  if (!json) console.log(`… ${bench.name}`);
  figures.push(...(await bench.run()));
}
console.log(json ? JSON.stringify(figures) : table(figures));
process.exit(0);

function table(all: Figure[]): string {
  const number = (value: number | null) => (value === null ? "–" : value >= 100 ? value.toFixed(0) : value.toFixed(2));
  const rows = all.map(({ name, value, unit, floor, ratio, aim, met }) => [
    name,
    `${number(value)} ${unit}`,
    floor === null ? "–" : `${number(floor)} ${unit}`,
    number(ratio),
    aim,
    met === null ? "" : met ? "met" : "MISSED",
  ]);
  const all_ = [["figure", "ours", "floor", "ratio", "aim", ""], ...rows];
  const widths = all_[0]!.map((_, column) => Math.max(...all_.map((row) => row[column]!.length)));
  return all_.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")).join("\n");
}
