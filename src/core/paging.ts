import { nothing } from "./nothing.ts";
import type { TimerKind } from "./timers.ts";

/** Calls for somebody who takes the incident on: who is paged, level by level, until somebody answers. */
export const pageTimers: TimerKind = { name: "page", timersOf: () => [], fire: () => nothing };
