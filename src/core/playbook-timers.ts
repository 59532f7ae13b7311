import { msOf } from "./duration.ts";
import type { Incident } from "./incident.ts";
import { nothing } from "./nothing.ts";
import { goOn, refreshRun } from "./playbook-go-on.ts";
import { currentStep } from "./playbook-state.ts";
import type { TimerKind } from "./timers.ts";

/** Steps that wait for time to pass, from when they became the current one. */
export const runTimers: TimerKind = {
  name: "wait",
  timersOf: (incident) =>
    waiting(incident).map(({ id, run, wait }) => ({ id, since: run.currentSince, afterMs: msOf(wait) })),
  fire(incident, _plan, timer) {
    const due = waiting(incident).find(({ id }) => id === timer.id);
    if (due === undefined) return nothing;
    const { run, step } = due;
    return {
      events: goOn(incident, run, [{ kind: "playbook.step_waited", run: run.id, step }]),
      effects: refreshRun(incident.id, run.id),
    };
  },
};

function waiting({ runs }: Incident) {
  return runs.flatMap((run) => {
    const { wait, id } = currentStep(run)?.step ?? {};
    return wait === undefined || id === undefined ? [] : [{ id: `wait/${run.id}/${id}`, run, step: id, wait }];
  });
}
