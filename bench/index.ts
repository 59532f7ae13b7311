import { answers } from "./answers.ts";
import { appends } from "./appends.ts";
import { discordAnswers, discordRoomCalls } from "./discord.ts";
import type { Bench, Figure, Size } from "./measure.ts";
import { planLoading } from "./plan-loading.ts";
import { growth, starting } from "./production.ts";
import { roomCalls } from "./room-calls.ts";
import { submission } from "./submission.ts";
import { submissionPaths } from "./submission-paths.ts";
import { watching } from "./watch.ts";

const benches: Bench[] = [
  appends,
  answers,
  submission,
  submissionPaths,
  watching,
  roomCalls,
  discordAnswers,
  discordRoomCalls,
  starting,
  growth,
  planLoading,
];
const EXIT_USAGE = 2;

/**
 * `npm run bench [-- --only NAME] [-- --json]`: ratios against floors measured in the same run. NAME is a figure's, or
 * that of a bench, which is all of its figures. `BENCH_SIZE=tiny` measures next to nothing: it shows that all runs.
 */
const json = process.argv.includes("--json");
const at = process.argv.indexOf("--only");
const only = at < 0 ? undefined : (process.argv[at + 1] ?? "");
const size: Size = process.env.BENCH_SIZE === "tiny" ? "tiny" : "full";

const chosen = benches.filter(({ name, figures }) => only === undefined || name === only || figures.includes(only));
if (chosen.length === 0) {
  console.error(`There is no figure "${only}". There are:`);
  for (const { name, figures } of benches) console.error(`  ${name}: ${figures.join(", ")}`);
  process.exit(EXIT_USAGE);
}
const measured: Figure[] = [];
for (const bench of chosen) {
  if (!json) console.log(`… ${bench.name}`);
  const figures = await bench.run(size);
  measured.push(...figures.filter(({ name }) => only === undefined || only === bench.name || only === name));
}
console.log(json ? JSON.stringify(measured) : table(measured));
process.exit(0);

function table(all: Figure[]): string {
  const number = (value: number | null) => (value === null ? "–" : value >= 100 ? value.toFixed(0) : value.toFixed(2));
  const rows = all.map(({ name, value, unit, floor, ratio, aim, met }) => [
    name,
    `${number(value)} ${unit}`,
    floor === null ? "–" : `${number(floor)} ${unit}`,
    number(ratio),
    aim ?? "watched",
    met === null ? "" : met ? "met" : "MISSED",
  ]);
  const lines = [["figure", "ours", "floor", "ratio", "aim", ""], ...rows];
  const widths = ["", "", "", "", "", ""].map((_, column) => Math.max(...lines.map((row) => row[column]?.length ?? 0)));
  return lines.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
}
