import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** Asset names carry a hash of their content: two builds of one tree give the same files under the same names. */
export default defineConfig({
  resolve: {
    alias: [
      {
        find: /^@kitware\/vtk\.js\/IO\/.*$/,
        replacement: fileURLToPath(new URL("src/reading/no-mesh.ts", import.meta.url)),
      },
    ],
  },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // cornerstone3D comes as one piece, loaded with the reading page only.
    chunkSizeWarningLimit: 4000,
  },
  worker: { format: "es" },
});
