import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Kills at random points of a run: minutes, and not yet proven to be steady on a busy machine.
    exclude: process.env.PULUMI_NOTION_LONG === undefined ? ["test/engine/crash.test.ts"] : [],
    // Child processes and real sockets: slow machines must not decide whether a test passes.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
