import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PurgeCSS } from "purgecss";
import type { Plugin } from "vite";
import { readSources } from "./sources.ts";

const REQUEST = "virtual:tabler.css";
const RESOLVED = `\0${REQUEST}`;

/** Serves Tabler's stylesheet without the rules that no template, cell renderer or island uses (70 KB → ~15 KB gzipped). */
export function purgedTabler(folders: string[]): Plugin {
  return {
    name: "shuke-purged-tabler",
    enforce: "pre",
    resolveId: (id) => (id === REQUEST ? RESOLVED : undefined),
    async load(id) {
      if (id !== RESOLVED) return undefined;
      const file = fileURLToPath(new URL("../node_modules/@tabler/core/dist/css/tabler.min.css", import.meta.url));
      const content = readSources(folders, [".html", ".py", ".ts"]).map((raw) => ({ raw, extension: "html" }));
      const [result] = await new PurgeCSS().purge({
        content,
        css: [{ raw: readFileSync(file, "utf8") }],
        variables: true,
        keyframes: true,
        fontFace: true,
        safelist: { standard: [/^data-bs-theme/, "html", "body", "show", "active", "disabled"] },
      });
      return (result?.css ?? "").replace(/\/\*[#!][\s\S]*?\*\//g, "");
    },
  };
}
