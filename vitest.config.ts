import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: process.env.ALLSTOP_SOAK === "1" ? ["test/**/*.soak.ts"] : ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores, and every file brings servers of its own.
    maxWorkers: 2,
  },
});
