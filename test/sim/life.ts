import { copyFileSync, existsSync, rmSync } from "node:fs";
import type { Logger } from "pino";
import { pino } from "pino";
import { RetryableError } from "../../src/core/errors.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** One life of the program: from a start on the database file to the moment at which it is killed. */
export interface Life {
  readonly dead: boolean;
  /** Where it was killed, once it was. */
  readonly killedAt: string | undefined;
  /** Ends it from outside: a power cut, or the process manager. */
  kill(where: string): void;
  /** A moment at which it may be killed. True when it is dead: then nothing it does counts any more. */
  strikes(where: string): boolean;
  /** A call over the network, which may fail before anything was done, be done and not answered, or take long. */
  call<T>(where: string, work: () => T, options?: { lateMs?: number }): Promise<T>;
  /** What was logged as an error: surprises. */
  readonly surprises: string[];
  log: Logger;
}

export const never = <T>() => new Promise<T>(() => undefined);

/** How often the world fails. All 0 while the story comes to its end. */
export interface Faults {
  fail: number;
  lose: number;
  slow: number;
  limit: number;
}

/**
 * `fuse` is the number of moments after which it is killed; `onKilled` is called in that very moment. Whatever the dead
 * one has under way by then waits for ever, as what a killed process has under way.
 */
export function beginLife(options: {
  fuse: number;
  time: VirtualTime;
  random: Random;
  faults: Faults;
  onKilled: () => void;
}): Life {
  const { time, random, faults } = options;
  let moments = 0;
  let killedAt: string | undefined;
  const surprises: string[] = [];
  const write = (line: string) => {
    if (killedAt === undefined && !expected.test(line)) surprises.push(line);
  };
  const log = pino({ level: "error" }, { write });
  const life: Life = {
    get dead() {
      return killedAt !== undefined;
    },
    get killedAt() {
      return killedAt;
    },
    surprises,
    log,
    kill(where) {
      if (killedAt !== undefined) return;
      options.onKilled();
      killedAt = where;
    },
    strikes(where) {
      if (killedAt !== undefined) return true;
      time.stir();
      moments += 1;
      if (moments < options.fuse) return false;
      life.kill(where);
      return true;
    },
    async call(where, work, { lateMs = 0 } = {}) {
      if (life.strikes(`before ${where}`)) return never();
      if (random.chance(faults.fail)) return life.dead ? never() : failAfter(life, time, random, where);
      if (random.chance(faults.limit)) {
        const retryAfterMs = random.between(100, 20_000);
        throw new RetryableError(`${where} is limited.`, { retryAfterMs });
      }
      // From here on it is on its way: it is done whether or not anybody is left to hear of it.
      await time.sleep(random.between(1, 30) + (lateMs > 0 ? random.between(0, lateMs) : 0));
      time.stir();
      const done = work();
      if (life.strikes(`after ${where}`)) return never();
      const lost = random.chance(faults.lose);
      await time.sleep(random.chance(faults.slow) ? random.between(500, 15_000) : random.between(1, 30));
      if (life.dead) return never();
      time.stir();
      if (lost) throw new RetryableError(`The answer of ${where} was lost.`);
      return done;
    },
  };
  return life;
}

async function failAfter(life: Life, time: VirtualTime, random: Random, where: string): Promise<never> {
  await time.sleep(random.between(1, 5_000));
  time.stir();
  if (life.dead) return never();
  throw new RetryableError(`${where} failed before anything was done.`);
}

/** What this world does to a connection is no surprise. */
const expected = /A chat (could not be connected|is lost)/;

/** The database as it lies on disk now, log and all, under another name: what a killed process leaves behind. */
export function copyAsOnDisk(from: string, to: string): void {
  copyFileSync(from, to);
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${to}-wal`);
}

export function removeDatabase(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
}
