import { existsSync } from "node:fs";
import { join } from "node:path";
import { getAddress, isAddress } from "viem";
import { FEE_CAP_DEFAULT } from "../chain/fees.ts";
import { createNetworks } from "../chain/network.ts";
import { callOf } from "../chain/planned.ts";
import { proveReadiness } from "../chain/readiness/index.ts";
import { rungWord } from "../chat/cards/readiness-card.ts";
import { readDatabaseUrl, readLook } from "../config.ts";
import type { Address } from "../core/ids.ts";
import type { LoadedPlan } from "../core/plan.ts";
import { type Board, type BoardLine, lookAtReadiness } from "../core/readiness.ts";
import { EXIT_FAILED, UsageError } from "../exit.ts";
import { playbookKeys } from "../playbooks.ts";
import { packageRoot } from "../root.ts";
import { openDatabase, openReadOnly } from "../storage/database.ts";
import { openJournal } from "../storage/journal.ts";

export interface ReadinessCommand {
  json?: boolean;
  /** Which accounts would pay, where no key is set here. */
  executor?: string[];
}

/**
 * The keyless proof in a terminal, beside a running bot or far from it: it needs the plan and the providers. With no
 * database at hand nothing is known of the people, and that is said.
 */
export async function readiness(
  env: NodeJS.ProcessEnv,
  { json = false, executor = [] }: ReadinessCommand,
): Promise<void> {
  const { plan, rpc, executors, maxFeeGwei } = readLook(env, {
    playbooks: playbookKeys(join(packageRoot, "playbooks")),
  });
  const rpcUrls = Object.fromEntries(Object.entries(rpc).map(([id, all]) => [id, all.map(({ url }) => url.reveal())]));
  const networks = createNetworks(() => plan, rpcUrls, undefined);
  const now = () => new Date();
  const feeCap = maxFeeGwei === undefined ? FEE_CAP_DEFAULT : BigInt(maxFeeGwei) * 1_000_000_000n;
  const named = executor.map(addressOf);
  const chain = {
    proveReadiness: () =>
      proveReadiness({
        plan,
        networkOf: networks.of,
        executors: named.length > 0 ? named : executors,
        feeCap,
        now: now(),
      }),
    planned: (key: string) => callOf(plan, key),
  };
  try {
    const board = await look(env, plan, { chain, now });
    console.log(json ? asJson(board) : asTable(board));
    if (board.lines.some(({ colour }) => colour === "red")) process.exitCode = EXIT_FAILED;
  } finally {
    networks.close();
  }
}

async function look(
  env: NodeJS.ProcessEnv,
  plan: LoadedPlan,
  { chain, now }: { chain: Parameters<typeof lookAtReadiness>[0]["chain"]; now: () => Date },
): Promise<Board> {
  const url = readDatabaseUrl(env);
  const isThere = existsSync(url.slice("file:".length));
  const store = isThere ? openReadOnly(url) : openDatabase(":memory:");
  try {
    const clock = { now };
    const journal = openJournal(store, clock, { chats: () => [] });
    const board = await lookAtReadiness({ chain, journal, clock, plan: () => plan });
    if (isThere) return board;
    console.error(`The people were left out: there is no database at ${url.slice("file:".length)} that knows them.`);
    return { ...board, lines: board.lines.map(withoutPeople) };
  } finally {
    store.close();
  }
}

function withoutPeople(line: BoardLine): BoardLine {
  const verdicts = line.verdicts.filter(({ rung }) => rung !== "people");
  const worst = (["red", "amber"] as const).find((colour) => verdicts.some((one) => one.colour === colour));
  return { ...line, verdicts, colour: worst ?? "green" };
}

function addressOf(text: string): Address {
  if (isAddress(text, { strict: false })) return getAddress(text);
  throw new UsageError(`${text} is not an address: write 0x and 40 hex digits.`);
}

const RUNG_WIDTH = Math.max(...Object.values(rungWord).map(({ length }) => length));
const STATE = { green: "READY", amber: "READY, with reservations", red: "NOT READY" } as const;
/** The doctor's. */
const MARKS = { green: "✓", amber: "!", red: "✗" } as const;

/** A block for each pause: a line for each rung, and beneath what to do and the addresses that it is about. */
function asTable({ at, blocks, lines, planHash }: Board): string {
  const below = "".padEnd(RUNG_WIDTH + 5);
  const parts = lines.map(({ title, intervention, executor, colour, verdicts }) => {
    const payer = executor === undefined ? "" : `, by ${executor}`;
    const rows = verdicts.flatMap(({ rung, colour: found, says, remedy, facts = [] }) => [
      `  ${MARKS[found]} ${rungWord[rung].padEnd(RUNG_WIDTH)} ${says}`,
      ...(remedy === undefined ? [] : [`${below}→ ${remedy}`]),
      ...facts.map(({ label, value }) => `${below}  ${value}  ${label}`),
    ]);
    return [`${STATE[colour]}: ${title} (${intervention}${payer})`, ...rows, ""].join("\n");
  });
  const where = blocks.map(({ name, number }) => `${name} at block ${number}`).join(", ") || "no chain could be read";
  return [...parts, `${summary(lines)} ${at}; ${where}; plan sha256 ${planHash}.`].join("\n");
}

function summary(lines: readonly BoardLine[]): string {
  const count = (colour: BoardLine["colour"]) => lines.filter((line) => line.colour === colour).length;
  if (lines.length === 0) return "The plan has no intervention: nothing can be paused.";
  return `${count("green")} ready, ${count("amber")} with reservations, ${count("red")} not ready.`;
}

function asJson(board: Board): string {
  const blocks = board.blocks.map(({ number, ...rest }) => ({ ...rest, number: number.toString() }));
  const ready = board.lines.every(({ colour }) => colour !== "red");
  return JSON.stringify({ ready, ...board, blocks }, undefined, 1);
}
