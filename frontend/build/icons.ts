import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { readSources } from "./sources.ts";

/** Spellings that name an icon: {% icon "x" %}, icon="x", icon("x"), data-icon="x". */
const NAMED = /icon(?:=|\(|\s+)["']([a-z0-9-]+)["']/g;
/** For the objects of outside packages, whose sources are not ours to read (docs/adding-an-object.md). */
const OFFERED = [
  "alarm", "award", "barcode", "book", "briefcase", "building-factory", "building-store", "bulb", "calendar-event",
  "camera", "car", "certificate", "chart-bar", "clipboard-list", "cpu", "device-laptop", "engine", "file-invoice", "flag",
  "gift", "key", "license", "map", "message", "notebook", "package", "phone-call", "plane", "printer", "puzzle", "receipt",
  "school", "server", "shopping-cart", "speakerphone", "stethoscope", "target", "ticket", "tool", "trophy", "truck", "wallet",
];
/** Icons chosen at run time, so that no source spells them after the word "icon". */
const ALWAYS = ["circle", "alert-triangle", "check", "info-circle"];

function iconFile(name: string): string | undefined {
  const [folder, base] = name.endsWith("-filled") ? ["filled", name.slice(0, -7)] : ["outline", name];
  const path = fileURLToPath(new URL(`../node_modules/@tabler/icons/icons/${folder}/${base}.svg`, import.meta.url));
  return existsSync(path) ? path : undefined;
}

function symbol(name: string): string {
  const path = iconFile(name);
  if (!path) return "";
  const body = readFileSync(path, "utf8").replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "").replace(/\s*\n\s*/g, "");
  const paint = name.endsWith("-filled")
    ? 'fill="currentColor"'
    : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${body}</symbol>`;
}

/** Emits one SVG sprite holding just the icons that the sources name (a web font would weigh 800 KB). */
export function iconSprite(folders: string[]): Plugin {
  return {
    name: "shuke-icon-sprite",
    generateBundle() {
      const text = readSources(folders, [".html", ".py", ".ts"]).join("\n");
      const names = new Set([...ALWAYS, ...OFFERED, ...[...text.matchAll(NAMED)].map((match) => match[1] ?? "")]);
      const symbols = [...names].sort().map(symbol).filter(Boolean);
      this.emitFile({
        type: "asset",
        name: "icons.svg",
        originalFileName: "icons.svg",
        source: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`,
      });
    },
  };
}
