interface Alarm {
  at: number;
  order: number;
  run: () => void;
  /** Set by the program under test, and gone with it; the world's own stay. */
  ofProgram: boolean;
  everyMs?: number;
}

/**
 * Time that passes only when everything has come to rest. While it is in force the program's own timers are alarms of
 * it, so that an hour of waiting costs nothing and a seed decides what happens first.
 */
export function virtualTime(startedAt: number) {
  const real = { setTimeout, clearTimeout, setInterval, clearInterval };
  const alarms = new Map<number, Alarm>();
  let now = startedAt;
  let orders = 0;
  let stirs = 0;

  function set(run: () => void, ms: number, more: { ofProgram: boolean; everyMs?: number }): number {
    orders += 1;
    alarms.set(orders, { at: now + Math.max(0, Math.ceil(ms)), order: orders, run, ...more });
    return orders;
  }
  function handle(id: number) {
    const timer = { id, ref: () => timer, unref: () => timer, hasRef: () => false };
    return timer;
  }
  const clear = (timer: unknown) => {
    if (typeof timer === "object" && timer !== null && "id" in timer) alarms.delete(Number(timer.id));
  };
  const fake = {
    setTimeout: (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      handle(set(() => run(...args), ms, { ofProgram: true })),
    setInterval: (run: () => void, ms = 0) => handle(set(run, ms, { ofProgram: true, everyMs: ms })),
    clearTimeout: clear,
    clearInterval: clear,
  };
  Object.assign(globalThis, fake);

  function soonest(): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of alarms.values()) {
      if (first === undefined || alarm.at < first.at || (alarm.at === first.at && alarm.order < first.order)) {
        first = alarm;
      }
    }
    return first;
  }

  return {
    now: () => now,
    /** Something happened: whoever waits for rest waits on. */
    stir: () => {
      stirs += 1;
    },
    /** The world's own alarm: a crash of the program leaves it alone. */
    after: (ms: number, run: () => void) => void set(run, ms, { ofProgram: false }),
    sleep: (ms: number) => new Promise<void>((resolve) => void set(resolve, ms, { ofProgram: false })),
    /** The program is dead, and its timers with it. */
    forgetProgram() {
      for (const [id, { ofProgram }] of alarms) if (ofProgram) alarms.delete(id);
    },
    /** Lets everything come to rest, then goes to the next alarm. False when there is none. */
    async step(): Promise<boolean> {
      for (let quiet = 0; quiet < 4; ) {
        const before = stirs;
        await new Promise((resolve) => setImmediate(resolve));
        quiet = stirs === before ? quiet + 1 : 0;
      }
      const alarm = soonest();
      if (alarm === undefined) return false;
      now = Math.max(now, alarm.at);
      alarms.delete(alarm.order);
      if (alarm.everyMs !== undefined) alarms.set(alarm.order, { ...alarm, at: now + alarm.everyMs });
      alarm.run();
      return true;
    },
    end: () => void Object.assign(globalThis, real),
  };
}

export type VirtualTime = ReturnType<typeof virtualTime>;
