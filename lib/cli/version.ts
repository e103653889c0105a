import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Repoint's own version, from the package.json above this file (source or built). */
export function version(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      if (typeof manifest === "object" && manifest !== null && "name" in manifest && manifest.name === "repoint") {
        return "version" in manifest ? String(manifest.version) : "unknown";
      }
    } catch {
      // not in this folder
    }
    if (dirname(folder) === folder) return "unknown";
  }
}
