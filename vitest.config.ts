import { defineConfig } from "vitest/config";

// `npm run soak` runs for minutes, and is a project of its own: `npm test` leaves it alone.
const soak = process.env.ALLSTOP_SOAK === "1";

export default defineConfig({
  test: {
    name: soak ? "soak" : "allstop",
    include: soak ? ["test/**/*.soak.ts"] : ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Files wait for blocks and sockets more than they compute: one more than the machines that this runs on have cores.
    maxWorkers: 3,
  },
});
