import { renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "../../errors";
import { readIfPresent, writeFileAtomic } from "../../files/atomic";
import { RESTORE_VERSION, Restoration } from "../../migration/restore";
import { jsonText } from "../../util/json-text";
import type { Paths } from "../steps/paths";

/**
 * The restoration that was begun and is not done; undefined when there is none.
 *
 * @throws UsageError when it cannot be read: it must not be lost.
 */
export function readRecord({ restoration: file, key }: Paths): Restoration | undefined {
  const bytes = readIfPresent(file);
  if (bytes === undefined) return undefined;
  const content = parse(bytes.toString("utf8"));
  const version: unknown = typeof content === "object" && content !== null ? Reflect.get(content, "version") : null;
  if (typeof version === "number" && version !== RESTORE_VERSION) {
    throw new UsageError({
      rule: "restore/version",
      file,
      path: "version",
      message: `the record of a restoration is version ${version} of the format; this program reads version ${RESTORE_VERSION}`,
      fix: "use the Repoint that wrote it: it says what must be linked again",
    });
  }
  const parsed = Restoration.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new UsageError({
    rule: "restore/unreadable",
    file,
    message: "the record of a restoration that was begun cannot be read",
    fix: `do not delete it: it says what must be linked again. Compare it with inventory/${key}.json, or use the Repoint that wrote it`,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function writeRecord({ restoration: file }: Paths, restoration: Restoration): void {
  writeFileAtomic(file, `${jsonText(Restoration.parse(restoration), 2)}\n`);
}

export function dropRecord({ restoration: file }: Paths): void {
  rmSync(file, { force: true });
}

/** Keeps a record that is given up under another name, and returns it. */
export function putAsideRecord({ restoration: file }: Paths, now: Date): string {
  const aside = join(dirname(file), `restore-abandoned-${now.toISOString().replace(/[-:]|\.\d+/g, "")}.json`);
  renameSync(file, aside);
  return aside;
}
