import { defineConfig } from "vitest/config";

/** Browsers and a real server: one file at a time, with time to start them. */
export default defineConfig({
  test: {
    include: ["e2e/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    bail: 1,
  },
});
