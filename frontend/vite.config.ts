import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { iconSprite } from "./build/icons.ts";
import { purgedTabler } from "./build/tabler.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where markup and class names live: templates, cell renderers, islands, and the resources that name icons. */
const sources = [here("../src/shuke"), here("./src")];

export default defineConfig({
  root: here("./"),
  base: "./",
  plugins: [purgedTabler(sources), iconSprite(sources)],
  build: {
    outDir: here("../src/shuke/web/static/build"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: {
      // htmx holds an eval for hx-on and trigger filters; islands/requests.ts switches it off and the CSP forbids it.
      checks: { eval: false },
      input: { main: here("./src/main.ts"), theme: here("./src/theme.ts") },
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
