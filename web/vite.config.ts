import { defineConfig } from "vite";

/** Asset names carry a hash of their content: two builds of one tree give the same files under the same names. */
export default defineConfig({
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
  },
  worker: { format: "es" },
});
