import { configDefaults, defineConfig } from "vitest/config";

// `npm run soak` runs for minutes, and is a project of its own: `npm test` leaves it alone.
const soak = process.env.ALLSTOP_SOAK === "1";

const all = ["test/**/*.test.ts"];
/** Files that put clocks or timers of their own in the place of the process's: nobody else is in their process. */
const alone = ["test/outbox/timers.test.ts", "test/playbook/shipped-walk.test.ts", "test/sim/*.test.ts"];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Files wait for blocks and sockets more than they compute: one more than the machines that this runs on have cores.
    maxWorkers: 3,
    projects: soak
      ? [{ extends: true, test: { name: "soak", include: ["test/**/*.soak.ts"] } }]
      : [
          // Loading the program costs more than most files do: they share what is loaded, and keep no state in modules.
          {
            extends: true,
            test: { name: "allstop", include: all, exclude: [...configDefaults.exclude, ...alone], isolate: false },
          },
          { extends: true, test: { name: "alone", include: alone } },
        ],
  },
});
