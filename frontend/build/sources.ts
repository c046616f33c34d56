import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const SKIPPED = new Set(["build", "node_modules", "locale", "migrations", "__pycache__"]);

/** The text of every file below the folders whose name ends in one of the extensions. */
export function readSources(folders: string[], extensions: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : readSources([path], extensions);
      return extensions.some((extension) => entry.name.endsWith(extension)) ? [readFileSync(path, "utf8")] : [];
    }),
  );
}
