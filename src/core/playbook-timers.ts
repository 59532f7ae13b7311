import { nothing } from "./nothing.ts";
import type { TimerKind } from "./timers.ts";

/** Steps that wait for time to pass. */
export const runTimers: TimerKind = { name: "wait", timersOf: () => [], fire: () => nothing };
