import { nothing } from "./nothing.ts";
import type { TimerKind } from "./timers.ts";

/** What is overdue, and who is told: the next update, roles that nobody holds, a playbook's step. */
export const reminderTimers: TimerKind = { name: "remind", timersOf: () => [], fire: () => nothing };
